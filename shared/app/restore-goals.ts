// What a revert returns each host to.
import { withFirstUplinks } from '../domain/first-uplinks.ts';
import { isSameName } from '../domain/host-names.ts';
import type { Job } from '../domain/job.ts';
import type { NamedGoal } from '../domain/restore-draft.ts';
import type { HostRecord } from '../domain/record.ts';
import type { EdgeParts } from './parts.ts';
import { listTold } from './told-jobs.ts';

/** Changes of a cluster that are looked through for the steps that led away from its baselines. */
const CHANGES_MAX = 100;

/** By host moref, as it was then. Of a job: its own before-images. Of a cluster: each host as it was before its first change. */
export async function findRestoreGoals(
  store: EdgeParts['store'],
  job: Pick<Job, 'cluster' | 'undoes'>,
): Promise<Map<string, NamedGoal>> {
  if (job.undoes !== undefined) return goalsOfJob(await store.records.list(job.undoes));
  const baselines = await store.baselines.list(job.cluster);
  if (baselines.length === 0) return new Map();
  const changes = (await listTold(store, job.cluster, CHANGES_MAX))
    .filter((one) => one.kind === 'enable' || one.kind === 'repair')
    // The oldest first.
    .map((one) => one.id)
    .toReversed();
  // However many jobs there were since: what led away from a baseline at first is the baseline's own job.
  const first = [...new Set(baselines.map((baseline) => baseline.jobId))].filter((id) => !changes.includes(id));
  const records = (await Promise.all([...first, ...changes].map((id) => store.records.list(id))))
    .flat()
    .filter((record) => record.before !== undefined);
  // What was changed before the first of these was brought back as a whole, or not by this product.
  const since = records.findIndex((record) => baselines.some((baseline) => baseline.jobId === record.jobId));
  const steps = records.slice(Math.max(0, since)).flatMap((record) => record.plan.steps);
  return new Map(
    baselines.flatMap((baseline) => {
      const { before } = baseline.record;
      const own = records.filter(
        ({ host }) => host.moref.value === baseline.host && isSameName(host.name, baseline.name),
      );
      const applied = own.flatMap((record) => record.plan.steps);
      return before === undefined
        ? []
        : [[baseline.host, { name: baseline.name, before: withFirstUplinks(before, steps), applied }] as const];
    }),
  );
}

function goalsOfJob(records: HostRecord[]): Map<string, NamedGoal> {
  return new Map(
    records.flatMap(({ host, before, plan, phase }) =>
      before === undefined || phase === 'restored'
        ? []
        : [[host.moref.value, { name: host.name, before, applied: plan.steps }] as const],
    ),
  );
}
