// The addresses and gateways of one profile of vmotion.yaml beside each other.
import { firstLabel } from '../domain/host-entry.ts';
import {
  type Cidr,
  contains,
  firstUsable,
  isCidr,
  isIpv4,
  normalAddress,
  parseCidr,
  subnetText,
  unusableBecause,
} from '../domain/ip-network.ts';
import { isLinkLocal } from '../domain/ipv6-rule.ts';
import { nearest } from '../domain/nearest.ts';
import { readHostAddress, readRange, rulesOf } from './config-addresses.ts';
import type { ConfigPlace, ConfigProblem } from './config-problem.ts';
import type { ConfigAdapter } from './config-adapter-schema.ts';
import type { ConfigCluster } from './config-schema.ts';

type StaticAddress = { host: string; cidr: Cidr; at: ConfigPlace };

/** Every address that stands in the file by a host's name. */
function listStatic(adapters: ConfigAdapter[], at: ConfigPlace): StaticAddress[] {
  return adapters.flatMap(({ ipv4, ipv6 }, index) => {
    const { hosts = {}, subnet } = rulesOf(ipv4);
    const place = [...at, 'adapters', index];
    const byHand = Object.entries(hosts).flatMap(([host, value]) => {
      const cidr = readHostAddress(value, subnet);
      return cidr === undefined ? [] : [{ host, cidr, at: [...place, 'ipv4', 'hosts', host] }];
    });
    const ipv6Hosts = typeof ipv6 === 'object' ? Object.entries(ipv6.hosts) : [];
    const ipv6ByHand = ipv6Hosts.map(([host, value]) => {
      return { host, cidr: parseCidr(value), at: [...place, 'ipv6', 'hosts', host] };
    });
    return [...byHand, ...ipv6ByHand];
  });
}

/** The same address in two places of the file. */
export function judgeDuplicates(adapters: ConfigAdapter[], at: ConfigPlace): ConfigProblem[] {
  const seen = new Map<string, string>();
  return listStatic(adapters, at).flatMap(({ host, cidr, at: place }) => {
    const first = seen.get(cidr.address);
    if (first === undefined) seen.set(cidr.address, host);
    return first === undefined ? [] : [{ at: place, message: `${cidr.address} is already the address of ${first}` }];
  });
}

type Gateway = ConfigCluster['profile']['stack']['gateway'];

/** A gateway that no adapter could reach, or that is an adapter's own address, as far as the file shows it. */
export function judgeGateway(gateway: Gateway, adapters: ConfigAdapter[], at: ConfigPlace): ConfigProblem[] {
  const hosts = new Set(adapters.flatMap(({ ipv4 }) => Object.keys(rulesOf(ipv4).hosts ?? {})));
  if (typeof gateway === 'object') {
    return [...judgeHostGateways(gateway, adapters, at), ...listLeftOut(gateway, [...hosts], at)];
  }
  if (gateway === 'none') return [];
  if (gateway === 'first-address' && adapters[0]?.ipv4 === 'dhcp')
    return [{ at, message: 'first-address needs an adapter with an address in this file, and the first has dhcp' }];
  // What the other rules give is known with the hosts; until then, the subnets must do.
  const known = hosts.size === 0 ? [undefined] : [...hosts];
  if (gateway === 'first-address') return known.flatMap((host) => judgeFirstAddress({ adapters, host, at }));
  return known.flatMap((host) => judgeAddress(gateway, { adapters, host, at })).slice(0, 1);
}

/** An IPv6 gateway that no adapter could reach, or that is an adapter's own address, where all of them have their addresses in
 * the file. Where none has IPv6, only the plan knows: an adapter's IPv6 is left as it is. */
export function judgeIpv6Gateway(
  gateway: string | undefined,
  adapters: ConfigAdapter[],
  at: ConfigPlace,
): ConfigProblem[] {
  const rules = adapters.flatMap(({ ipv6 }) => (ipv6 === undefined ? [] : [ipv6]));
  if (gateway === undefined || isLinkLocal(gateway) || rules.some((rule) => typeof rule === 'string')) return [];
  const own = rules.flatMap((rule) => (typeof rule === 'string' ? [] : Object.entries(rule.hosts)));
  const byHost = Map.groupBy(own, ([host]) => firstLabel(host.toLowerCase()));
  const problems = [...byHost.values()].flatMap((entries): ConfigProblem[] => {
    const host = entries[0]?.[0];
    const subnets = entries.map(([, value]) => parseCidr(value));
    const isOwn = subnets.some((subnet) => subnet.address === normalAddress(gateway));
    if (isOwn) return [{ at, message: `${gateway} is the address of ${host} itself` }];
    if (subnets.some((subnet) => contains(subnet, gateway))) return [];
    const listed = subnets.map(subnetText).join(', ');
    return [{ at, message: `${gateway} lies outside the subnets of every adapter of ${host} (${listed})` }];
  });
  return problems.slice(0, 1);
}

