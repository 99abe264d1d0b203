import { findNetstack, type LabHost, type LabNetstack, type LabVmk } from './model.ts';
import { addressesOf, isIpv6, isNeighbour } from './vmk-address.ts';

/** Where a packet leaves the host, and the address that is asked for on the wire. */
export type Hop = { vmk: LabVmk; address: string };

/**
 * The route of one TCP/IP stack to `address`: on-link, then the stack's static routes, then the adapter's own gateway,
 * then the stack's, then what the network advertised. With `from`, only routes that leave through that adapter count,
 * as with `ping -I`. `undefined`: the network is unreachable.
 */
export function findRoute(
  host: LabHost,
  want: { netstack: string; address: string; from?: LabVmk | undefined },
): Hop | undefined {
  const { address, from } = want;
  const inStack = host.network.vmks.filter((vmk) => vmk.netstack === want.netstack);
  const usable = from === undefined ? inStack : inStack.filter((vmk) => vmk === from);
  const onLink = usable.find((vmk) => reaches(vmk, address));
  if (onLink !== undefined) return { vmk: onLink, address };
  const stack = findNetstack(host, want.netstack);
  for (const route of staticRoutes(stack, address)) {
    const out = usable.find((vmk) => reaches(vmk, route.gateway));
    if (out !== undefined) return { vmk: out, address: route.gateway };
  }
  const override = isIpv6(address) ? undefined : from?.gatewayOverride;
  if (from !== undefined && override !== undefined) return { vmk: from, address: override };
  const gateway = isIpv6(address) ? stack?.ipv6Gateway : stack?.gateway;
  return gateway === undefined ? learntRoute(usable, address) : via(usable, gateway);
}

/** Those to `address`, the most specific first. */
function staticRoutes(stack: LabNetstack | undefined, address: string): { gateway: string }[] {
  const routes = (stack?.routes ?? []).filter(({ network, prefixLength }) =>
    isNeighbour(address, { address: network, prefixLength }),
  );
  return routes.toSorted((a, b) => b.prefixLength - a.prefixLength);
}

function learntRoute(usable: LabVmk[], address: string): Hop | undefined {
  for (const vmk of usable) {
    const gateway = isIpv6(address) ? vmk.learntGateway6 : vmk.learntGateway;
    const hop = gateway === undefined ? undefined : via([vmk], gateway);
    if (hop !== undefined) return hop;
  }
  return undefined;
}

function via(usable: LabVmk[], gateway: string): Hop | undefined {
  const out = usable.find((vmk) => reaches(vmk, gateway));
  return out === undefined ? undefined : { vmk: out, address: gateway };
}

function reaches(vmk: LabVmk, address: string): boolean {
  return addressesOf(vmk, isIpv6(address) ? 6 : 4).some((own) => isNeighbour(address, own));
}
