// The addresses of vmotion.yaml as they stand there, and what is wrong with them before any host is known.
import {
  type Cidr,
  cidrText,
  compareAddresses,
  contains,
  isCidr,
  isIpv4,
  networkAddress,
  parseCidr,
  subnetText,
  unusableBecause,
} from '../domain/ip-network.ts';
import type { ConfigPlace, ConfigProblem } from './config-problem.ts';
import type { ConfigAdapter } from './config-adapter-schema.ts';

type Ipv4 = ConfigAdapter['ipv4'];
type Ipv4Rules = Exclude<Ipv4, 'dhcp'>;

/** The rules of an adapter's address; empty for one that DHCP gives. */
export function rulesOf(ipv4: Ipv4): Ipv4Rules {
  return ipv4 === 'dhcp' ? {} : ipv4;
}

const RULES = ['hosts', 'range', 'managementOctet', 'subnetPerHost'] as const;

/** What is wrong with one adapter's rule. */
export function judgeIpv4(ipv4: Ipv4, at: ConfigPlace): ConfigProblem[] {
  if (ipv4 === 'dhcp') return [];
  const given = RULES.filter((rule) => ipv4[rule] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    return [{ at, message: `needs exactly one of ${RULES.join(', ')}; it has ${found}` }];
  }
  if (ipv4.subnet !== undefined && ipv4.hosts === undefined) {
    return [{ at: [...at, 'subnet'], message: 'belongs to hosts; the other rules have their own' }];
  }
  if (ipv4.hosts !== undefined) return judgeHosts(ipv4.hosts, ipv4.subnet, at);
  if (ipv4.range !== undefined) return judgeRange(ipv4.range, [...at, 'range']);
  if (ipv4.managementOctet !== undefined) return judgeNetwork(ipv4.managementOctet, [...at, 'managementOctet']);
  return ipv4.subnetPerHost === undefined ? [] : judgeSubnets(ipv4.subnetPerHost, [...at, 'subnetPerHost']);
}

/** An address of `hosts`, with the prefix length of `subnet` if it has none of its own. `undefined`: not an address. */
export function readHostAddress(value: string, subnet: string | undefined): Cidr | undefined {
  if (isCidr(value) && isIpv4(parseCidr(value).address)) return parseCidr(value);
  if (!isIpv4(value) || subnet === undefined || !isCidr(subnet)) return undefined;
  return { address: value, prefixLength: parseCidr(subnet).prefixLength };
}

/** "172.16.1.10-172.16.1.80/24". `undefined`: not a range. */
export function readRange(value: string): { from: string; to: string; prefixLength: number } | undefined {
  const [from = '', to = '', ...rest] = value.split('-').map((part) => part.trim());
  if (rest.length > 0 || !isIpv4(from) || !isCidr(to) || !isIpv4(parseCidr(to).address)) return undefined;
  return { from, to: parseCidr(to).address, prefixLength: parseCidr(to).prefixLength };
}

function judgeHosts(hosts: Record<string, string>, subnet: string | undefined, at: ConfigPlace): ConfigProblem[] {
  const wrongSubnet = subnet === undefined ? [] : judgeNetwork(subnet, [...at, 'subnet']);
  if (wrongSubnet.length > 0) return wrongSubnet;
  if (Object.keys(hosts).length === 0) return [{ at: [...at, 'hosts'], message: 'names no host' }];
  return Object.entries(hosts).flatMap(([host, value]) => judgeHost(value, subnet, [...at, 'hosts', host]));
}

function judgeHost(value: string, subnet: string | undefined, at: ConfigPlace): ConfigProblem[] {
  const cidr = readHostAddress(value, subnet);
  if (cidr === undefined) {
    const example =
      subnet === undefined ? 'an IPv4 address with its prefix length, such as 172.17.8.2/30' : 'an IPv4 address';
    return [{ at, message: `must be ${example}, not ${value}` }];
  }
  const declared = subnet === undefined ? undefined : parseCidr(subnet);
  if (declared !== undefined && (!contains(declared, cidr.address) || cidr.prefixLength !== declared.prefixLength)) {
    return [{ at, message: `${cidrText(cidr)} lies outside its subnet ${subnetText(declared)}` }];
  }
  const reason = unusableBecause(cidr);
  return reason === undefined ? [] : [{ at, message: `no host can have ${cidrText(cidr)}: ${reason}` }];
}

function judgeRange(value: string, at: ConfigPlace): ConfigProblem[] {
  const range = readRange(value);
  if (range === undefined)
    return [{ at, message: `must be FIRST-LAST/PREFIX, such as 172.16.1.10-172.16.1.80/24, not ${value}` }];
  const { from, to, prefixLength } = range;
  if (compareAddresses(from, to) > 0) return [{ at, message: `begins with ${from}, behind its end ${to}` }];
  if (!contains({ address: from, prefixLength }, to)) {
    return [
      { at, message: `${to} lies outside the subnet of ${from}, ${subnetText({ address: from, prefixLength })}` },
    ];
  }
  return [from, to].flatMap((address) => {
    const reason = unusableBecause({ address, prefixLength });
    return reason === undefined ? [] : [{ at, message: `no host can have ${address}: ${reason}` }];
  });
}

function judgeSubnets(rule: { from: string; prefix: number }, at: ConfigPlace): ConfigProblem[] {
  const wrong = judgeNetwork(rule.from, [...at, 'from']);
  if (wrong.length > 0) return wrong;
  const whole = parseCidr(rule.from);
  if (rule.prefix >= whole.prefixLength) return [];
  return [{ at: [...at, 'prefix'], message: `/${rule.prefix} is larger than the whole ${subnetText(whole)}` }];
}

/** A network is given by its first address. */
function judgeNetwork(value: string, at: ConfigPlace): ConfigProblem[] {
  if (!isCidr(value) || !isIpv4(parseCidr(value).address)) {
    return [{ at, message: `must be an IPv4 network such as 172.16.1.0/24, not ${value}` }];
  }
  const cidr = parseCidr(value);
  if (networkAddress(cidr) === cidr.address) return [];
  return [{ at, message: `${value} is an address inside a network`, remedy: `Write ${subnetText(cidr)}.` }];
}
