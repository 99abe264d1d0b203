// What a person can type in an ESXi host's own shell, to finish there what could not be finished through vCenter.
import { type NetstackSettings, type PortGroup, type Service, VMOTION_NETSTACK, type VmkSpec } from './inventory.ts';
import { toNetmask } from './ip-network.ts';
import type { Step } from './step.ts';

/**
 * One step in the words of esxcli, one command a line, values quoted for the shell. What esxcli can't do, since vCenter owns
 * it, is a comment that says where to do it. Syntax: ESXCLI reference, 7.0 and 8.0, namespace "network".
 */
export function handCommands(step: Step): string[] {
  switch (step.kind) {
    case 'add-switch':
      return addSwitch(step.standardSwitch);
    case 'remove-switch':
      return [esxcli('vswitch standard remove', { 'vswitch-name': step.standardSwitch.name })];
    case 'update-distributed-port-group':
      return [inClient(`set distributed port group ${step.to.name} as it was`)];
    case 'add-port-group': {
      const { name, switchName } = step.portGroup;
      const add = esxcli('vswitch standard portgroup add', { 'portgroup-name': name, 'vswitch-name': switchName });
      return [add, ...setPortGroup(step.portGroup)];
    }
    case 'update-port-group':
      return setPortGroup(step.to);
    case 'remove-port-group': {
      const { name, switchName } = step.portGroup;
      return [esxcli('vswitch standard portgroup remove', { 'portgroup-name': name, 'vswitch-name': switchName })];
    }
    case 'add-vmk':
      return addAdapter(step.device ?? 'vmkN', step.spec);
    case 'update-vmk':
      return [
        esxcli('ip interface set', { 'interface-name': step.device, mtu: step.to.mtuBytes }),
        ...address(step.device, step.to),
      ];
    case 'remove-vmk':
      return [esxcli('ip interface remove', { 'interface-name': step.device })];
    case 'set-netstack':
      return setStack(step);
    case 'await-dormant':
      return [`# wait about a minute: the ${step.netstack} stack falls asleep after its last adapter`];
    case 'select-service':
      return [tag('add', step)];
    case 'deselect-service':
      return [tag('remove', step)];
    default:
      throw new Error(`unknown step ${step satisfies never}`);
  }
}

/** `true`: an option without a value. */
type Options = Record<string, string | number | true | undefined>;

function esxcli(command: string, options: Options): string {
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [value === true ? `--${name}` : `--${name}=${quoted(String(value))}`],
  );
  return ['esxcli network', command, ...given].join(' ');
}

/** Names are vCenter's, and may hold anything. A line break would begin another command. */
function quoted(value: string): string {
  if (/^[\w.:/,@-]+$/.test(value)) return value;
  return `'${value.replaceAll(/\s/g, ' ').replaceAll("'", String.raw`'\''`)}'`;
}

const inClient = (what: string): string => `# in the vSphere Client: ${what.replaceAll(/\s/g, ' ')}`;

function addSwitch({ name, mtuBytes, uplinks }: Extract<Step, { kind: 'add-switch' }>['standardSwitch']): string[] {
  return [
    esxcli('vswitch standard add', { 'vswitch-name': name }),
    esxcli('vswitch standard set', { 'vswitch-name': name, mtu: mtuBytes }),
    ...uplinks.map((uplink) => esxcli('vswitch standard uplink add', { 'uplink-name': uplink, 'vswitch-name': name })),
  ];
}

function setPortGroup({ name, vlanId, overridesUplinks, uplinks }: PortGroup): string[] {
  const order = overridesUplinks
    ? { 'active-uplinks': list(uplinks.active), 'standby-uplinks': list(uplinks.standby) }
    : { 'use-vswitch': true as const };
  return [
    esxcli('vswitch standard portgroup set', { 'portgroup-name': name, 'vlan-id': vlanId }),
    esxcli('vswitch standard portgroup policy failover set', { 'portgroup-name': name, ...order }),
  ];
}

const list = (names: string[]): string | undefined => (names.length === 0 ? undefined : names.join(','));

