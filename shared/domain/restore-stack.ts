// The vMotion stack's settings back to what they were, as far as a host takes them.
import { mayBeAdvertised } from './advertised-gateway.ts';
import { type NetstackSettings, VMOTION_NETSTACK } from './inventory.ts';
import { isSameSettings } from './netstack-text.ts';
import { networkAfter } from './network-after.ts';
import { addWarning, type RestoreDraft, type RestoreGoal } from './restore-draft.ts';
import { askingDevice, asksDhcp, mayForget, withoutUnreachable } from './stack-hold.ts';
import type { Step } from './step.ts';
import { adaptersOnVmotionStack, findNetstack } from './vmotion-adapters.ts';

/** Of both families, by their names among the stack's settings. */
const GATEWAYS = ['gateway', 'ipv6Gateway'] as const;

/** At most one step. `changes`: the steps on adapters that come before it. A host takes no settings for a stack without
 * adapters, and no gateway that none of them reaches: those are left out, and it is told. */
export function planStackBack(draft: RestoreDraft, changes: Step[]): Step[] {
  const onStack = adaptersOnVmotionStack(draft.now);
  const then = adaptersOnVmotionStack(networkAfter(draft.now, changes));
  if (then.length === 0) return [];
  const settings = findNetstack(draft.now, VMOTION_NETSTACK)?.settings ?? {};
  const { from, old } = withoutTold(draft, settings);
  const dnsDevice = askingDevice(old.dnsDevice, { before: onStack, after: then }, changes);
  if (dnsDevice !== old.dnsDevice) warnDns(draft, old.dnsDevice);
  // Routes that nobody speaks of stay, so that having none must be said.
  const all = { ...old, dnsDevice, routes: old.routes ?? (from.routes === undefined ? undefined : []) };
  const isForgotten = mayForget(all, onStack, changes);
  const { settings: to, left } = withoutUnreachable(all, then, isForgotten ? {} : from);
  for (const what of left) warnUnreachable(draft, what);
  const own = withoutLeft(from, all, to);
  if (!isForgotten && isSameSettings(own, to)) return [];
  return [{ kind: 'set-netstack', netstack: VMOTION_NETSTACK, from: own, to }];
}

/** A gateway that the stack has, that is to stay, and that no adapter reaches: a host that keeps it does not take it once
 * more, so that it is not spoken of. Left out of what is wanted alone, it would be cleared. */
function withoutLeft(from: NetstackSettings, wanted: NetstackSettings, to: NetstackSettings): NetstackSettings {
  const own = { ...from };
  for (const name of GATEWAYS) if (to[name] === undefined && wanted[name] === from[name]) own[name] = undefined;
  return own;
}

/** What the stack has and had, but for gateways that the network tells its adapters, which look like those set by hand. What
 * no step of ours has set, where the network may tell one, comes and goes with its adapter: it is neither set nor cleared.
 * Sent along, it would be one set by hand, and outlive its lease. */
function withoutTold(
  { now, goal }: RestoreDraft,
  settings: NetstackSettings,
): { from: NetstackSettings; old: NetstackSettings } {
  const [from, old] = [{ ...settings }, { ...findNetstack(goal.before, VMOTION_NETSTACK)?.settings }];
  const [here, before] = [adaptersOnVmotionStack(now), adaptersOnVmotionStack(goal.before)];
  const isTold = { gateway: here.some(asksDhcp), ipv6Gateway: mayBeAdvertised(settings.ipv6Gateway, here) };
  const wasTold = { gateway: before.some(asksDhcp), ipv6Gateway: mayBeAdvertised(old.ipv6Gateway, before) };
  for (const name of GATEWAYS) {
    const { isSet, isReplaced } = steppedOn(goal, name);
    if (isTold[name] && !isSet(settings[name])) {
      from[name] = undefined;
      if (old[name] === settings[name]) old[name] = undefined;
    }
    if (wasTold[name] && !isSet(old[name]) && !isReplaced(old[name])) old[name] = undefined;
  }
  return { from, old };
}

/** Whether steps of ours have set a gateway, and whether they have replaced or cleared one that was not told, as far as one can
 * know: a revert's plan leaves out what is told, and an advertised gateway shows as such. An IPv4 one that DHCP may have told
 * is set again, as vCenter showed it: one too many does less harm than one too few. */
function steppedOn({ applied, isOfRevert = false }: RestoreGoal, name: (typeof GATEWAYS)[number]) {
  const steps = applied.flatMap((step) => (step.kind === 'set-netstack' ? [step] : []));
  const isAmong = (gateways: (string | undefined)[]) => (gateway: string | undefined) =>
    gateway !== undefined && gateways.includes(gateway);
  const away = steps.filter(({ from, to }) => from[name] !== to[name]).map(({ from }) => from[name]);
  return {
    isSet: isAmong(steps.map(({ to }) => to[name])),
    isReplaced: isAmong(isOfRevert || name === 'gateway' ? away : []),
  };
}

function warnDns(draft: RestoreDraft, device = ''): void {
  const message = `the vMotion stack had its DNS by DHCP of ${device}, which is not the adapter any more that it was: that does not come back by itself.`;
  addWarning(
    draft,
    'cannot-restore',
    message,
    'Set it so in vCenter, on the adapter that is there now, if anybody needs it.',
  );
}

function warnUnreachable(draft: RestoreDraft, what: string): void {
  addWarning(
    draft,
    'cannot-restore',
    `the vMotion stack had the ${what}, which none of its adapters reaches: a host does not take it, and it stays away.`,
    'Set it by hand once an adapter of the stack reaches it, if anybody needs it.',
  );
}
