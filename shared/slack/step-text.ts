// What each step of a plan looks like to the person who approves it: + comes, ~ changes, - goes, with before and after.
import type {
  Attachment,
  DistributedPortGroup,
  HostNetwork,
  NetstackSettings,
  PortGroup,
  StandardSwitch,
  UplinkOrder,
  VmkSpec,
} from '../domain/inventory.ts';
import type { Step, StepKind } from '../domain/step.ts';
import { serviceName } from './service-name.ts';

/** The lines of a step's diff, as plain text. The first says everything; further ones hold one changed value each.
 * `network`: the host's, for names that the step does not have. */
export function renderStep(step: Step, network?: HostNetwork): string[] {
  switch (step.kind) {
    case 'add-switch':
      return [`+ standard switch ${switchText(step.standardSwitch)}`];
    case 'remove-switch':
      return [`- standard switch ${switchText(step.standardSwitch)}`];
    case 'update-distributed-port-group':
      return [
        `~ distributed port group "${step.to.name}", on every host of its switch`,
        ...changes(step.from, step.to, DISTRIBUTED_PORT_GROUP_FIELDS),
      ];
    case 'add-port-group':
      return [`+ port group ${portGroupText(step.portGroup)}`];
    case 'update-port-group':
      return [
        `~ port group ${step.to.name} on ${step.to.switchName}`,
        ...changes(step.from, step.to, PORT_GROUP_FIELDS),
      ];
    case 'remove-port-group':
      return [`- port group ${portGroupText(step.portGroup)}`];
    case 'add-vmk':
      return [`+ VMkernel adapter ${vmkText(step.spec)}`];
    case 'update-vmk':
      return [`~ ${step.device}`, ...changes(withName(step.from, network), withName(step.to, network), VMK_FIELDS)];
    case 'remove-vmk':
      return [`- ${step.device} ${vmkText(withName(step.spec, network))}${servicesText(step.services)}`];
    case 'set-netstack':
      return netstackLines(step);
    case 'await-dormant':
      return [`  wait until netstack ${step.netstack} is dormant`];
    case 'select-service':
      return [`+ ${step.device} carries ${serviceName(step.service)}`];
    case 'deselect-service':
      return [`- ${step.device} no longer carries ${serviceName(step.service)}`];
    default:
      throw new Error(`unknown step ${step satisfies never}`);
  }
}

/** A stack that may forget its settings on the way gets them again as they were. */
function netstackLines({ netstack, from, to }: Extract<Step, { kind: 'set-netstack' }>): string[] {
  const changed = changes(from, to, NETSTACK_FIELDS);
  return changed.length === 0 ? [`~ netstack ${netstack}, set again as it is`] : [`~ netstack ${netstack}`, ...changed];
}

const SUMMARIES: Record<StepKind, (count: number) => string> = {
  'add-switch': (count) => `+ create ${countedSwitches(count)}`,
  'add-port-group': (count) => `+ create ${counted(count, 'port group')}`,
  'add-vmk': (count) => `+ create ${counted(count, 'VMkernel adapter')}`,
  'select-service': (count) => `+ switch a service on, on ${counted(count, 'adapter')}`,
  'set-netstack': (count) => `~ set the TCP/IP stack of ${counted(count, 'host')}`,
  'update-distributed-port-group': (count) =>
    `~ change ${counted(count, 'distributed port group')}, on every host of the switch`,
  'update-port-group': (count) => `~ change ${counted(count, 'port group')}`,
  'update-vmk': (count) => `~ change ${counted(count, 'VMkernel adapter')}`,
  'deselect-service': (count) => `- switch a service off, on ${counted(count, 'adapter')}`,
  'remove-vmk': (count) => `- remove ${counted(count, 'VMkernel adapter')}`,
  'remove-port-group': (count) => `- remove ${counted(count, 'port group')}`,
  'remove-switch': (count) => `- remove ${countedSwitches(count)}`,
  'await-dormant': (count) => `  wait for ${counted(count, 'TCP/IP stack')} to go dormant`,
};

function countedSwitches(count: number): string {
  return `${count} standard switch${count === 1 ? '' : 'es'}`;
}

/** One line for each kind of step that a plan has, what comes first and what goes last. */
export function renderCounts(counts: Partial<Record<StepKind, number>>): string[] {
  const kinds = Object.keys(SUMMARIES) as StepKind[];
  return kinds.filter((kind) => (counts[kind] ?? 0) > 0).map((kind) => SUMMARIES[kind](counts[kind] ?? 0));
}

/** "1 host", "4 hosts". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** An adapter's addresses in CIDR form, IPv4 first; how it gets them where it has none yet. */
export function addressText(spec: VmkSpec): string {
  const { ipv4, ipv6 } = spec;
  const v4 = ipv4.address === undefined ? undefined : `${ipv4.address}/${ipv4.prefixLength ?? 32}`;
  const byDhcp = ipv4.dhcp ? [v4 === undefined ? 'DHCP' : `${v4} (DHCP)`] : [];
  const byHand = !ipv4.dhcp && v4 !== undefined ? [v4] : [];
  const v6 = (ipv6?.addresses ?? []).map((one) => `${one.address}/${one.prefixLength}`);
  const v6Ways = [...(ipv6?.dhcp ? ['DHCPv6'] : []), ...(ipv6?.autoconfiguration ? ['router advertisement'] : [])];
  const all = [...byDhcp, ...byHand, ...v6, ...v6Ways];
  return all.length === 0 ? 'no address' : all.join(' and ');
}