function addAdapter(device: string, spec: VmkSpec): string[] {
  const { attachment, netstack, mtuBytes, mac } = spec;
  if (attachment.kind !== 'standard') {
    const where = attachment.kind === 'distributed' ? (attachment.name ?? attachment.portGroupKey) : attachment.network;
    const ip = spec.ipv4.dhcp ? 'DHCP' : `${spec.ipv4.address ?? 'no IPv4'}/${spec.ipv4.prefixLength ?? ''}`;
    return [inClient(`add ${device} in ${where} on the ${netstack} stack, ${ip}, MTU ${mtuBytes}`)];
  }
  // A stack that sleeps takes no adapter from esxcli; one that is there refuses to be added, which does no harm.
  const wake = netstack === VMOTION_NETSTACK ? [esxcli('ip netstack add', { netstack })] : [];
  const options = { 'interface-name': device, 'portgroup-name': attachment.portGroup, netstack, mtu: mtuBytes };
  return [...wake, esxcli('ip interface add', { ...options, 'mac-address': mac }), ...address(device, spec)];
}

function address(device: string, { ipv4, ipv6, gatewayOverride }: VmkSpec): string[] {
  const of = { 'interface-name': device };
  const manual = { type: 'static', ipv4: ipv4.address, netmask: toNetmask(ipv4.prefixLength ?? 0) };
  const four = ipv4.dhcp ? { type: 'dhcp' } : ipv4.address === undefined ? { type: 'none' } : manual;
  return [
    esxcli('ip interface ipv4 set', { ...of, ...four, gateway: ipv4.dhcp ? undefined : gatewayOverride }),
    ...(ipv6?.addresses ?? []).map((one) =>
      esxcli('ip interface ipv6 address add', { ...of, ipv6: `${one.address}/${one.prefixLength}` }),
    ),
  ];
}

function setStack({ netstack, from, to }: Extract<Step, { kind: 'set-netstack' }>): string[] {
  return [
    ...gateway(netstack, 'ipv4', from.gateway, to.gateway),
    ...gateway(netstack, 'ipv6', from.ipv6Gateway, to.ipv6Gateway),
    ...rest(netstack, from, to),
  ];
}

function gateway(netstack: string, family: string, from: string | undefined, to: string | undefined): string[] {
  if (from === to) return [];
  const of = (gateway: string) => ({ network: 'default', gateway, netstack });
  return [
    ...(from === undefined ? [] : [esxcli(`ip route ${family} remove`, of(from))]),
    ...(to === undefined ? [] : [esxcli(`ip route ${family} add`, of(to))]),
  ];
}

function rest(netstack: string, from: NetstackSettings, to: NetstackSettings): string[] {
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const servers = to.dns?.servers.filter((server) => from.dns?.servers.includes(server) !== true) ?? [];
  const others = (['dns', 'routes', 'congestionControl', 'connections'] as const).filter(
    (name) => to[name] !== undefined && !isSame(from[name], to[name]),
  );
  return [
    ...servers.map((server) => esxcli('ip dns server add', { server, netstack })),
    ...(others.length === 0
      ? []
      : [inClient(`compare the ${netstack} stack's ${others.map((name) => NAMES[name]).join(', ')}`)]),
  ];
}

const NAMES = { dns: 'DNS', routes: 'routes', congestionControl: 'congestion control', connections: 'connections' };

/** How esxcli calls the services of vCenter. */
const TAGS: Record<Service, string> = {
  management: 'Management',
  vmotion: 'VMotion',
  faultToleranceLogging: 'faultToleranceLogging',
  vSphereReplication: 'vSphereReplication',
  vSphereReplicationNFC: 'vSphereReplicationNFC',
  vSphereProvisioning: 'vSphereProvisioning',
  vsan: 'VSAN',
};

function tag(verb: 'add' | 'remove', { device, service }: { device: string; service: Service }): string {
  const tagname = TAGS[service];
  if (tagname === undefined) return inClient(`${verb === 'add' ? 'select' : 'deselect'} ${service} on ${device}`);
  return esxcli(`ip interface tag ${verb}`, { 'interface-name': device, tagname });
}