function judgeHostGateways(
  gateway: Record<string, string>,
  adapters: ConfigAdapter[],
  at: ConfigPlace,
): ConfigProblem[] {
  return Object.entries(gateway).flatMap(([host, address]) =>
    judgeAddress(address, { adapters, host, at: [...at, host] }),
  );
}

/** Hosts that have an address in the file and no gateway, where each should have its own. */
function listLeftOut(gateway: Record<string, string>, hosts: string[], at: ConfigPlace): ConfigProblem[] {
  const isNamed = (host: string) => Object.keys(gateway).some((key) => isSameHost(key, host));
  return hosts.filter((host) => !isNamed(host)).map((host) => ({ at, message: `has no gateway for ${host}` }));
}

type GatewayPlace = { adapters: ConfigAdapter[]; host: string | undefined; at: ConfigPlace };

function judgeAddress(address: string, { adapters, host, at }: GatewayPlace): ConfigProblem[] {
  if (!isIpv4(address)) {
    const meant = nearest(address, ['none', 'first-address']);
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    return [{ at, message: `must be none, first-address or an IPv4 address, not ${address}${hint}` }];
  }
  const subnets = adapters.flatMap((adapter) => listSubnets(adapter, host));
  const local = subnets.filter((subnet) => contains(subnet, address));
  const whose = host === undefined ? 'every adapter' : `every adapter of ${host}`;
  if (local.length === 0) {
    // The subnet that DHCP gives an adapter may be the one.
    if (adapters.some(({ ipv4 }) => ipv4 === 'dhcp')) return [];
    const listed = subnets.length === 0 ? 'it has none in this file' : subnets.map(subnetText).join(', ');
    return [{ at, message: `${address} lies outside the subnets of ${whose} (${listed})` }];
  }
  if (local.some((subnet) => subnet.address === address && host !== undefined)) {
    return [{ at, message: `${address} is the address of ${host} itself` }];
  }
  const reason = local.map((subnet) => unusableBecause({ ...subnet, address })).find((one) => one !== undefined);
  return reason === undefined ? [] : [{ at, message: `${address} can't be a gateway: ${reason}` }];
}

function judgeFirstAddress({ adapters, host, at }: GatewayPlace): ConfigProblem[] {
  const [first] = adapters;
  const own = first === undefined || rulesOf(first.ipv4).hosts === undefined ? [] : listSubnets(first, host);
  return own
    .filter((cidr) => firstUsable(cidr) === cidr.address)
    .map((cidr) => ({ at, message: `first-address is ${cidr.address}, the address of ${host} itself` }));
}

/** The subnets an adapter may be in, on one host where the file names hosts. Of `hosts`, with the host's address. */
function listSubnets(adapter: ConfigAdapter, host: string | undefined): Cidr[] {
  const ipv4 = rulesOf(adapter.ipv4);
  if (ipv4.hosts !== undefined) {
    const entry = Object.entries(ipv4.hosts).find(([key]) => host !== undefined && isSameHost(key, host));
    const cidr = entry === undefined ? undefined : readHostAddress(entry[1], ipv4.subnet);
    return cidr === undefined ? [] : [cidr];
  }
  const range = ipv4.range === undefined ? undefined : readRange(ipv4.range);
  if (range !== undefined) return [networkOf(`${range.from}/${range.prefixLength}`)];
  const network = ipv4.managementOctet ?? ipv4.subnetPerHost?.from;
  return network !== undefined && isCidr(network) ? [networkOf(network)] : [];
}

function networkOf(text: string): Cidr {
  return parseCidr(subnetText(parseCidr(text)));
}

function isSameHost(left: string, right: string): boolean {
  return firstLabel(left.toLowerCase()) === firstLabel(right.toLowerCase());
}