function vmkText(spec: VmkSpec): string {
  const override = spec.gatewayOverride === undefined ? '' : ` gateway ${spec.gatewayOverride}`;
  return `${addressText(spec)} mtu ${spec.mtuBytes} netstack=${spec.netstack} on ${attachmentText(spec.attachment)}${override}`;
}

/** What is there already is known by the key of its port group. */
function withName(spec: VmkSpec, network: HostNetwork | undefined): VmkSpec {
  const { attachment } = spec;
  if (attachment.kind !== 'distributed' || attachment.name !== undefined) return spec;
  const name = network?.distributedPortGroups?.find(({ key }) => key === attachment.portGroupKey)?.name;
  return name === undefined ? spec : { ...spec, attachment: { ...attachment, name } };
}

function attachmentText(attachment: Attachment): string {
  switch (attachment.kind) {
    case 'standard':
      return `"${attachment.portGroup}"`;
    case 'distributed':
      return `distributed port group ${attachment.name === undefined ? attachment.portGroupKey : `"${attachment.name}"`}`;
    case 'opaque':
      return `opaque network ${attachment.network}`;
    default:
      throw new Error(`unknown attachment ${attachment satisfies never}`);
  }
}

function switchText({ name, uplinks, mtuBytes }: StandardSwitch): string {
  return `"${name}" with ${uplinks.join(', ') || 'no uplink'}, mtu ${mtuBytes}`;
}

function portGroupText(portGroup: PortGroup): string {
  const uplinks = portGroup.overridesUplinks ? `, ${uplinkText(portGroup)}` : '';
  return `"${portGroup.name}" on ${portGroup.switchName}, ${vlanText(portGroup.vlanId)}${uplinks}`;
}

function uplinkText({ uplinks }: { uplinks: UplinkOrder }): string {
  const active = `active ${uplinks.active.join(', ') || 'none'}`;
  return uplinks.standby.length === 0 ? active : `${active}, standby ${uplinks.standby.join(', ')}`;
}

function vlanText(vlanId: number): string {
  if (vlanId === 0) return 'untagged';
  return vlanId === 4095 ? 'VLAN trunk' : `VLAN ${vlanId}`;
}

function servicesText(services: string[]): string {
  return services.length === 0 ? '' : `, carried ${services.map(serviceName).join(', ')}`;
}

type Fields<T> = Record<string, (value: T) => string>;

const PORT_GROUP_FIELDS: Fields<PortGroup> = {
  VLAN: (portGroup) => vlanText(portGroup.vlanId),
  uplinks: (portGroup) => (portGroup.overridesUplinks ? uplinkText(portGroup) : "the switch's"),
  teaming: (portGroup) => portGroup.teaming ?? "the switch's",
};

const DISTRIBUTED_PORT_GROUP_FIELDS: Fields<DistributedPortGroup> = {
  uplinks: (portGroup) => `${uplinkText(portGroup)}${portGroup.overridesUplinks === false ? " (the switch's)" : ''}`,
};

const VMK_FIELDS: Fields<VmkSpec> = {
  address: addressText,
  mtu: (spec) => String(spec.mtuBytes),
  netstack: (spec) => spec.netstack,
  network: (spec) => attachmentText(spec.attachment),
  'gateway override': (spec) => spec.gatewayOverride ?? 'none',
  mac: (spec) => spec.mac ?? 'any',
};

const NETSTACK_FIELDS: Fields<NetstackSettings> = {
  gateway: (settings) => settings.gateway ?? 'none',
  'IPv6 gateway': (settings) => settings.ipv6Gateway ?? 'none',
  DNS: (settings) =>
    settings.dnsDevice === undefined ? settings.dns?.servers.join(' ') || 'none' : `DHCP of ${settings.dnsDevice}`,
  domain: (settings) => settings.dns?.domainName || 'none',
  'host name': (settings) => settings.dns?.hostName || 'none',
  'search domains': (settings) => settings.dns?.searchDomains.join(' ') || 'none',
  'congestion control': (settings) => settings.congestionControl ?? 'default',
  routes: (settings) => settings.routes?.map((one) => `${one.network} via ${one.gateway}`).join(', ') || 'none',
  connections: (settings) => (settings.connections === undefined ? 'default' : String(settings.connections)),
};

function changes<T>(from: T, to: T, fields: Fields<T>): string[] {
  return Object.entries(fields)
    .filter(([, text]) => text(from) !== text(to))
    .map(([name, text]) => `    ${name}: ${text(from)} -> ${text(to)}`);
}
