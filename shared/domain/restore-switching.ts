// Switches and port groups back to what they were.
import { changedGroups, type GroupGoal } from './group-goal.ts';
import type { DistributedPortGroup, PortGroup } from './inventory.ts';
import { addWarning, type RestoreDraft } from './restore-draft.ts';
import type { Removal } from './restore-adapters.ts';
import type { Step, StepKind } from './step.ts';
import { hasUplinksOf, isSameOrder } from './step-effect.ts';

/** Switches that were there before and were removed since, before a port group needs them again. */
export function planSwitchesBack({ now, goal }: RestoreDraft): Step[] {
  return [...switchNames(goal.applied, 'remove-switch')].flatMap((name): Step[] => {
    const old = goal.before.standardSwitches.find((one) => one.name === name);
    if (old === undefined || now.standardSwitches.some((one) => one.name === name)) return [];
    return [{ kind: 'add-switch', standardSwitch: old }];
  });
}

/** Port groups that were there before and were changed or removed since, before an adapter needs them again. */
export function planGroupsBack({ now, goal }: RestoreDraft): Step[] {
  const steps: Step[] = [];
  for (const name of groupNames(goal.applied, ['update-port-group', 'remove-port-group'])) {
    const old = goal.before.portGroups.find((group) => group.name === name);
    if (old === undefined) continue;
    const group = now.portGroups.find((one) => one.name === name);
    if (group === undefined) steps.push({ kind: 'add-port-group', portGroup: old });
    else if (!isSameGroup(group, old)) steps.push({ kind: 'update-port-group', from: group, to: old });
  }
  return steps;
}

function isSameGroup(a: PortGroup, b: PortGroup): boolean {
  return (
    a.switchName === b.switchName &&
    a.vlanId === b.vlanId &&
    a.overridesUplinks === b.overridesUplinks &&
    isSameOrder(a.uplinks, b.uplinks)
  );
}

/** The uplink order of distributed port groups that the product changed, under the version they have now. One that others
 * need as it is stays. */
export function planDistributedBack(draft: RestoreDraft): Step[] {
  return (draft.goal.groups ?? ownGroups(draft)).flatMap(({ original: old, neededBy }): Step[] => {
    const from = findByKey(draft.now, old.key);
    if (from === undefined) {
      addWarning(draft, 'cannot-restore', `distributed port group ${old.name} is gone, and stays gone.`);
      return [];
    }
    if (hasUplinksOf(from, old)) return [];
    if (neededBy.length > 0) {
      const message = `distributed port group ${old.name} keeps ${from.uplinks.active.join(', ')} alone: ${neededBy.join(', ')} needs it so.`;
      const remedy = 'It gets back what it had when whoever needs it last is reverted.';
      addWarning(draft, 'port-group-shared', message, remedy);
      return [];
    }
    // An image of an older version does not tell whose the order was: it comes back as the port group's own.
    const { uplinks, overridesUplinks = true } = old;
    return [{ kind: 'update-distributed-port-group', from, to: { ...from, uplinks, overridesUplinks } }];
  });
}

function ownGroups({ goal }: RestoreDraft): GroupGoal[] {
  const keys = [...new Set(changedGroups(goal.applied).map(({ key }) => key))];
  return keys.flatMap((key) => findByKey(goal.before, key) ?? []).map((original) => ({ original, neededBy: [] }));
}

function findByKey(network: RestoreDraft['now'], key: string): DistributedPortGroup | undefined {
  return network.distributedPortGroups?.find((one) => one.key === key);
}

/** Port groups that the product made. One that somebody else's adapter or a VM uses by now stays. */
export function planGroupsAway(
  draft: RestoreDraft,
  removals: Removal[],
): Extract<Step, { kind: 'remove-port-group' }>[] {
  const { now, goal } = draft;
  const gone = new Set(removals.map((step) => step.device));
  return [...groupNames(goal.applied, ['add-port-group'])]
    .filter((name) => !goal.before.portGroups.some((old) => old.name === name))
    .flatMap((name) => now.portGroups.filter((group) => group.name === name))
    .filter((group) => {
      const user = now.vmks.find(
        (vmk) => !gone.has(vmk.device) && vmk.attachment.kind === 'standard' && vmk.attachment.portGroup === group.name,
      );
      const holder = user?.device ?? vmsIn(draft, group);
      if (holder !== undefined)
        addWarning(draft, 'cannot-restore', `port group ${group.name} stays: ${holder} is in it.`, MOVE_OUT);
      return holder === undefined;
    })
    .map((portGroup) => ({ kind: 'remove-port-group', portGroup }));
}

/** Why the host keeps the port group, as far as vCenter shows it. */
function vmsIn({ now, goal }: RestoreDraft, { name }: PortGroup): string | undefined {
  if (now.vmPortGroups?.includes(name) === true) return 'a running VM';
  return goal.inUse?.includes(name) === true ? 'something that the host does not name, mostly a VM,' : undefined;
}

const MOVE_OUT = 'Move what is in it to another port group; then remove it by hand, if nobody needs it.';

/** Switches that the product made, once nothing is on them. `removed`: port groups that go before. */
export function planSwitchesAway(draft: RestoreDraft, removed: { portGroup: PortGroup }[]): Step[] {
  const { now, goal } = draft;
  const gone = new Set(removed.map((step) => step.portGroup.name));
  return [...switchNames(goal.applied, 'add-switch')].flatMap((name): Step[] => {
    const standardSwitch = now.standardSwitches.find((one) => one.name === name);
    if (standardSwitch === undefined || goal.before.standardSwitches.some((one) => one.name === name)) return [];
    const left = now.portGroups.filter((group) => group.switchName === name && !gone.has(group.name));
    const isFree = left.length === 0 && goal.inUse?.includes(name) !== true;
    if (isFree) return [{ kind: 'remove-switch', standardSwitch }];
    const names = left.map((group) => group.name).join(', ') || 'something';
    addWarning(draft, 'cannot-restore', `switch ${name} stays: ${names} is on it.`);
    return [];
  });
}

function switchNames(applied: Step[], kind: 'add-switch' | 'remove-switch'): Set<string> {
  return new Set(applied.flatMap((step) => (step.kind === kind ? [step.standardSwitch.name] : [])));
}

/** Each once: several jobs may have made the same port group, one after the other. */
function groupNames(applied: Step[], kinds: StepKind[]): Set<string> {
  const steps = applied.filter((step) => kinds.includes(step.kind));
  return new Set(
    steps.flatMap((step) => {
      if (step.kind === 'update-port-group') return [step.to.name];
      return step.kind === 'add-port-group' || step.kind === 'remove-port-group' ? [step.portGroup.name] : [];
    }),
  );
}
