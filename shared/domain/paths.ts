// Which adapter should reach which: the ordered pairs of a test and what is expected of each.
import { ipv6GatewayOf } from './advertised-gateway.ts';
import type { HostNetwork } from './inventory.ts';
import { contains, isIpv6, toCidrs } from './ip-network.ts';
import { isLinkLocal } from './ipv6-rule.ts';
import type { Endpoint, Expectation } from './matrix.ts';
import type { Reach } from './profile.ts';
import { byDevice, findNetstack, vmotionAdapters } from './vmotion-adapters.ts';

export type Path = { from: Endpoint; to: Endpoint; expected: Expectation };

/** The addresses of the adapters of a host that carry vMotion, IPv4 first, in the order of their devices. */
export function toEndpoints(host: string, network: HostNetwork): Endpoint[] {
  return vmotionAdapters(network)
    .toSorted(byDevice)
    .flatMap((vmk, index) => {
      const { device, netstack, mtuBytes } = vmk;
      const own = { host, device, netstack, mtuBytes, island: index + 1 };
      const gateway = vmk.gatewayOverride ?? findNetstack(network, netstack)?.settings.gateway;
      const ipv4 = toCidrs(vmk.ipv4).map((cidr): Endpoint => ({ ...own, ...cidr, gateway }));
      const ipv6 = [...(vmk.ipv6?.addresses ?? []), ...(vmk.ipv6Learnt ?? [])].slice(0, 1);
      const gateway6 = ipv6GatewayOf(vmk, network);
      return [...ipv4, ...ipv6.map((cidr): Endpoint => ({ ...own, ...cidr, gateway: gateway6 }))];
    });
}

/** Every ordered pair of addresses of one family on different hosts. */
export function toPaths(endpoints: Endpoint[], reach: Reach): Path[] {
  return pair(endpoints, reach, () => true);
}

/** The paths a wave of hosts adds to those proven before: to, from and among its hosts. */
export function toWavePaths(endpoints: Endpoint[], wave: ReadonlySet<string>, reach: Reach): Path[] {
  return pair(endpoints, reach, (from, to) => wave.has(from.host) || wave.has(to.host));
}

/** 512 hosts have a quarter of a million pairs: what is known of one end is found out once. */
function pair(endpoints: Endpoint[], reach: Reach, isWanted: (from: Endpoint, to: Endpoint) => boolean): Path[] {
  const ends = endpoints.map((end) => ({ end, isSix: isIpv6(end.address) }));
  return ends.flatMap(({ end: from, isSix }) =>
    ends
      .filter(({ end: to, isSix: isToSix }) => to.host !== from.host && isToSix === isSix && isWanted(from, to))
      .map(({ end: to }) => ({ from, to, expected: expect(from, to, reach) })),
  );
}

function expect(from: Endpoint, to: Endpoint, reach: Reach): Expectation {
  if (reach === 'islands' && from.island !== to.island) return 'unreachable';
  if (contains(from, to.address) && contains(to, from.address)) return 'reachable';
  // Between subnets a packet needs a way out and its answer a way back.
  return hasGateway(from) && hasGateway(to) ? 'reachable' : 'not-applicable';
}

function hasGateway(end: Endpoint): boolean {
  return end.gateway !== undefined && (contains(end, end.gateway) || isLinkLocal(end.gateway));
}

/** The largest packet both ends are set up for. */
export function pathMtu(path: { from: Endpoint; to: Endpoint }): number {
  return Math.min(path.from.mtuBytes, path.to.mtuBytes);
}
