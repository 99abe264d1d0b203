// Which fields of a cluster's hosts are other than they were.
import type { HostFields } from './drift.ts';
import { type HostNetwork, VMOTION_NETSTACK } from './inventory.ts';
import { type FieldChange, isOther, toFields } from './network-fields.ts';

export type HostChange = FieldChange & { host: string };

export type ChangesFound = { changes: HostChange[]; hostsAdded: string[]; hostsRemoved: string[] };

/** A host that can be read, as it is kept: its VMkernel adapters, the vMotion stack, and what these stand on. Port groups
 * of virtual machines, of which there may be thousands, and other stacks are nobody's business here. */
export function toHostFields(host: { name: string; moref: { value: string } }, network: HostNetwork): HostFields {
  return { name: host.name, moref: host.moref.value, fields: Object.fromEntries(toFields(onlyOwn(network))) };
}

function onlyOwn(network: HostNetwork): HostNetwork {
  const attachments = network.vmks.map(({ attachment }) => attachment);
  const isUsed = (name: string) => attachments.some((one) => one.kind === 'standard' && one.portGroup === name);
  const isUsedKey = (key: string) => attachments.some((one) => one.kind === 'distributed' && one.portGroupKey === key);
  return {
    ...network,
    netstacks: network.netstacks.filter(({ key }) => key === VMOTION_NETSTACK),
    portGroups: network.portGroups.filter(({ name }) => isUsed(name)),
    distributedPortGroups: network.distributedPortGroups?.filter(({ key }) => isUsedKey(key)),
  };
}

/** `is` is to hold every host of the cluster. Hosts are the same by moref: a name may change. */
export function findChanges(was: HostFields[], is: HostFields[]): ChangesFound {
  const before = new Map(was.map((host) => [host.moref, host]));
  const now = new Set(is.map((host) => host.moref));
  return {
    changes: is.flatMap((host) => changesOf(before.get(host.moref), host)),
    hostsAdded: is.filter(({ moref }) => !before.has(moref)).map(({ name }) => name),
    hostsRemoved: was.filter(({ moref }) => !now.has(moref)).map(({ name }) => name),
  };
}

function changesOf(was: HostFields | undefined, { name, fields }: HostFields): HostChange[] {
  if (was === undefined) return [];
  const groups = [was.fields, fields].map(groupsOf);
  const names = [...new Set([...Object.keys(was.fields), ...Object.keys(fields)])].sort();
  return names
    .filter((field) => isOther(field, was.fields[field], fields[field]) && isComparable(field, groups))
    .map((field) => ({ host: name, field, from: was.fields[field], to: fields[field] }));
}

const PORT_GROUP =
  /^((?:distributed )?port group .+) (?:switch|VLAN|teaming|active uplinks|standby uplinks|own uplink order)$/;

function groupsOf(fields: Record<string, string>): Set<string> {
  return new Set(Object.keys(fields).flatMap((field) => PORT_GROUP.exec(field)?.[1] ?? []));
}

/** A port group is kept only while an adapter uses it: where one moved in or out, the adapter's own fields tell. */
function isComparable(field: string, groups: Set<string>[]): boolean {
  const group = PORT_GROUP.exec(field)?.[1];
  return group === undefined || groups.every((one) => one.has(group));
}
