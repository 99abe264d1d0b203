// The default stack's way to other networks. It is management's too, so that no plan may take it away.
import { DEFAULT_NETSTACK, type HostNetwork, type VmkernelAdapter } from './inventory.ts';
import { contains } from './ip-network.ts';

/** The gateways of the default stack, of its default routes and of those set by hand, that this adapter reaches and no
 * other one of the stack does, those in `gone` apart. Empty for an adapter that nobody needs to get out. */
export function onlyWayTo({ vmks, netstacks }: HostNetwork, vmk: VmkernelAdapter, gone: ReadonlySet<string>): string[] {
  if (vmk.netstack !== DEFAULT_NETSTACK) return [];
  const { gateway, ipv6Gateway, routes = [] } = netstacks.find(({ key }) => key === DEFAULT_NETSTACK)?.settings ?? {};
  const gateways = [gateway, ipv6Gateway, ...routes.map((route) => route.gateway)].filter((one) => one !== undefined);
  const others = vmks.filter(
    (one) => one.netstack === DEFAULT_NETSTACK && one.device !== vmk.device && !gone.has(one.device),
  );
  return [...new Set(gateways)].filter((one) => reaches(vmk, one) && !others.some((other) => reaches(other, one)));
}

function reaches({ ipv4, ipv6 }: VmkernelAdapter, gateway: string): boolean {
  const { address, prefixLength } = ipv4;
  const own = address === undefined || prefixLength === undefined ? [] : [{ address, prefixLength }];
  return [...own, ...(ipv6?.addresses ?? [])].some((one) => contains(one, gateway));
}
