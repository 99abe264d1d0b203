// Distributed port groups out of vim25's types: read together with the hosts that can use them.
import type { DistributedPortGroup, Moref, UplinkOrder } from '../domain/inventory.ts';
import { compareNaturally } from '../domain/natural-order.ts';
import { decodeName } from './inventory-path.ts';
import type { PropertyRow } from './property-collector.ts';
import type { Vim, VimInput } from './vim.ts';

/** vCenter's own values of a distributed port group. */
export type PortGroupConfig = Vim<'DVPortgroupConfigInfo'>;

/** One distributed port group: the domain's view, and vCenter's own values, which writes are merged into. */
export type PortGroupReading = { portGroup: DistributedPortGroup; config: PortGroupConfig };

type Spec = VimInput<'PropertyFilterSpec'>;

/** What to ask of the port groups, and of their switches: a port group itself does not tell its switch's UUID. */
export const PORT_GROUP_PROPERTIES: Spec['propSet'] = [
  // All of `config`: "uplink" is not a path that older vCenters have.
  { type: 'DistributedVirtualPortgroup', pathSet: ['config', 'tag'] },
  { type: 'DistributedVirtualSwitch', pathSet: ['uuid'] },
];

/** The way from a host to its port groups and on to their switches. */
export const HOST_NETWORKS: NonNullable<Spec['objectSet'][number]['selectSet']> = [
  toTraversal('HostSystem', 'network', [
    toTraversal('DistributedVirtualPortgroup', 'config.distributedVirtualSwitch', []),
  ]),
];

/** Types whose objects may be hidden from the account without failing the reading of the hosts. */
export const HIDEABLE_TYPES: ReadonlySet<string> = new Set([
  'DistributedVirtualPortgroup',
  'DistributedVirtualSwitch',
  'VmwareDistributedVirtualSwitch',
]);

/** Written by other products for themselves, and possibly large. */
export const PORT_GROUP_SKIP: readonly string[] = ['vendorSpecificConfig'];

// How vCenters mark the port group of a switch's uplinks that have no field for it yet.
const UPLINK_TAG = 'SYSTEM/DVS.UPLINKPG';

/** Every port group among the rows that adapters can be plugged into, by the id of its object. */
export function readPortGroups(rows: readonly PropertyRow[]): ReadonlyMap<string, PortGroupReading> {
  const uuids = new Map(rows.map(({ obj, properties }) => [obj.value, properties.get('uuid') as string | undefined]));
  const readings = new Map<string, PortGroupReading>();
  for (const { obj, properties } of rows) {
    if (obj.type !== 'DistributedVirtualPortgroup') continue;
    const config = properties.get('config') as PortGroupConfig | undefined;
    const switchUuid = uuids.get(config?.distributedVirtualSwitch?.value ?? '');
    if (config === undefined || switchUuid === undefined) continue;
    const tags = (properties.get('tag') ?? []) as Vim<'Tag'>[];
    if (config.uplink === true || tags.some(({ key }) => key === UPLINK_TAG)) continue;
    readings.set(obj.value, { portGroup: toPortGroup(config, switchUuid), config });
  }
  return readings;
}

/** The port groups among the networks of one host, sorted by name. */
export function portGroupsOf(
  networks: readonly Moref[],
  readings: ReadonlyMap<string, PortGroupReading>,
): DistributedPortGroup[] {
  return networks
    .map(({ value }) => readings.get(value)?.portGroup)
    .filter((one) => one !== undefined)
    .sort((a, b) => compareNaturally(a.name, b.name) || compareNaturally(a.key, b.key));
}

/** The policies that count on VMware's own switches; those of others are not known. */
export function settingOf(config: PortGroupConfig): Vim<'VMwareDVSPortSetting'> | undefined {
  const setting = config.defaultPortConfig;
  return setting?._type === 'VMwareDVSPortSetting' ? setting : undefined;
}

function toPortGroup(config: PortGroupConfig, switchUuid: string): DistributedPortGroup {
  const setting = settingOf(config);
  return {
    key: config.key,
    name: decodeName(config.name),
    switchUuid,
    vlanId: toVlanId(setting?.vlan),
    uplinks: toUplinkOrder(setting),
    overridesUplinks: overridesUplinks(setting),
    teaming: setting?.uplinkTeamingPolicy?.policy?.value,
    configVersion: config.configVersion ?? '',
  };
}

/** `undefined` for trunks and private VLANs. */
function toVlanId(vlan: (Vim<'VmwareDistributedVirtualSwitchVlanSpec'> & { _type?: string }) | undefined) {
  if (vlan?._type !== 'VmwareDistributedVirtualSwitchVlanIdSpec') return undefined;
  return (vlan as Vim<'VmwareDistributedVirtualSwitchVlanIdSpec'>).vlanId;
}

/** vCenter gives the values in effect, whether they are the port group's own or its switch's. */
function toUplinkOrder(setting: Vim<'VMwareDVSPortSetting'> | undefined): UplinkOrder {
  const order = setting?.uplinkTeamingPolicy?.uplinkPortOrder;
  return { active: order?.activeUplinkPort ?? [], standby: order?.standbyUplinkPort ?? [] };
}

/** A teaming that is the switch's as a whole is that in each of its parts. */
function overridesUplinks(setting: Vim<'VMwareDVSPortSetting'> | undefined): boolean | undefined {
  const teaming = setting?.uplinkTeamingPolicy;
  return teaming === undefined ? undefined : !teaming.inherited && teaming.uplinkPortOrder?.inherited === false;
}

function toTraversal(type: string, path: string, selectSet: VimInput<'SelectionSpec'>[]) {
  return { _type: 'TraversalSpec', type, path, skip: false, selectSet };
}
