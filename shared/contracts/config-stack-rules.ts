// IPv6 and the stack's own settings in vmotion.yaml: what is wrong with them before any host is known.
import {
  isAddress,
  isCidr,
  isIpv4,
  isIpv6,
  networkAddress,
  parseCidr,
  subnetText,
  unusableBecause,
} from '../domain/ip-network.ts';
import type { ConfigAdapter } from './config-adapter-schema.ts';
import type { ConfigPlace, ConfigProblem } from './config-problem.ts';
import type { ConfigCluster } from './config-schema.ts';

/** What is wrong with one adapter's IPv6. */
export function judgeIpv6(ipv6: NonNullable<ConfigAdapter['ipv6']>, at: ConfigPlace): ConfigProblem[] {
  if (typeof ipv6 === 'string') return [];
  const hosts = Object.entries(ipv6.hosts);
  if (hosts.length === 0) return [{ at: [...at, 'hosts'], message: 'names no host' }];
  return hosts.flatMap(([host, value]) => judgeIpv6Host(value, [...at, 'hosts', host]));
}

function judgeIpv6Host(value: string, at: ConfigPlace): ConfigProblem[] {
  if (!isCidr(value) || !isIpv6(parseCidr(value).address))
    return [{ at, message: `must be an IPv6 address with its prefix length, such as fd00:12::51/64, not ${value}` }];
  const reason = unusableBecause(parseCidr(value));
  return reason === undefined ? [] : [{ at, message: `no host can have ${value}: ${reason}` }];
}

/** What is wrong with the stack's settings, the IPv4 gateway aside. */
export function judgeStack(stack: ConfigCluster['profile']['stack'], at: ConfigPlace): ConfigProblem[] {
  const { ipv6Gateway, dns, routes = [] } = stack;
  const wrongGateway = ipv6Gateway !== undefined && !isIpv6(ipv6Gateway);
  return [
    ...(wrongGateway ? [{ at: [...at, 'ipv6Gateway'], message: `must be an IPv6 address, not ${ipv6Gateway}` }] : []),
    ...(dns?.servers ?? []).flatMap((server, index) =>
      isAddress(server) ? [] : [{ at: [...at, 'dns', 'servers', index], message: `must be an address, not ${server}` }],
    ),
    ...routes.flatMap((route, index) => judgeRoute(route, [...at, 'routes', index])),
  ];
}

function judgeRoute({ network, gateway }: { network: string; gateway: string }, at: ConfigPlace): ConfigProblem[] {
  if (!isCidr(network)) {
    return [{ at: [...at, 'network'], message: `must be a network such as 172.18.0.0/16, not ${network}` }];
  }
  const cidr = parseCidr(network);
  if (networkAddress(cidr) !== cidr.address) {
    const remedy = `Write ${subnetText(cidr)}.`;
    return [{ at: [...at, 'network'], message: `${network} is an address inside a network`, remedy }];
  }
  if (cidr.prefixLength === 0) {
    return [{ at: [...at, 'network'], message: 'is the default route; that is what gateway and ipv6Gateway are for' }];
  }
  const isFamily = isIpv4(cidr.address) ? isIpv4 : isIpv6;
  return isFamily(gateway)
    ? []
    : [{ at: [...at, 'gateway'], message: `must be an address of the network's own family, not ${gateway}` }];
}
