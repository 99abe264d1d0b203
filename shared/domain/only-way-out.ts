// The default stack's way to other networks. It is management's too, so that no plan may take it away.
import { DEFAULT_NETSTACK, type HostNetwork, type VmkernelAdapter } from './inventory.ts';
import { contains } from './ip-network.ts';
import { gatewaysOf } from './netstack-text.ts';
import { ownSubnets } from './vmk-spec.ts';

/** The gateways of the default stack, of its default routes and of those set by hand, that this adapter reaches and no
 * other one of the stack does, those in `gone` apart. Empty for an adapter that nobody needs to get out. */
export function onlyWayTo(network: HostNetwork, vmk: VmkernelAdapter, gone: ReadonlySet<string>): string[] {
  if (vmk.netstack !== DEFAULT_NETSTACK) return [];
  const gateways = gatewaysOf(network.netstacks.find(({ key }) => key === DEFAULT_NETSTACK)?.settings ?? {});
  const others = othersOnDefaultStack(network, vmk, gone);
  return [...new Set(gateways)].filter((one) => reaches(vmk, one) && !others.some((other) => reaches(other, one)));
}

/** What the default stack has beside this adapter, those in `gone` apart. */
export function othersOnDefaultStack(
  { vmks }: HostNetwork,
  vmk: VmkernelAdapter,
  gone: ReadonlySet<string>,
): VmkernelAdapter[] {
  return vmks.filter((one) => one.netstack === DEFAULT_NETSTACK && one.device !== vmk.device && !gone.has(one.device));
}

const reaches = (vmk: VmkernelAdapter, gateway: string): boolean =>
  ownSubnets(vmk).some((one) => contains(one, gateway));
