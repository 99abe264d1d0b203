// From a host as it is to the vMotion network its cluster's profile wants. Pure: reads values, decides steps.
import type { WantedHost } from './addressing.ts';
import { checkAdapterCount, checkHost, notConnected } from './host-checks.ts';
import { checkRouters } from './router-checks.ts';
import type { Host } from './inventory.ts';
import { planNetstack } from './plan-netstack.ts';
import type { HostPlan } from './plan.ts';
import { type PlacedAdapter, planAdapters } from './plan-adapters.ts';
import { planDistributed } from './plan-distributed.ts';
import { createPlanDraft, type PlanDraft } from './plan-draft.ts';
import { leavingDefaultStack, warnOfUnplaced } from './storage-way.ts';
import { noteUntouched, planOldAdapters } from './plan-old-adapters.ts';
import { planPortGroup } from './plan-port-group.ts';
import type { Profile } from './profile.ts';
import type { Step } from './step.ts';

/** `wholeSwitch`: changes of distributed port groups that some host's plan must make before any adapter needs them. */
export type EnablePlan = HostPlan & { wholeSwitch: PlanDraft['wholeSwitch'] };

/** What one host needs to become as the profile wants it. `wanted` holds the host's own addresses and gateway. */
export function planEnable(host: Host, wanted: WantedHost, profile: Profile): EnablePlan {
  const { network } = host;
  const name = { moref: host.moref, name: host.name };
  if (host.connection !== 'connected' || network === undefined) {
    return { host: name, kind: 'skipped', steps: [], findings: [notConnected(host)], untouched: [], wholeSwitch: [] };
  }
  const draft = createPlanDraft(host, network, wanted.findings);
  checkHost(draft, wanted, profile);
  const { groups, placed } = placeAdapters(draft, wanted);
  const adapters = planAdapters(draft, placed);
  const olds = planOldAdapters(draft, profile, adapters.removedFirst);
  const changes = [...adapters.removals, ...adapters.changes];
  // What an adapter that is left out would reach is not known, and a finding says so already.
  if (placed.length === profile.adapters.length) checkRouters(draft, profile, changes);
  const stack = planNetstack(draft, { wanted, profile, changes });
  noteUntouched(draft, adapters.removedFirst);
  const steps = [...unique(groups), ...adapters.removals, ...adapters.changes, ...stack, ...olds];
  checkAdapterCount(draft, steps);
  warnOfUnplaced(draft, leavingDefaultStack(steps));
  const { untouched, wholeSwitch } = draft;
  const findings = once(draft.findings);
  if (findings.some((finding) => finding.severity === 'blocking')) {
    return { host: name, kind: 'blocked', steps: [], findings, untouched, wholeSwitch: [] };
  }
  const kind = steps.length === 0 ? 'in-place' : 'change';
  return { host: name, kind, steps, findings, untouched, wholeSwitch };
}

/** Adapters whose place can't be had are left out; a finding blocks the host then. */
function placeAdapters(draft: PlanDraft, wanted: WantedHost): { groups: Step[]; placed: PlacedAdapter[] } {
  const groups: Step[] = [];
  const placed: PlacedAdapter[] = [];
  for (const adapter of wanted.adapters) {
    const { attach } = adapter;
    if (attach.kind === 'distributed') {
      const attachment = planDistributed(draft, attach, adapter);
      if (attachment !== undefined) placed.push({ adapter, attachment });
    } else {
      groups.push(...planPortGroup(draft, attach, adapter));
      placed.push({ adapter, attachment: { kind: 'standard', portGroup: attach.portGroup } });
    }
  }
  return { groups, placed };
}

/** Several adapters may stand on one new switch: what each of them needs is done once, and switches come first. */
function unique(steps: Step[]): Step[] {
  const all = once(steps);
  return [...all.filter((step) => step.kind === 'add-switch'), ...all.filter((step) => step.kind !== 'add-switch')];
}

function once<T>(values: T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
