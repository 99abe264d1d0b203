import { isOnLink } from './ipv4.ts';
import { findNetstack, type LabHost, type LabVmk } from './model.ts';

/** Where a packet leaves the host, and the address that is asked for on the wire. */
export type Hop = { vmk: LabVmk; address: string };

/**
 * The route of one TCP/IP stack to `address`: on-link, then the adapter's own gateway, then the stack's. With `from`,
 * only routes that leave through that adapter count, as with `ping -I`. `undefined`: the network is unreachable.
 */
export function findRoute(
  host: LabHost,
  want: { netstack: string; address: string; from?: LabVmk | undefined },
): Hop | undefined {
  const inStack = host.network.vmks.filter((vmk) => vmk.netstack === want.netstack);
  const usable = want.from === undefined ? inStack : inStack.filter((vmk) => vmk === want.from);
  const onLink = usable.find((vmk) => reaches(vmk, want.address));
  if (onLink !== undefined) return { vmk: onLink, address: want.address };
  const override = want.from?.gatewayOverride;
  if (want.from !== undefined && override !== undefined) return { vmk: want.from, address: override };
  const gateway = findNetstack(host, want.netstack)?.gateway;
  const out = gateway === undefined ? undefined : usable.find((vmk) => reaches(vmk, gateway));
  return gateway === undefined || out === undefined ? undefined : { vmk: out, address: gateway };
}

function reaches(vmk: LabVmk, address: string): boolean {
  const { address: own, prefixLength } = vmk.ipv4;
  return own !== undefined && prefixLength !== undefined && isOnLink(address, own, prefixLength);
}
