// A host's network as named fields with text values, so that a change can be told by its name: "vmk2 MTU 1500 -> 9000".
import type { Attachment, HostNetwork, Ipv4Config, Ipv6Config, VmkernelAdapter } from './inventory.ts';
import { dnsText, routesText } from './netstack-text.ts';

export type FieldChange = { field: string; from: string | undefined; to: string | undefined };

/** Everything the product plans on or restores. Link states and what other stacks do are left out on purpose. */
export function toFields(network: HostNetwork): Map<string, string> {
  const fields = new Map<string, string>();
  const set = (field: string, value: string | number | boolean | undefined) => {
    if (value !== undefined && value !== '') fields.set(field, String(value));
  };
  for (const vmk of network.vmks) setVmkFields(vmk, set);
  for (const stack of network.netstacks) {
    const name = `netstack ${stack.key}`;
    set(`${name} gateway`, stack.settings.gateway);
    set(`${name} IPv6 gateway`, stack.settings.ipv6Gateway);
    set(`${name} congestion control`, stack.settings.congestionControl);
    set(`${name} connections`, stack.settings.connections);
    set(`${name} DNS`, dnsText(stack.settings.dns));
    set(`${name} routes`, routesText(stack.settings.routes));
    if (stack.isLive) set(`${name} state`, 'live');
  }
  for (const group of network.portGroups) {
    const name = `port group ${group.name}`;
    set(`${name} switch`, group.switchName);
    set(`${name} VLAN`, group.vlanId);
    set(`${name} teaming`, group.teaming);
    set(`${name} active uplinks`, group.uplinks.active.join(' '));
    set(`${name} standby uplinks`, group.uplinks.standby.join(' '));
    set(`${name} own uplink order`, group.overridesUplinks ? 'yes' : 'no');
  }
  for (const one of network.standardSwitches) {
    set(`switch ${one.name} MTU`, one.mtuBytes);
    set(`switch ${one.name} uplinks`, one.uplinks.join(' '));
    set(`switch ${one.name} teaming`, one.teaming);
  }
  for (const one of network.distributedSwitches) {
    set(`switch ${one.name} MTU`, one.mtuBytes);
    for (const uplink of one.uplinks) set(`switch ${one.name} ${uplink.name}`, uplink.pnic);
  }
  for (const group of network.distributedPortGroups ?? []) {
    const name = `distributed port group ${group.name}`;
    set(`${name} VLAN`, group.vlanId);
    set(`${name} active uplinks`, group.uplinks.active.join(' '));
    set(`${name} standby uplinks`, group.uplinks.standby.join(' '));
    if (group.overridesUplinks !== undefined) set(`${name} own uplink order`, group.overridesUplinks ? 'yes' : 'no');
  }
  return fields;
}

/** What differs, in the order of the fields' names. Empty: the two are the same in everything that counts. */
export function differences(from: HostNetwork, to: HostNetwork): FieldChange[] {
  const [before, after] = [toFields(from), toFields(to)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter((field) => isOther(field, before.get(field), after.get(field)))
    .map((field) => ({ field, from: before.get(field), to: after.get(field) }));
}

// Rows of older versions have not got it.
const NOT_ALWAYS_TOLD = /^distributed port group .+ own uplink order$/;

/** Whether a field has changed from one value to the other. What only one of the two tells is no change, where rows of
 * older versions do not tell it. */
export function isOther(field: string, from: string | undefined, to: string | undefined): boolean {
  if (NOT_ALWAYS_TOLD.test(field) && (from === undefined || to === undefined)) return false;
  return from !== to;
}

/** "vmk2 MTU 1500 -> 9000"; "(none)" stands for what was not or is not there. */
export function describeChange(change: FieldChange): string {
  return `${change.field} ${change.from ?? '(none)'} -> ${change.to ?? '(none)'}`;
}

function setVmkFields(vmk: VmkernelAdapter, set: (field: string, value: string | number | undefined) => void): void {
  set(`${vmk.device} netstack`, vmk.netstack);
  set(`${vmk.device} port group`, attachmentText(vmk.attachment));
  set(`${vmk.device} address`, ipv4Text(vmk.ipv4));
  set(`${vmk.device} IPv6`, ipv6Text(vmk.ipv6));
  set(`${vmk.device} MTU`, vmk.mtuBytes);
  set(`${vmk.device} MAC`, vmk.mac);
  set(`${vmk.device} gateway override`, vmk.gatewayOverride);
  set(`${vmk.device} services`, vmk.services.join(' '));
}

/** What the adapter is plugged into: a standard port group's name, a distributed one's key, or an opaque network's id. */
export function attachmentText(attachment: Attachment): string {
  switch (attachment.kind) {
    case 'standard':
      return attachment.portGroup;
    case 'distributed':
      return attachment.portGroupKey;
    case 'opaque':
      return attachment.network;
    default:
      throw new Error(`unknown attachment ${attachment satisfies never}`);
  }
}

/** "172.16.1.51/24", or "DHCP" with what it gave. */
export function ipv4Text(ipv4: Ipv4Config): string {
  const address = ipv4.address === undefined ? '' : `${ipv4.address}/${ipv4.prefixLength ?? '?'}`;
  // A lease may change by itself; that is not a change of configuration.
  return ipv4.dhcp ? 'DHCP' : address;
}

/** Addresses set by hand, and how others are had: "fd00:12::51/64 RA". */
export function ipv6Text(ipv6: Ipv6Config | undefined): string {
  if (ipv6 === undefined) return '';
  const parts = ipv6.addresses.map((one) => `${one.address}/${one.prefixLength}`).sort();
  return [...parts, ...(ipv6.dhcp ? ['DHCPv6'] : []), ...(ipv6.autoconfiguration ? ['RA'] : [])].join(' ');
}
