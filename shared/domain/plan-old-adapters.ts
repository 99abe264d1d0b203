// What becomes of adapters that the profile does not speak of.
import { VMOTION_NETSTACK, VMOTION_SERVICE, type VmkernelAdapter } from './inventory.ts';
import { onlyWayTo } from './only-way-out.ts';
import { storageReason } from './storage-way.ts';
import { note, type PlanDraft } from './plan-draft.ts';
import type { Profile } from './profile.ts';
import type { Step } from './step.ts';
import { adaptersOnDefaultStack, isVmotionStackLive } from './vmotion-adapters.ts';
import { toSpec } from './vmk-spec.ts';

/** Adapters of the default stack lose vMotion as soon as the new stack is live. `gone`: devices removed already. */
export function planOldAdapters(draft: PlanDraft, profile: Profile, gone: ReadonlySet<string>): Step[] {
  const steps: Step[] = [];
  const removed = new Set<string>();
  const isAlreadyLive = isVmotionStackLive(draft.network);
  for (const vmk of adaptersOnDefaultStack(draft.network)) {
    if (gone.has(vmk.device)) continue;
    const others = otherServices(vmk);
    const allGone = new Set([...gone, ...removed]);
    const wayTo = onlyWayTo(draft.network, vmk, allGone);
    const storage = storageReason({ network: draft.network, storage: draft.host.storage }, vmk, allGone);
    const what = `${vmk.device} (${vmk.ipv4.address ?? 'no address'})`;
    if (others.length > 0) {
      const message = `${what} also carries ${others.join(', ')}: it stays for that, and loses vMotion.`;
      note(draft, 'adapter-kept-for-services', message);
    } else if (profile.oldAdapters === 'remove' && wayTo.length > 0) {
      const message = `${what} is the default stack's only way to ${wayTo.join(', ')}: it stays for that, and loses vMotion.`;
      note(draft, 'adapter-kept-for-gateway', message);
    } else if (profile.oldAdapters === 'remove' && storage !== undefined) {
      note(draft, 'adapter-kept-for-storage', `${what} ${storage}: it stays for that, and loses vMotion.`);
    } else if (profile.oldAdapters === 'remove' && vmk.attachment.kind === 'opaque') {
      const message = `${what} is on the opaque network ${vmk.attachment.network}, where it could not be made again: it stays, and loses vMotion.`;
      note(draft, 'adapter-kept-on-opaque', message);
    } else if (profile.oldAdapters === 'remove') {
      removed.add(vmk.device);
      steps.push({ kind: 'remove-vmk', device: vmk.device, spec: toSpec(vmk), services: vmk.services });
    } else if (!isAlreadyLive) {
      note(draft, 'vmotion-leaves-adapter', `${what} stays, and loses vMotion to the new stack.`);
    }
  }
  return steps;
}

/** Says of every adapter that is left alone why. */
export function noteUntouched(draft: PlanDraft, gone: ReadonlySet<string>): void {
  for (const vmk of draft.network.vmks) {
    if (vmk.netstack === VMOTION_NETSTACK || gone.has(vmk.device)) continue;
    const others = otherServices(vmk);
    const isVmotionOnly = vmk.services.includes(VMOTION_SERVICE) && others.length === 0;
    if (isVmotionOnly) continue;
    const why = others.length > 0 ? `carries ${others.join(', ')}` : `is on stack ${vmk.netstack} without vMotion`;
    draft.untouched.push({ what: vmk.device, why });
  }
}

/** What the adapter is selected for besides vMotion. */
function otherServices(vmk: VmkernelAdapter): string[] {
  return vmk.services.filter((service) => service !== VMOTION_SERVICE);
}
