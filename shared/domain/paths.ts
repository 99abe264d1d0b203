// Which adapter should reach which: the ordered pairs of a test and what is expected of each.
import type { HostNetwork } from './inventory.ts';
import { contains } from './ip-network.ts';
import type { Endpoint, Expectation } from './matrix.ts';
import type { Reach } from './profile.ts';
import { byDevice, findNetstack, vmotionAdapters } from './vmotion-adapters.ts';

export type Path = { from: Endpoint; to: Endpoint; expected: Expectation };

/** The adapters of a host that carry vMotion and have an IPv4 address, in the order of their devices. */
export function toEndpoints(host: string, network: HostNetwork): Endpoint[] {
  return vmotionAdapters(network)
    .toSorted(byDevice)
    .flatMap((vmk, index) => {
      const { address, prefixLength } = vmk.ipv4;
      if (address === undefined || prefixLength === undefined) return [];
      const gateway = vmk.gatewayOverride ?? findNetstack(network, vmk.netstack)?.settings.gateway;
      const { device, netstack, mtuBytes } = vmk;
      return [{ host, device, address, prefixLength, netstack, mtuBytes, gateway, island: index + 1 }];
    });
}

/** Every ordered pair of adapters on different hosts. */
export function toPaths(endpoints: Endpoint[], reach: Reach): Path[] {
  return endpoints.flatMap((from) =>
    endpoints.filter((to) => to.host !== from.host).map((to) => ({ from, to, expected: expect(from, to, reach) })),
  );
}

/** The paths a wave of hosts adds to those proven before: to, from and among its hosts. */
export function toWavePaths(endpoints: Endpoint[], wave: ReadonlySet<string>, reach: Reach): Path[] {
  return toPaths(endpoints, reach).filter((path) => wave.has(path.from.host) || wave.has(path.to.host));
}

function expect(from: Endpoint, to: Endpoint, reach: Reach): Expectation {
  if (reach === 'islands' && from.island !== to.island) return 'unreachable';
  if (contains(from, to.address) && contains(to, from.address)) return 'reachable';
  // Between subnets a packet needs a way out and its answer a way back.
  return hasGateway(from) && hasGateway(to) ? 'reachable' : 'not-applicable';
}

function hasGateway(end: Endpoint): boolean {
  return end.gateway !== undefined && contains(end, end.gateway);
}

/** The largest packet both ends are set up for. */
export function pathMtu(path: { from: Endpoint; to: Endpoint }): number {
  return Math.min(path.from.mtuBytes, path.to.mtuBytes);
}
