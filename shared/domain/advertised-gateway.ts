// IPv6 gateways that routers tell: vCenter shows one as the whole stack's, and it is a way out of the adapters that hear it.
import type { HostNetwork, VmkernelAdapter, VmkSpec } from './inventory.ts';
import { isLinkLocal } from './ipv6-rule.ts';
import { findNetstack } from './vmotion-adapters.ts';

/** Whether the stack's IPv6 gateway, or that it has none, is what routers tell its adapters. They advertise from their
 * link-local address (RFC 4861, 4.2), so that any other was set by hand. DHCPv6 tells none. */
export function mayBeAdvertised(gateway: string | undefined, onStack: readonly VmkSpec[]): boolean {
  return (gateway === undefined || isLinkLocal(gateway)) && onStack.some(hearsRouters);
}

/** The IPv6 gateway of the adapter's stack where it may be a way out of that adapter. */
export function ipv6GatewayOf(vmk: VmkernelAdapter, network: HostNetwork): string | undefined {
  const gateway = findNetstack(network, vmk.netstack)?.settings.ipv6Gateway;
  const onStack = network.vmks.filter(({ netstack }) => netstack === vmk.netstack);
  return mayBeAdvertised(gateway, onStack) && !hearsRouters(vmk) ? undefined : gateway;
}

const hearsRouters = ({ ipv6 }: VmkSpec): boolean => ipv6?.autoconfiguration === true;
