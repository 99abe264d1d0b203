// The vMotion stack's settings back to what they were, as far as a host takes them.
import { type NetstackSettings, VMOTION_NETSTACK, type VmkernelAdapter } from './inventory.ts';
import { isSameSettings } from './netstack-text.ts';
import { networkAfter } from './network-after.ts';
import { addWarning, type RestoreDraft } from './restore-draft.ts';
import { mayForget, mayReach } from './stack-hold.ts';
import type { Step } from './step.ts';
import { adaptersOnVmotionStack, findNetstack } from './vmotion-adapters.ts';

/** At most one step. `changes`: the steps on adapters that come before it. A host takes no settings for a stack without
 * adapters, and no gateway that none of them reaches: those are left out, and it is told. */
export function planStackBack(draft: RestoreDraft, changes: Step[]): Step[] {
  const onStack = adaptersOnVmotionStack(draft.now);
  const then = adaptersOnVmotionStack(networkAfter(draft.now, changes));
  if (then.length === 0) return [];
  const from = findNetstack(draft.now, VMOTION_NETSTACK)?.settings ?? {};
  const old = findNetstack(draft.goal.before, VMOTION_NETSTACK)?.settings ?? {};
  const learnt = findLearntGateways(draft, from);
  // Routes that nobody speaks of stay, so that having none must be said.
  const all = { ...old, routes: old.routes ?? (from.routes === undefined ? undefined : []) };
  const isForgotten = mayForget(all, onStack, changes);
  const to = withoutUnreachable(draft, all, { vmks: then, kept: isForgotten ? {} : from });
  const { gateway = learnt.gateway, ipv6Gateway = learnt.ipv6Gateway } = to;
  // Sent along, a learnt gateway would be one set by hand, and outlive its adapter.
  if (!isForgotten && isSameSettings(from, { ...to, gateway, ipv6Gateway })) return [];
  return [{ kind: 'set-netstack', netstack: VMOTION_NETSTACK, from, to }];
}

/** Gateways that the network told an adapter look like those set by hand. What no step of ours has set, where the network
 * may tell one, leaves with its adapter and can't be cleared before. */
function findLearntGateways(
  { now, goal }: RestoreDraft,
  { gateway, ipv6Gateway }: NetstackSettings,
): Pick<NetstackSettings, 'gateway' | 'ipv6Gateway'> {
  const adapters = adaptersOnVmotionStack(now);
  const set = goal.applied.flatMap((step) => (step.kind === 'set-netstack' ? [step.to] : []));
  const isLearnt4 = adapters.some(({ ipv4 }) => ipv4.dhcp) && !set.some((one) => one.gateway === gateway);
  const isLearnt6 =
    adapters.some(({ ipv6 }) => ipv6?.autoconfiguration === true) &&
    !set.some((one) => one.ipv6Gateway === ipv6Gateway);
  return { gateway: isLearnt4 ? gateway : undefined, ipv6Gateway: isLearnt6 ? ipv6Gateway : undefined };
}

/** `vmks`: the stack's adapters when it is set. `kept`: what it has by then anyway, and nobody has to reach. */
function withoutUnreachable(
  draft: RestoreDraft,
  settings: NetstackSettings,
  { vmks, kept }: { vmks: VmkernelAdapter[]; kept: NetstackSettings },
): NetstackSettings {
  const isOut = (gateway: string | undefined): gateway is string =>
    gateway !== undefined && !vmks.some((vmk) => mayReach(vmk, gateway));
  const to = { ...settings };
  const { gateway, ipv6Gateway, routes = [] } = settings;
  if (gateway !== kept.gateway && isOut(gateway)) {
    to.gateway = undefined;
    warnUnreachable(draft, `gateway ${gateway}`);
  }
  if (ipv6Gateway !== kept.ipv6Gateway && isOut(ipv6Gateway)) {
    to.ipv6Gateway = undefined;
    warnUnreachable(draft, `IPv6 gateway ${ipv6Gateway}`);
  }
  const isKept = (route: { network: string; gateway: string }) =>
    (kept.routes ?? []).some((one) => one.network === route.network && one.gateway === route.gateway);
  const dead = routes.filter((route) => !isKept(route) && isOut(route.gateway));
  for (const { network, gateway: via } of dead) warnUnreachable(draft, `route to ${network} via ${via}`);
  return dead.length === 0 ? to : { ...to, routes: routes.filter((route) => !dead.includes(route)) };
}

function warnUnreachable(draft: RestoreDraft, what: string): void {
  addWarning(
    draft,
    'cannot-restore',
    `the vMotion stack had the ${what}, which none of its adapters reaches: a host does not take it, and it stays away.`,
    'Set it by hand once an adapter of the stack reaches it, if anybody needs it.',
  );
}
