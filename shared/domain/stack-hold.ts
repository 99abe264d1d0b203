// What a TCP/IP stack holds on to while its adapters come and go. Nobody knows what it keeps while it has none.
import type { HostNetwork, NetstackSettings, Route, VmkernelAdapter, VmkSpec } from './inventory.ts';
import { contains, isIpv6 } from './ip-network.ts';
import { isLinkLocal } from './ipv6-rule.ts';
import { dnsText, gatewaysOf, routesText } from './netstack-text.ts';
import { ipv4Text, ipv6Text } from './network-fields.ts';
import type { Step } from './step.ts';
import { linkSubnets } from './vmk-spec.ts';

/**
 * Whether the stack may have forgotten some of the settings once the steps are done, so that they have to be set again:
 * it has no adapter in between, or none that reaches a gateway any more. `vmks`: the stack's own before the steps.
 */
export function mayForget(settings: NetstackSettings, vmks: VmkernelAdapter[], steps: Step[]): boolean {
  const isAdded = steps.some((step) => step.kind === 'add-vmk');
  const isEmptied = vmks.every((vmk) => steps.some((step) => step.kind === 'remove-vmk' && step.device === vmk.device));
  if (isAdded && isEmptied) return isAnyKept(settings);
  const [moved, staying] = [vmks.filter((vmk) => isMoved(vmk, steps)), vmks.filter((vmk) => !isMoved(vmk, steps))];
  return gatewaysOf(settings).some(
    (gateway) => moved.some((vmk) => reaches(vmk, gateway)) && !staying.some((vmk) => reaches(vmk, gateway)),
  );
}

/** Whether DHCP may tell the adapter's stack a gateway. */
export const asksDhcp = ({ ipv4 }: VmkSpec): boolean => ipv4.dhcp;

/** The device where it is one of the adapters that ask DHCP, before the steps and after them: a stack takes its DNS from no
 * other. One that is made again may get another number. */
export function askingDevice(
  device: string | undefined,
  { before, after }: { before: readonly VmkernelAdapter[]; after: readonly VmkernelAdapter[] },
  steps: readonly Step[],
): string | undefined {
  const isRemoved = steps.some((step) => step.kind === 'remove-vmk' && step.device === device);
  const isThere = before.some((vmk) => vmk.device === device);
  return isThere && !isRemoved && after.some((vmk) => vmk.device === device && asksDhcp(vmk)) ? device : undefined;
}

/** Whether an adapter may reach the gateway on its own link, as far as one can tell: what the network gives it may lie in
 * the gateway's subnet. A host refuses a gateway that none of the stack's adapters reaches. */
export function mayReach(vmk: VmkSpec, gateway: string): boolean {
  const { ipv4, ipv6 } = vmk;
  const isUnknown = isIpv6(gateway) ? ipv6?.dhcp === true || ipv6?.autoconfiguration === true : ipv4.dhcp;
  return isUnknown || reaches(vmk, gateway);
}

/** The settings without the routers that no adapter of the stack reaches: a host takes none of them. `left`: what had to be
 * left out, by its name. `kept`: what need not be reached. */
export function withoutUnreachable(
  settings: NetstackSettings,
  vmks: VmkSpec[],
  kept: NetstackSettings,
): { settings: NetstackSettings; left: string[] } {
  const isOut = (router: string | undefined) => router !== undefined && !vmks.some((vmk) => mayReach(vmk, router));
  const { gateway, ipv6Gateway, routes = [] } = settings;
  const to = { ...settings };
  const left: string[] = [];
  if (gateway !== kept.gateway && isOut(gateway)) {
    to.gateway = undefined;
    left.push(`gateway ${gateway}`);
  }
  if (ipv6Gateway !== kept.ipv6Gateway && isOut(ipv6Gateway)) {
    to.ipv6Gateway = undefined;
    left.push(`IPv6 gateway ${ipv6Gateway}`);
  }
  const isKept = (route: Route) =>
    (kept.routes ?? []).some((one) => one.network === route.network && one.gateway === route.gateway);
  const dead = routes.filter((route) => !isKept(route) && isOut(route.gateway));
  left.push(...dead.map((route) => `route to ${route.network} via ${route.gateway}`));
  if (dead.length > 0) to.routes = routes.filter((route) => !dead.includes(route));
  return { settings: to, left };
}

/** What the steps have set on a stack that has adapters and is not there any more, by its name. What the profile says
 * nothing about is in no plan, so that nobody would miss it. */
export function forgotten({ vmks, netstacks }: HostNetwork, steps: Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'set-netstack' || !vmks.some((vmk) => vmk.netstack === step.netstack)) return [];
    const now = netstacks.find((stack) => stack.key === step.netstack)?.settings ?? {};
    const { gateway, ipv6Gateway, dns, routes = [] } = step.to;
    return [
      ...(gateway === undefined || gateway === now.gateway ? [] : [`gateway ${gateway}`]),
      ...(ipv6Gateway === undefined || ipv6Gateway === now.ipv6Gateway ? [] : [`IPv6 gateway ${ipv6Gateway}`]),
      ...(dnsText(dns) === '' || dnsText(dns) === dnsText(now.dns) ? [] : ['DNS']),
      ...(routes.length === 0 || routesText(routes) === routesText(now.routes) ? [] : ['routes']),
    ];
  });
}

/** What is there only because somebody has set it. */
function isAnyKept(settings: NetstackSettings): boolean {
  const { dns, dnsDevice } = settings;
  return gatewaysOf(settings).length > 0 || dnsDevice !== undefined || dnsText(dns) !== '';
}

function isMoved(vmk: VmkernelAdapter, steps: Step[]): boolean {
  return steps.some((step) => {
    if (step.kind === 'remove-vmk') return step.device === vmk.device;
    if (step.kind !== 'update-vmk' || step.device !== vmk.device) return false;
    return ipv4Text(step.to.ipv4) !== ipv4Text(vmk.ipv4) || ipv6Text(step.to.ipv6) !== ipv6Text(vmk.ipv6);
  });
}

function reaches(vmk: VmkSpec & Pick<Partial<VmkernelAdapter>, 'ipv6Learnt'>, gateway: string): boolean {
  // Every adapter has a link-local address.
  if (isLinkLocal(gateway)) return true;
  return linkSubnets(vmk).some((one) => one.address !== gateway && contains(one, gateway));
}
