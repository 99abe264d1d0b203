import type { HostSummary, JobKind, PlanSummary } from './job.ts';
import { type Risk, RISKS } from './settings.ts';

/** What makes this plan worth another pair of eyes, in the order of RISKS. */
export function risksOf({ kind, plan, hosts }: { kind: JobKind; plan: PlanSummary; hosts: HostSummary[] }): Risk[] {
  const has = (step: keyof PlanSummary['counts']) => (plan.counts[step] ?? 0) > 0;
  const found: Record<Risk, boolean> = {
    'removes-adapters': has('remove-vmk'),
    'distributed-switch': has('update-distributed-port-group'),
    'new-switch': has('add-switch'),
    'moves-vm': kind === 'trial',
    'no-gate': isWithoutGate(kind, hosts),
  };
  return RISKS.filter((risk) => found[risk]);
}

/** Continues "because it ...". */
export const RISKS_IN_WORDS: Record<Risk, string> = {
  'removes-adapters': 'removes VMkernel adapters',
  'distributed-switch': 'changes a distributed port group for every host of its switch',
  'new-switch': 'makes a new switch',
  'moves-vm': 'moves a virtual machine',
  'no-gate': 'is not proven by pings between its hosts as it goes on',
};

/** How many hosts the plan changes. */
export function countChanged(hosts: HostSummary[]): number {
  return hosts.filter((host) => host.wave !== undefined).length;
}

/** A revert brings back what was there whether or not it ever worked; a single host has no other one to ping. */
function isWithoutGate(kind: JobKind, hosts: HostSummary[]): boolean {
  if (kind === 'revert') return true;
  if (kind !== 'enable' && kind !== 'repair') return false;
  return hosts.filter((host) => host.wave !== undefined || host.outcome === 'in-place').length < 2;
}
