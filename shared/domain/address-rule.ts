// One adapter's address on one host, from the rule in vmotion.yaml.
import { configPath } from './config-path.ts';
import type { Finding } from './finding.ts';
import { findHostEntry } from './host-entry.ts';
import {
  addressAfter,
  type Cidr,
  cidrText,
  compareAddresses,
  contains,
  isCidr,
  isIpv4,
  nthSubnet,
  parseCidr,
  subnetText,
  unusableBecause,
  usableAddress,
} from './ip-network.ts';
import type { AddressRule } from './profile.ts';

/** A host as its addresses depend on it. `index`: its place in the natural order of the cluster's host names. */
export type AddressedHost = { name: string; managementAddress: string | undefined; index: number };

/** `dhcp`: the network gives the host its address. */
export type RuleAnswer = { kind: 'address'; cidr: Cidr } | { kind: 'dhcp' } | { kind: 'finding'; finding: Finding };

/** The address that `rule` gives the host, or why it gives none that a host can have. `at`: where the rule's adapter
 * stands in vmotion.yaml, for the remedy. */
export function addressByRule(rule: AddressRule, host: AddressedHost, at: (string | number)[]): RuleAnswer {
  switch (rule.kind) {
    case 'per-host':
      return fromHosts(rule.addresses, host, [...at, 'hosts']);
    case 'range':
      return fromRange(rule, host, [...at, 'range']);
    case 'management-octet':
      return fromManagementOctet(rule, host, [...at, 'managementOctet']);
    case 'subnet-per-host':
      return fromSubnetPerHost(rule, host, [...at, 'subnetPerHost']);
    case 'dhcp':
      return { kind: 'dhcp' };
    default:
      throw new Error(`unknown address rule ${JSON.stringify(rule satisfies never)}`);
  }
}

function fromHosts(addresses: Record<string, string>, host: AddressedHost, at: (string | number)[]): RuleAnswer {
  const entry = findHostEntry(addresses, host.name);
  if (entry === undefined) {
    const remedy = `Add ${host.name} under ${configPath(at)} in vmotion.yaml.`;
    return noAddress(host, 'it is not among the hosts listed', remedy);
  }
  const path = configPath([...at, entry.key]);
  if (!isCidr(entry.value) || !isIpv4(parseCidr(entry.value).address)) {
    const message = `${host.name}: ${entry.value} is not an IPv4 address with a prefix length, such as 172.17.8.2/30.`;
    return blocked(host, 'address-not-usable', message, `Correct ${path} in vmotion.yaml.`);
  }
  return judged(host, parseCidr(entry.value), path);
}

function fromRange(
  rule: { from: string; to: string; prefixLength: number },
  host: AddressedHost,
  at: (string | number)[],
): RuleAnswer {
  const path = configPath(at);
  const address = addressAfter(rule.from, host.index);
  if (address === undefined || compareAddresses(address, rule.to) > 0) {
    const why = `the range ${rule.from}-${rule.to} is used up before host number ${host.index + 1}`;
    return noAddress(host, why, `Widen ${path} in vmotion.yaml.`);
  }
  const cidr = { address, prefixLength: rule.prefixLength };
  if (!contains({ address: rule.from, prefixLength: rule.prefixLength }, address)) {
    return outside(host, cidr, subnetText({ ...cidr, address: rule.from }), path);
  }
  return judged(host, cidr, path);
}

function fromManagementOctet(
  rule: { network: string; prefixLength: number },
  host: AddressedHost,
  at: (string | number)[],
): RuleAnswer {
  const path = configPath(at);
  if (host.managementAddress === undefined || !isIpv4(host.managementAddress)) {
    const seen = host.managementAddress ?? 'none';
    const why = `its last octet comes from the management address, and vCenter shows ${seen}`;
    return noAddress(host, why, `Give the host's address by name (ipv4: hosts) instead of ${path} in vmotion.yaml.`);
  }
  const octet = host.managementAddress.split('.')[3] ?? '';
  const address = [...rule.network.split('.').slice(0, 3), octet].join('.');
  const cidr = { address, prefixLength: rule.prefixLength };
  const subnet = { address: rule.network, prefixLength: rule.prefixLength };
  return contains(subnet, address) ? judged(host, cidr, path) : outside(host, cidr, subnetText(subnet), path);
}

function fromSubnetPerHost(
  rule: { network: string; prefixLength: number; subnetPrefixLength: number },
  host: AddressedHost,
  at: (string | number)[],
): RuleAnswer {
  const path = configPath(at);
  const whole = { address: rule.network, prefixLength: rule.prefixLength };
  const subnet = nthSubnet(whole, rule.subnetPrefixLength, host.index);
  if (subnet === undefined) {
    const why = `${subnetText(whole)} has no /${rule.subnetPrefixLength} left for host number ${host.index + 1}`;
    return noAddress(host, why, `Widen ${path}.from in vmotion.yaml.`);
  }
  const address = usableAddress(subnet, 1);
  if (address === undefined) {
    const why = `a /${rule.subnetPrefixLength} has no room for a gateway and a host`;
    return noAddress(host, why, `Give ${path}.prefix in vmotion.yaml at most /31 (IPv4).`);
  }
  return judged(host, { address, prefixLength: rule.subnetPrefixLength }, path);
}

function judged(host: AddressedHost, cidr: Cidr, path: string): RuleAnswer {
  const reason = unusableBecause(cidr);
  if (reason === undefined) return { kind: 'address', cidr };
  const message = `${host.name} can't have ${cidrText(cidr)}: ${reason}.`;
  return blocked(host, 'address-not-usable', message, `Choose another address at ${path} in vmotion.yaml.`);
}

function outside(host: AddressedHost, cidr: Cidr, subnet: string, path: string): RuleAnswer {
  const message = `${host.name}: ${cidr.address} lies outside ${subnet}.`;
  return blocked(host, 'address-outside-subnet', message, `Correct ${path} in vmotion.yaml.`);
}

function noAddress(host: AddressedHost, why: string, remedy: string): RuleAnswer {
  return blocked(host, 'no-address-for-host', `${host.name} gets no address: ${why}.`, remedy);
}

function blocked(host: AddressedHost, code: Finding['code'], message: string, remedy: string): RuleAnswer {
  return { kind: 'finding', finding: { code, severity: 'blocking', host: host.name, message, remedy } };
}
