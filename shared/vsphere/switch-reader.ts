import type {
  DistributedSwitchProxy,
  HostNetwork,
  Pnic,
  PortGroup,
  StandardSwitch,
  UplinkOrder,
} from '../domain/inventory.ts';
import { compareNaturally } from '../domain/natural-order.ts';
import type { HostProperties } from './host-properties.ts';
import type { Vim } from './vim.ts';

type Switching = Pick<
  HostNetwork,
  'portGroups' | 'vmPortGroups' | 'standardSwitches' | 'distributedSwitches' | 'pnics'
>;

const MTU_DEFAULT = 1500;

/** Port groups, switches and physical NICs, each sorted by name. The order of uplinks is kept: it has a meaning. */
export function readSwitching(properties: HostProperties): Switching {
  const pnics = properties['config.network.pnic'] ?? [];
  const vswitches = properties['config.network.vswitch'] ?? [];
  const portGroups = properties['config.network.portgroup'] ?? [];
  const proxies = properties['config.network.proxySwitch'] ?? [];
  const ofVms = portGroups.filter(({ port }) => port.some(({ type }) => type === 'virtualMachine'));
  return {
    ...(ofVms.length === 0 ? {} : { vmPortGroups: ofVms.map(({ spec }) => spec.name).sort(compareNaturally) }),
    portGroups: portGroups.map((one) => toPortGroup(one, vswitches)).sort(byName),
    standardSwitches: vswitches.map((one) => toStandardSwitch(one, pnics)).sort(byName),
    distributedSwitches: proxies.map(toDistributedSwitch).sort(byName),
    pnics: pnics.map(toPnic).sort((a, b) => compareNaturally(a.device, b.device)),
  };
}

function toPortGroup(portGroup: Vim<'HostPortGroup'>, vswitches: Vim<'HostVirtualSwitch'>[]): PortGroup {
  const { name, vlanId, vswitchName, policy } = portGroup.spec;
  const own = policy?.nicTeaming;
  const computed = portGroup.computedPolicy?.nicTeaming;
  const inherited = vswitches.find((one) => one.name === vswitchName)?.spec.policy?.nicTeaming;
  const order = computed?.nicOrder ?? own?.nicOrder ?? inherited?.nicOrder;
  return {
    name,
    switchName: vswitchName,
    vlanId,
    uplinks: toUplinkOrder(order),
    // What a port group inherits is missing from its own policy; only `computedPolicy` is complete.
    overridesUplinks: own?.nicOrder !== undefined,
    teaming: computed?.policy ?? own?.policy ?? inherited?.policy,
  };
}

function toUplinkOrder(order: Vim<'HostNicOrderPolicy'> | undefined): UplinkOrder {
  return { active: order?.activeNic ?? [], standby: order?.standbyNic ?? [] };
}

function toStandardSwitch(vswitch: Vim<'HostVirtualSwitch'>, pnics: Vim<'PhysicalNic'>[]): StandardSwitch {
  const byKey = new Map(pnics.map((pnic) => [pnic.key, pnic.device]));
  const bridge = vswitch.spec?.bridge as { nicDevice?: string[] | string } | undefined;
  const bonded = bridge?.nicDevice === undefined ? undefined : [bridge.nicDevice].flat();
  return {
    name: vswitch.name,
    mtuBytes: vswitch.mtu ?? vswitch.spec?.mtu ?? MTU_DEFAULT,
    uplinks: bonded ?? vswitch.pnic.map((key) => byKey.get(key) ?? key),
    teaming: vswitch.spec?.policy?.nicTeaming?.policy,
  };
}

/**
 * Which pnic an uplink's name stands for differs from host to host, so it is read from the host's own part. A link
 * aggregation group stands in uplink orders under its own name, so that it is listed too, once for each of its pnics.
 */
function toDistributedSwitch(proxy: Vim<'HostProxySwitch'>): DistributedSwitchProxy {
  const backing = proxy.spec?.backing as Partial<Vim<'DistributedVirtualSwitchHostMemberPnicBacking'>> | undefined;
  const pnicByPort = new Map((backing?.pnicSpec ?? []).map((one) => [one.uplinkPortKey, one.pnicDevice]));
  const ports = proxy.uplinkPort.map(({ key, value }) => ({ name: value, pnic: pnicByPort.get(key) }));
  const groups = proxy.hostLag.flatMap(({ lagName, uplinkPort }) => toGroup(lagName, uplinkPort, pnicByPort));
  return {
    uuid: proxy.dvsUuid,
    name: proxy.dvsName,
    mtuBytes: proxy.mtu ?? MTU_DEFAULT,
    uplinks: [...ports, ...groups].sort(byName),
  };
}

function toGroup(
  name: string | undefined,
  ports: Vim<'KeyValue'>[],
  pnicByPort: ReadonlyMap<string | undefined, string>,
): DistributedSwitchProxy['uplinks'] {
  if (name === undefined) return [];
  const pnics = ports.map(({ key }) => pnicByPort.get(key)).filter((pnic) => pnic !== undefined);
  return pnics.length === 0 ? [{ name, pnic: undefined }] : pnics.map((pnic) => ({ name, pnic }));
}

function toPnic(pnic: Vim<'PhysicalNic'>): Pnic {
  const speed = pnic.linkSpeed?.speedMb;
  return { device: pnic.device, linkSpeedMb: speed === 0 ? undefined : speed };
}

const byName = (a: { name: string }, b: { name: string }) => compareNaturally(a.name, b.name);
