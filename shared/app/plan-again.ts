import type { HostNetwork } from '../domain/inventory.ts';
import { leftBehind } from '../domain/left-behind.ts';
import type { HostPlan } from '../domain/plan.ts';
import { planCluster } from '../domain/plan-cluster.ts';
import { planRepair } from '../domain/plan-repair.ts';
import { planRestore } from '../domain/plan-restore.ts';
import { getRecord, type Wave, type WaveHost } from './load-wave.ts';

/**
 * The same planner on the same inputs, but for this host's network as it is now: tells whether a plan still holds, and
 * whether a host has become what was planned.
 */
export function planAgain(wave: Wave, { keeper, host }: WaveHost, network: HostNetwork | undefined): HostPlan {
  const { goal } = keeper.current;
  const now = { ...host, network, storage: host.storage ?? keeper.current.storage };
  if (goal !== undefined) {
    const { plan, journal } = keeper.current;
    return planRestore(now, { ...goal, inUse: leftBehind(plan.steps, journal) });
  }
  const hosts = wave.slice.job.hosts.map((summary) => {
    if (summary.moref === host.moref.value) return now;
    const record = getRecord(wave.records, summary);
    return {
      ...host,
      moref: record.host.moref,
      name: record.host.name,
      network: record.observed,
      storage: record.storage,
    };
  });
  const planAll = wave.slice.job.kind === 'repair' ? planRepair : planCluster;
  const only = wave.slice.job.onlyHost === undefined ? undefined : host.name;
  const plan = planAll(hosts, wave.settings.profile, { only }).find((one) => one.host.moref.value === host.moref.value);
  if (plan === undefined) throw new Error(`no plan for ${host.name}`);
  return plan;
}
