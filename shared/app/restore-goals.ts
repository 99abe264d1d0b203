// What a revert returns each host to.
import { withFirstUplinks } from '../domain/first-uplinks.ts';
import type { Job } from '../domain/job.ts';
import type { RestoreGoal } from '../domain/restore-draft.ts';
import type { HostRecord } from '../domain/record.ts';
import type { EdgeParts } from './parts.ts';

/** Changes of a cluster that are looked through for the steps that led away from its baselines. */
const CHANGES_MAX = 100;

/** By host moref. Of a job: its own before-images. Of a cluster: each host as it was before its first change. */
export async function findRestoreGoals(
  store: EdgeParts['store'],
  job: Pick<Job, 'cluster' | 'undoes'>,
): Promise<Map<string, RestoreGoal>> {
  if (job.undoes !== undefined) return goalsOfJob(await store.records.list(job.undoes));
  const baselines = await store.baselines.list(job.cluster);
  if (baselines.length === 0) return new Map();
  const changes = (await store.jobs.listByCluster(job.cluster, CHANGES_MAX))
    .filter((one) => one.kind === 'enable' || one.kind === 'repair')
    // The oldest first.
    .toReversed();
  const records = (await Promise.all(changes.map((one) => store.records.list(one.id))))
    .flat()
    .filter((record) => record.before !== undefined);
  // What was changed before the first of these was brought back as a whole, or not by this product.
  const isOfBaseline = new Set(baselines.map((baseline) => baseline.jobId));
  const since = Math.max(
    0,
    changes.findIndex((one) => isOfBaseline.has(one.id)),
  );
  const counting = new Set(changes.slice(since).map((one) => one.id));
  const steps = records.filter((record) => counting.has(record.jobId)).flatMap((record) => record.plan.steps);
  return new Map(
    baselines.flatMap((baseline) => {
      const { before } = baseline.record;
      const own = records.filter((record) => record.host.moref.value === baseline.host);
      const applied = own.flatMap((record) => record.plan.steps);
      return before === undefined
        ? []
        : [[baseline.host, { before: withFirstUplinks(before, steps), applied }] as const];
    }),
  );
}

function goalsOfJob(records: HostRecord[]): Map<string, RestoreGoal> {
  return new Map(
    records.flatMap(({ host, before, plan, phase }) =>
      before === undefined || phase === 'restored'
        ? []
        : [[host.moref.value, { before, applied: plan.steps }] as const],
    ),
  );
}
