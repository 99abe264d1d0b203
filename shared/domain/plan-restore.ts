// From a host as it is back to how it was. The same planner puts a failing host back and carries out a revert.
import type { Finding } from './finding.ts';
import {
  type Host,
  type HostNetwork,
  VMOTION_NETSTACK,
  VMOTION_SERVICE,
  type VmkernelAdapter,
  type VmkSpec,
} from './inventory.ts';
import { attachmentText, ipv4Text } from './network-fields.ts';
import type { HostPlan } from './plan.ts';
import { toSpec } from './plan-enable.ts';
import type { Step } from './step.ts';
import { byDevice, deviceNumber, findNetstack, isVmotionStackLive } from './vmotion-adapters.ts';

/** `before`: the image to return to. `applied`: the steps that led away from it; only what they explain is undone. */
export type RestoreGoal = { before: HostNetwork; applied: Step[] };

type Draft = { host: Host; now: HostNetwork; goal: RestoreGoal; findings: Finding[] };

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
  const draft: Draft = { host, now: host.network, goal, findings: [] };
  const steps = restoreSteps(draft);
  const { findings } = draft;
  if (findings.some((finding) => finding.severity === 'blocking'))
    return { host: name, kind: 'blocked', steps: [], findings, untouched: [] };
  return { host: name, kind: steps.length === 0 ? 'in-place' : 'change', steps, findings, untouched: [] };
}

function restoreSteps(draft: Draft): Step[] {
  const { now, goal } = draft;
  const wasLive = isVmotionStackLive(goal.before);
  const isLive = isVmotionStackLive(now);
  const removals = planRemovals(draft);
  const missing = findMissing(draft);
  const early = removals.filter((step) => !isPlaceholder(step, missing));
  const additions = planAdditions(draft, missing, early);
  return [
    // A stack without adapters can't be edited, so a stack that goes dormant is cleared while it still has some.
    ...(isLive && !wasLive ? planStackSettings(draft) : []),
    ...planGroupsBack(draft),
    ...early,
    ...additions.steps,
    ...removals.filter((step) => !early.includes(step)),
    ...planUpdates(draft),
    ...(wasLive ? planStackSettings(draft) : []),
    ...(isLive && !wasLive ? [{ kind: 'await-dormant', netstack: VMOTION_NETSTACK } as const] : []),
    ...(wasLive ? [] : planServices(draft, additions)),
    ...planGroupsAway(draft),
  ];
}

function planStackSettings({ now, goal }: Draft): Step[] {
  const from = findNetstack(now, VMOTION_NETSTACK)?.settings ?? {};
  const to = findNetstack(goal.before, VMOTION_NETSTACK)?.settings ?? {};
  const isSame =
    from.gateway === to.gateway &&
    from.ipv6Gateway === to.ipv6Gateway &&
    from.congestionControl === to.congestionControl &&
    from.connections === to.connections &&
    JSON.stringify(from.dns) === JSON.stringify(to.dns);
  return isSame ? [] : [{ kind: 'set-netstack', netstack: VMOTION_NETSTACK, from, to }];
}

/** The same adapter then and now: same stack and port group, and the same device or, where vCenter gave it another
 * number when it was made again, the same address. */
function isSamePlace(a: VmkernelAdapter, b: VmkernelAdapter): boolean {
  const isPlugged = a.netstack === b.netstack && attachmentText(a.attachment) === attachmentText(b.attachment);
  return isPlugged && (a.device === b.device || ipv4Text(a.ipv4) === ipv4Text(b.ipv4));
}

type Removal = Extract<Step, { kind: 'remove-vmk' }>;

function planRemovals(draft: Draft): Removal[] {
  const steps: Removal[] = [];
  for (const vmk of draft.now.vmks.toSorted(byDevice)) {
    if (draft.goal.before.vmks.some((old) => isSamePlace(old, vmk))) continue;
    if (isExplained(vmk, draft.goal.applied)) {
      steps.push({ kind: 'remove-vmk', device: vmk.device, spec: toSpec(vmk), services: vmk.services });
      continue;
    }
    const isInTheWay = vmk.netstack === VMOTION_NETSTACK && !isVmotionStackLive(draft.goal.before);
    const message =
      `${draft.host.name}: ${vmk.device} (${vmk.ipv4.address ?? 'no address'}, stack ${vmk.netstack}) was made by somebody else` +
      (isInTheWay ? ', and the vMotion stack stays active while it exists.' : ' and stays.');
    draft.findings.push({
      code: 'adapter-not-explained',
      severity: isInTheWay ? 'blocking' : 'warning',
      host: draft.host.name,
      message,
      remedy: 'Remove it in vCenter if nobody needs it, then run the command again.',
    });
  }
  return steps;
}

/** Adapters the product made can be told from others by stack and port group, also when their device was never learnt. */
function isExplained(vmk: VmkernelAdapter, applied: Step[]): boolean {
  return applied.some(
    (step) =>
      step.kind === 'add-vmk' &&
      step.spec.netstack === vmk.netstack &&
      attachmentText(step.spec.attachment) === attachmentText(vmk.attachment) &&
      ipv4Text(step.spec.ipv4) === ipv4Text(vmk.ipv4),
  );
}

/** `devices`: the old device of each adapter made again, and the one vCenter will give it. */
type Additions = { steps: Step[]; devices: Map<string, string> };

