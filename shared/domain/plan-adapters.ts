// The adapters on the vMotion stack: which are right, which change, which come, and which must make room for them.
import type { WantedAdapter } from './addressing.ts';
import type { FindingCode } from './finding.ts';
import {
  type Attachment,
  DEFAULT_NETSTACK,
  VMOTION_NETSTACK,
  VMOTION_SERVICE,
  type VmkernelAdapter,
  type VmkSpec,
} from './inventory.ts';
import { attachmentText } from './network-fields.ts';
import { onlyWayTo } from './only-way-out.ts';
import { orderByAddress } from './order-by-address.ts';
import { block, type PlanDraft, warn } from './plan-draft.ts';
import { storageReason } from './storage-way.ts';
import type { Step } from './step.ts';
import { adaptersOnVmotionStack } from './vmotion-adapters.ts';
import { changeableText, ownAddresses, sharesAddress, toChangedSpec, toSpec, toVmkSpec } from './vmk-spec.ts';

/** An adapter of the profile with the place it plugs into. */
export type PlacedAdapter = { adapter: WantedAdapter; attachment: Attachment };

/** `removals`: of adapters in `removedFirst`, which make room for a new one. `changes`: what comes after them, in order. */
export type AdapterSteps = { removals: Step[]; changes: Step[]; removedFirst: Set<string> };

type Room = Pick<AdapterSteps, 'removals' | 'removedFirst'>;
type Addition = Extract<Step, { kind: 'add-vmk' }>;
type Update = Extract<Step, { kind: 'update-vmk' }>;

/** The steps that bring the adapters of the profile onto the vMotion stack, each where it is placed. What is in the way, or on
 * the stack without being in the profile, is told as a finding of the draft. */
export function planAdapters(draft: PlanDraft, placed: PlacedAdapter[]): AdapterSteps {
  const steps: Room = { removals: [], removedFirst: new Set() };
  const additions: Addition[] = [];
  const updates: Update[] = [];
  const specs = placed.map(({ adapter, attachment }) => toVmkSpec(adapter, attachment));
  const existing = matchExisting(adaptersOnVmotionStack(draft.network), specs);
  const kept = new Set([...existing.values()].map((vmk) => vmk.device));
  for (const spec of specs) {
    const vmk = existing.get(spec);
    for (const other of draft.network.vmks)
      if (!kept.has(other.device) && isInTheWay(other, spec)) planObstacle(draft, steps, other, spec);
    if (vmk === undefined) additions.push({ kind: 'add-vmk', spec });
    else updates.push(...planUpdate(vmk, spec));
  }
  for (const vmk of adaptersOnVmotionStack(draft.network)) {
    if (kept.has(vmk.device) || steps.removedFirst.has(vmk.device)) continue;
    const message = `${vmk.device} (${vmk.ipv4.address ?? 'no address'}) is on the vMotion stack but not in the profile. It stays and will carry migrations.`;
    warn(draft, 'adapter-on-stack-kept', message, 'Remove it by hand, or add it to vmotion.yaml.');
  }
  return { ...steps, changes: orderByAddress([...additions, ...updates]) };
}

/** The adapter of each spec that is in its port group already. Of several in one distributed port group, the one with
 * the spec's address; what is left over is paired in order. */
function matchExisting(vmks: VmkernelAdapter[], specs: VmkSpec[]): Map<VmkSpec, VmkernelAdapter> {
  const found = new Map<VmkSpec, VmkernelAdapter>();
  const pair = (isMatch: (vmk: VmkernelAdapter, spec: VmkSpec) => boolean) => {
    for (const spec of specs.filter((one) => !found.has(one))) {
      const taken = new Set(found.values());
      const vmk = vmks.find((one) => !taken.has(one) && isPluggedInto(one, spec.attachment) && isMatch(one, spec));
      if (vmk !== undefined) found.set(spec, vmk);
    }
  };
  pair(sharesAddress);
  pair(() => true);
  return found;
}

function isPluggedInto(vmk: VmkernelAdapter, attachment: Attachment): boolean {
  return vmk.attachment.kind === attachment.kind && attachmentText(vmk.attachment) === attachmentText(attachment);
}

function planUpdate(vmk: VmkernelAdapter, wanted: VmkSpec): Update[] {
  const [from, to] = [toSpec(vmk), toChangedSpec(vmk, wanted)];
  return changeableText(from) === changeableText(to) ? [] : [{ kind: 'update-vmk', device: vmk.device, from, to }];
}

/** It has the new adapter's address, or its port group: one of a standard switch takes one adapter only. */
function isInTheWay(vmk: VmkernelAdapter, spec: VmkSpec): boolean {
  return sharesAddress(vmk, spec) || (spec.attachment.kind === 'standard' && isPluggedInto(vmk, spec.attachment));
}

function planObstacle(draft: PlanDraft, steps: Room, vmk: VmkernelAdapter, spec: VmkSpec): void {
  if (steps.removedFirst.has(vmk.device)) return;
  const others = vmk.services.filter((service) => service !== VMOTION_SERVICE);
  const isOurs =
    vmk.netstack === VMOTION_NETSTACK || (vmk.netstack === DEFAULT_NETSTACK && vmk.services.includes(VMOTION_SERVICE));
  // It could not be made again, if it has to come back.
  const isOpaque = vmk.attachment.kind === 'opaque';
  if (!isOurs || isOpaque || others.length > 0) {
    blockTaken(draft, vmk, spec, others);
    return;
  }
  const wayTo = onlyWayTo(draft.network, vmk, steps.removedFirst);
  if (wayTo.length > 0) {
    const message = `${vmk.device} would have to make room, and is the default stack's only way to ${wayTo.join(', ')}.`;
    block(
      draft,
      'gateway-lost',
      message,
      'Give another adapter of the default stack an address in that subnet, or choose another port group or address in vmotion.yaml.',
    );
    return;
  }
  const storage = storageReason({ network: draft.network, storage: draft.host.storage }, vmk, steps.removedFirst);
  if (storage !== undefined) {
    const message = `${vmk.device} would have to make room, and ${storage}.`;
    const remedy =
      'Give the storage another adapter of the default stack, or choose another port group or address in vmotion.yaml.';
    block(draft, 'storage-lost', message, remedy);
    return;
  }
  steps.removedFirst.add(vmk.device);
  steps.removals.push({ kind: 'remove-vmk', device: vmk.device, spec: toSpec(vmk), services: vmk.services });
}

/** `others`: what the adapter carries besides vMotion. */
function blockTaken(draft: PlanDraft, vmk: VmkernelAdapter, spec: VmkSpec, others: string[]): void {
  const shared = ownAddresses(vmk).find((address) => ownAddresses(spec).includes(address));
  const [code, what]: [FindingCode, string] =
    shared === undefined
      ? ['port-group-taken', `port group ${attachmentText(spec.attachment)}`]
      : ['address-in-use', `address ${shared}`];
  const place = vmk.attachment.kind === 'opaque' ? `opaque network ${vmk.attachment.network}` : `stack ${vmk.netstack}`;
  const carries = others.length > 0 ? `carries ${others.join(', ')}` : `is on ${place}`;
  const message = `${vmk.device} has the ${what} and ${carries}, so it can't make room.`;
  block(draft, code, message, 'Choose another port group or address in vmotion.yaml.');
}
