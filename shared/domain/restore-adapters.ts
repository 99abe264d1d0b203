// VMkernel adapters back to where they were: what goes, what comes again, what is changed back.
import { VMOTION_NETSTACK, type VmkernelAdapter } from './inventory.ts';
import { attachmentText, ipv4Text } from './network-fields.ts';
import { addWarning, type RestoreDraft } from './restore-draft.ts';
import type { Step } from './step.ts';
import { byDevice, deviceNumber, isVmotionStackLive } from './vmotion-adapters.ts';
import { changeableText, sharesAddress, toSpec } from './vmk-spec.ts';

export type Removal = Extract<Step, { kind: 'remove-vmk' }>;

/** The adapters that the product made. Others' stay; on the vMotion stack they block its going dormant. */
export function planRemovals(draft: RestoreDraft): Removal[] {
  const steps: Removal[] = [];
  for (const vmk of draft.now.vmks.toSorted(byDevice)) {
    if (draft.pairs.some((pair) => pair.vmk === vmk)) continue;
    if (isExplained(vmk, draft.goal.applied)) {
      steps.push({ kind: 'remove-vmk', device: vmk.device, spec: toSpec(vmk), services: vmk.services });
    } else noteUnexplained(draft, vmk);
  }
  return steps;
}

function noteUnexplained(draft: RestoreDraft, vmk: VmkernelAdapter): void {
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

/** Adapters the product made can be told from others by stack, port group and address, also when their device was
 * never learnt; one whose address a later job changed, by what that job made of it. */
function isExplained(vmk: VmkernelAdapter, applied: Step[]): boolean {
  return applied.some((step) => {
    if (step.kind !== 'add-vmk' && !(step.kind === 'update-vmk' && step.device === vmk.device)) return false;
    const spec = step.kind === 'add-vmk' ? step.spec : step.to;
    return (
      spec.netstack === vmk.netstack &&
      attachmentText(spec.attachment) === attachmentText(vmk.attachment) &&
      ipv4Text(spec.ipv4) === ipv4Text(vmk.ipv4)
    );
  });
}

/** Adapters of the before-image that are gone, in the order of their devices. */
export function findMissing(draft: RestoreDraft): VmkernelAdapter[] {
  const missing = draft.goal.before.vmks.filter((old) => !draft.pairs.some((pair) => pair.old === old));
  // What the product did not take away, it does not bring back.
  const isOurs = (vmk: VmkernelAdapter) =>
    draft.goal.applied.some((step) => step.kind === 'remove-vmk' && step.device === vmk.device);
  for (const vmk of missing.filter((one) => !isOurs(one))) {
    const what = `${vmk.device} (${vmk.ipv4.address ?? 'no address'})`;
    addWarning(draft, 'cannot-restore', `${what} was removed by somebody else and stays removed.`);
  }
  return missing.filter(isOurs).toSorted(byDevice);
}

/**
 * An adapter that may go after the old ones came back, and should: it holds a number below one of theirs, and vCenter
 * gives the lowest free one. Not if it stands in the very place of one of them.
 */
export function isPlaceholder(step: Removal, missing: VmkernelAdapter[]): boolean {
  const isInPlaceOf = (vmk: VmkernelAdapter) =>
    vmk.device === step.device ||
    (vmk.attachment.kind === 'standard' && attachmentText(vmk.attachment) === attachmentText(step.spec.attachment)) ||
    sharesAddress(vmk, step.spec);
  if (missing.some(isInPlaceOf)) return false;
  return missing.some((vmk) => deviceNumber(vmk.device) > deviceNumber(step.device));
}

/** `devices`: the old device of each adapter made again, and the one vCenter will give it. */
export type Additions = { steps: Extract<Step, { kind: 'add-vmk' }>[]; devices: Map<string, string> };

/** Steps that make the missing adapters again, once those of `gone` are removed. `devices`: the number that each gets, by the
 * one it had: vCenter gives the lowest that is free. */
export function planAdditions(draft: RestoreDraft, missing: VmkernelAdapter[], gone: Removal[]): Additions {
  const taken = new Set(draft.now.vmks.map((vmk) => vmk.device));
  for (const step of gone) taken.delete(step.device);
  const additions: Additions = { steps: [], devices: new Map() };
  for (const vmk of missing) {
    const device = lowestFree(taken);
    taken.add(device);
    if (device !== vmk.device) {
      const message = `${vmk.device} will come back as ${device}: vCenter gives the lowest free number.`;
      addWarning(draft, 'cannot-restore', message);
    }
    additions.devices.set(vmk.device, device);
    additions.steps.push({ kind: 'add-vmk', spec: toSpec(vmk), device });
  }
  return additions;
}

function lowestFree(taken: Set<string>): string {
  let number = 0;
  while (taken.has(`vmk${number}`)) number += 1;
  return `vmk${number}`;
}

/** Adapters that the product changed, or made again, and that are still there. */
export function planUpdates(draft: RestoreDraft): Extract<Step, { kind: 'update-vmk' }>[] {
  const { applied } = draft.goal;
  return draft.pairs.flatMap(({ old, vmk }): ReturnType<typeof planUpdates> => {
    if (old.device !== vmk.device)
      addWarning(draft, 'cannot-restore', `${old.device} is ${vmk.device} now and keeps that number.`);
    const isChanged = applied.some((step) => step.kind === 'update-vmk' && step.device === vmk.device);
    const isTouched = isChanged || isExplained(vmk, applied);
    if (!isTouched || changeableText(old) === changeableText(vmk)) return [];
    return [{ kind: 'update-vmk', device: vmk.device, from: toSpec(vmk), to: toSpec(old) }];
  });
}
