// From a host as it is back to how it was. The same planner puts a failing host back and carries out a revert.
import type { Finding } from './finding.ts';
import { type Host, VMOTION_NETSTACK, VMOTION_SERVICE } from './inventory.ts';
import { matchAdapters } from './match-adapters.ts';
import { orderByAddress } from './order-by-address.ts';
import type { HostPlan } from './plan.ts';
import {
  type Additions,
  findMissing,
  isPlaceholder,
  planAdditions,
  planRemovals,
  planUpdates,
} from './restore-adapters.ts';
import { addWarning, type RestoreDraft, type RestoreGoal } from './restore-draft.ts';
import { planStackBack } from './restore-stack.ts';
import {
  planDistributedBack,
  planGroupsAway,
  planGroupsBack,
  planSwitchesAway,
  planSwitchesBack,
} from './restore-switching.ts';
import type { Step } from './step.ts';
import { byDevice, isVmotionStackLive } from './vmotion-adapters.ts';

/**
 * Steps that take the host back to `goal.before`. An adapter on the vMotion stack that `goal.applied` does not explain
 * blocks the plan: somebody else made it, and the stack can't go dormant while it is there.
 */
export function planRestore(host: Host, goal: RestoreGoal): HostPlan {
  const name = { moref: host.moref, name: host.name };
  if (host.connection !== 'connected' || host.network === undefined) {
    const message = `${host.name} is ${host.connection}: it can't be put back now.`;
    const finding: Finding = { code: 'host-not-connected', severity: 'warning', host: host.name, message };
    return { host: name, kind: 'skipped', steps: [], findings: [finding], untouched: [] };
  }
  const pairs = matchAdapters(goal.before.vmks, host.network.vmks);
  const draft: RestoreDraft = { host, now: host.network, goal, pairs, findings: [] };
  const steps = restoreSteps(draft);
  const { findings } = draft;
  if (findings.some((finding) => finding.severity === 'blocking'))
    return { host: name, kind: 'blocked', steps: [], findings, untouched: [] };
  return { host: name, kind: steps.length === 0 ? 'in-place' : 'change', steps, findings, untouched: [] };
}

function restoreSteps(draft: RestoreDraft): Step[] {
  const { now, goal } = draft;
  const wasLive = isVmotionStackLive(goal.before);
  const isLive = isVmotionStackLive(now);
  const removals = planRemovals(draft);
  const missing = findMissing(draft);
  const early = removals.filter((step) => !isPlaceholder(step, missing));
  const additions = planAdditions(draft, missing, early);
  const groupsAway = planGroupsAway(draft, removals);
  const late = removals.filter((step) => !early.includes(step));
  const changes = [...early, ...orderByAddress([...additions.steps, ...late, ...planUpdates(draft)])];
  return [
    // A stack without adapters can't be edited, so a stack that goes dormant is cleared while it still has some.
    ...(isLive && !wasLive ? planStackBack(draft, []) : []),
    ...planSwitchesBack(draft),
    ...planGroupsBack(draft),
    ...changes,
    ...(wasLive ? planStackBack(draft, changes) : []),
    ...(isLive && !wasLive ? [{ kind: 'await-dormant', netstack: VMOTION_NETSTACK } as const] : []),
    ...(wasLive ? [] : planServices(draft, additions)),
    ...planDistributedBack(draft),
    ...groupsAway,
    ...planSwitchesAway(draft, groupsAway),
  ];
}

/** Default-stack adapters carry vMotion again exactly as they did; nothing selects them by itself. One that somebody else
 * has selected since stays so. */
function planServices(draft: RestoreDraft, additions: Additions): Step[] {
  const { goal, pairs } = draft;
  const steps: Step[] = [];
  for (const old of goal.before.vmks.toSorted(byDevice)) {
    if (old.netstack === VMOTION_NETSTACK) continue;
    const vmk = pairs.find((pair) => pair.old === old)?.vmk;
    const device = vmk?.device ?? additions.devices.get(old.device);
    if (device === undefined) continue;
    const services = vmk?.services ?? [];
    const [had, has] = [old.services.includes(VMOTION_SERVICE), services.includes(VMOTION_SERVICE)];
    if (had && !has) steps.push({ kind: 'select-service', device, service: VMOTION_SERVICE });
    if (had || !has) continue;
    if (isSelectedBy(goal.applied, [old.device, device]))
      steps.push({ kind: 'deselect-service', device, service: VMOTION_SERVICE });
    else
      addWarning(draft, 'cannot-restore', `${device} carries vMotion, which somebody else has given it, and keeps it.`);
  }
  return steps;
}

function isSelectedBy(applied: Step[], devices: string[]): boolean {
  return applied.some(
    (step) => step.kind === 'select-service' && step.service === VMOTION_SERVICE && devices.includes(step.device),
  );
}
