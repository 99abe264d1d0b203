// Whether the stack's adapters reach the routers that the profile names. Known once all of them are planned.
import { isIpv6 } from './ip-network.ts';
import { networkAfter } from './network-after.ts';
import { block, type PlanDraft } from './plan-draft.ts';
import type { Profile } from './profile.ts';
import { mayReach } from './stack-hold.ts';
import type { Step } from './step.ts';
import { adaptersOnVmotionStack } from './vmotion-adapters.ts';

/** A host refuses a router that none of the stack's adapters reaches, and does so once they are made. `changes`: the steps on
 * them. Of the gateways, only the IPv6 one of a profile that gives no adapter IPv6: all others are judged when the
 * addresses are resolved. */
export function checkRouters(draft: PlanDraft, { stack, adapters }: Profile, changes: Step[]): void {
  const then = adaptersOnVmotionStack(networkAfter(draft.network, changes));
  // Where IPv6 is switched off, that is what is told.
  const isOut = (router: string) =>
    (draft.network.isIpv6Enabled || !isIpv6(router)) && !then.some((vmk) => mayReach(vmk, router));
  const { ipv6Gateway, routes = [] } = stack;
  if (ipv6Gateway !== undefined && adapters.every(({ ipv6 }) => ipv6 === undefined) && isOut(ipv6Gateway)) {
    const message = `the IPv6 gateway ${ipv6Gateway} is out of reach: no adapter of the vMotion stack has an IPv6 address in its subnet.`;
    const remedy = 'Give an adapter ipv6 in vmotion.yaml, or leave profile.stack.ipv6Gateway out.';
    block(draft, 'gateway-outside-subnet', message, remedy);
  }
  for (const { network, gateway } of routes.filter((route) => isOut(route.gateway))) {
    const message = `${gateway}, the router of the route to ${network}, is in no subnet of the vMotion stack's adapters.`;
    block(draft, 'gateway-outside-subnet', message, 'Correct profile.stack.routes in vmotion.yaml.');
  }
}