function planAdditions(draft: Draft, missing: VmkernelAdapter[], gone: Removal[]): Additions {
  const taken = new Set(draft.now.vmks.map((vmk) => vmk.device));
  for (const step of gone) taken.delete(step.device);
  const additions: Additions = { steps: [], devices: new Map() };
  for (const vmk of missing) {
    const device = lowestFree(taken);
    taken.add(device);
    if (device !== vmk.device) {
      const message = `${draft.host.name}: ${vmk.device} will come back as ${device}: vCenter gives the lowest free number.`;
      draft.findings.push({ code: 'cannot-restore', severity: 'warning', host: draft.host.name, message });
    }
    additions.devices.set(vmk.device, device);
    additions.steps.push({ kind: 'add-vmk', spec: toSpec(vmk) });
  }
  return additions;
}

/** Adapters of the before-image that are gone, in the order of their devices. */
function findMissing({ now, goal, host, findings }: Draft): VmkernelAdapter[] {
  const missing = goal.before.vmks.filter((old) => !now.vmks.some((vmk) => isSamePlace(old, vmk)));
  // What the product did not take away, it does not bring back.
  const isOurs = (vmk: VmkernelAdapter) =>
    goal.applied.some((step) => step.kind === 'remove-vmk' && step.device === vmk.device);
  for (const vmk of missing.filter((one) => !isOurs(one))) {
    const message = `${host.name}: ${vmk.device} (${vmk.ipv4.address ?? 'no address'}) was removed by somebody else and stays removed.`;
    findings.push({ code: 'cannot-restore', severity: 'warning', host: host.name, message });
  }
  return missing.filter(isOurs).toSorted(byDevice);
}

/**
 * An adapter that may go after the old ones came back, and should: it holds a number below one of theirs, and vCenter
 * gives the lowest free one. Not if it stands in the very place of one of them.
 */
function isPlaceholder(step: Removal, missing: VmkernelAdapter[]): boolean {
  const isInPlaceOf = (vmk: VmkernelAdapter) =>
    vmk.device === step.device ||
    attachmentText(vmk.attachment) === attachmentText(step.spec.attachment) ||
    vmk.ipv4.address === step.spec.ipv4.address;
  if (missing.some(isInPlaceOf)) return false;
  return missing.some((vmk) => deviceNumber(vmk.device) > deviceNumber(step.device));
}

function lowestFree(taken: Set<string>): string {
  let number = 0;
  while (taken.has(`vmk${number}`)) number += 1;
  return `vmk${number}`;
}

function planUpdates({ now, goal }: Draft): Step[] {
  const steps: Step[] = [];
  for (const vmk of now.vmks) {
    const old = goal.before.vmks.find((one) => isSamePlace(one, vmk));
    const touched = goal.applied.some((step) => step.kind === 'update-vmk' && step.device === vmk.device);
    if (old === undefined || !touched || specText(old) === specText(vmk)) continue;
    steps.push({ kind: 'update-vmk', device: vmk.device, from: toSpec(vmk), to: toSpec(old) });
  }
  return steps;
}

function specText(spec: VmkSpec): string {
  return [ipv4Text(spec.ipv4), spec.mtuBytes, spec.gatewayOverride ?? ''].join(' ');
}

/** Default-stack adapters carry vMotion again exactly as they did; nothing selects them by itself. */
function planServices({ now, goal }: Draft, additions: Additions): Step[] {
  const steps: Step[] = [];
  for (const old of goal.before.vmks.toSorted(byDevice)) {
    if (old.netstack === VMOTION_NETSTACK) continue;
    const vmk = now.vmks.find((one) => isSamePlace(one, old));
    const device = vmk?.device ?? additions.devices.get(old.device);
    if (device === undefined) continue;
    const services = vmk?.services ?? [];
    const [had, has] = [old.services.includes(VMOTION_SERVICE), services.includes(VMOTION_SERVICE)];
    if (had && !has) steps.push({ kind: 'select-service', device, service: VMOTION_SERVICE });
    if (!had && has) steps.push({ kind: 'deselect-service', device, service: VMOTION_SERVICE });
  }
  return steps;
}

/** Port groups that were there before and were changed or removed since, before an adapter needs them again. */
function planGroupsBack({ now, goal }: Draft): Step[] {
  const steps: Step[] = [];
  for (const name of groupNames(goal.applied, ['update-port-group', 'remove-port-group'])) {
    const old = goal.before.portGroups.find((group) => group.name === name);
    if (old === undefined) continue;
    const group = now.portGroups.find((one) => one.name === name);
    if (group === undefined) steps.push({ kind: 'add-port-group', portGroup: old });
    else if (groupText(group) !== groupText(old)) steps.push({ kind: 'update-port-group', from: group, to: old });
  }
  return steps;
}

function groupText(group: HostNetwork['portGroups'][number]): string {
  const { uplinks, overridesUplinks, vlanId, switchName } = group;
  return [switchName, vlanId, overridesUplinks, uplinks.active.join(), uplinks.standby.join()].join(' ');
}

function planGroupsAway({ now, goal }: Draft): Step[] {
  return [...groupNames(goal.applied, ['add-port-group'])]
    .filter((name) => !goal.before.portGroups.some((old) => old.name === name))
    .flatMap((name) => now.portGroups.filter((group) => group.name === name))
    .map((portGroup) => ({ kind: 'remove-port-group', portGroup }));
}

/** Each once: several jobs may have made the same port group, one after the other. */
function groupNames(applied: Step[], kinds: Step['kind'][]): Set<string> {
  const steps = applied.filter((step) => kinds.includes(step.kind));
  return new Set(
    steps.flatMap((step) => {
      if (step.kind === 'update-port-group') return [step.to.name];
      return step.kind === 'add-port-group' || step.kind === 'remove-port-group' ? [step.portGroup.name] : [];
    }),
  );
}
