// An adapter's IPv6 and the stack's IPv6 gateway on one host, from the rules in vmotion.yaml.
import { configPath } from './config-path.ts';
import type { Finding, FindingCode } from './finding.ts';
import { findHostEntry } from './host-entry.ts';
import type { Ipv6Config } from './inventory.ts';
import { contains, isCidr, isIpv6, parseCidr, subnetText, unusableBecause } from './ip-network.ts';
import type { Ipv6Rule } from './profile.ts';

export type Ipv6Answer = { config: Ipv6Config | undefined; findings: Finding[] };

/** What the adapter's IPv6 shall be on this host, or why that can't be said. `at`: where the rule stands. */
export function ipv6ByRule(rule: Ipv6Rule, host: string, at: (string | number)[]): Ipv6Answer {
  switch (rule.kind) {
    case 'dhcpv6':
      return { config: { dhcp: true, autoconfiguration: false, addresses: [] }, findings: [] };
    case 'router-advertisement':
      return { config: { dhcp: false, autoconfiguration: true, addresses: [] }, findings: [] };
    case 'per-host':
      return fromHosts(rule.addresses, host, [...at, 'hosts']);
    default:
      throw new Error(`unknown IPv6 rule ${JSON.stringify(rule satisfies never)}`);
  }
}

/** A link-local gateway is reached over any link, so it belongs to no subnet. */
export function isLinkLocal(address: string): boolean {
  return contains({ address: 'fe80::', prefixLength: 10 }, address);
}

type Ipv6Adapters = { host: string; adapters: { ipv6?: Ipv6Config | undefined }[] };

/** What is wrong with the stack's IPv6 gateway, as far as addresses given by hand can tell. */
export function judgeIpv6Gateway(gateway: string | undefined, { host, adapters }: Ipv6Adapters): Finding[] {
  if (gateway === undefined || isLinkLocal(gateway)) return [];
  const configs = adapters.flatMap((adapter) => (adapter.ipv6 === undefined ? [] : [adapter.ipv6]));
  const own = configs.flatMap((config) => config.addresses);
  const remedy = 'Correct profile.stack.ipv6Gateway in vmotion.yaml.';
  if (own.some((one) => one.address === gateway))
    return [
      toFinding('gateway-is-own-address', host, `the IPv6 gateway ${gateway} is the adapter's own address`, remedy),
    ];
  // Addresses that the network hands out may lie in its subnet.
  const isAnyUnknown = configs.some((config) => config.dhcp || config.autoconfiguration);
  if (isAnyUnknown || own.length === 0 || own.some((one) => contains(one, gateway))) return [];
  const subnets = own.map(subnetText).join(', ');
  const text = `the IPv6 gateway ${gateway} lies outside every adapter's subnet (${subnets})`;
  return [toFinding('gateway-outside-subnet', host, text, remedy)];
}

function fromHosts(addresses: Record<string, string>, host: string, at: (string | number)[]): Ipv6Answer {
  const entry = findHostEntry(addresses, host);
  if (entry === undefined) {
    const remedy = `Add ${host} under ${configPath(at)} in vmotion.yaml.`;
    const text = 'it gets no IPv6 address, because it is not among the hosts listed';
    return { config: undefined, findings: [toFinding('no-address-for-host', host, text, remedy)] };
  }
  const reason = unusable(entry.value);
  if (reason === undefined) {
    return { config: { dhcp: false, autoconfiguration: false, addresses: [parseCidr(entry.value)] }, findings: [] };
  }
  const remedy = `Correct ${configPath([...at, entry.key])} in vmotion.yaml.`;
  return { config: undefined, findings: [toFinding('address-not-usable', host, `${entry.value} ${reason}`, remedy)] };
}

function unusable(value: string): string | undefined {
  if (!isCidr(value) || !isIpv6(parseCidr(value).address))
    return 'is not an IPv6 address with a prefix length, such as fd00:12::51/64';
  const reason = unusableBecause(parseCidr(value));
  return reason === undefined ? undefined : `can't be an adapter's address: ${reason}`;
}

function toFinding(code: FindingCode, host: string, text: string, remedy: string): Finding {
  return { code, severity: 'blocking', host, message: `${host}: ${text}.`, remedy };
}
