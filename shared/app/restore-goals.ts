// What a revert returns each host to.
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
  const oldest = baselines.map((baseline) => baseline.at).sort()[0];
  if (oldest === undefined) return new Map();
  const changes = (await store.jobs.listByCluster(job.cluster, CHANGES_MAX)).filter(
    (one) => one.kind === 'enable' || one.kind === 'repair',
  );
  const records = (await Promise.all(changes.map((one) => store.records.list(one.id)))).flat();
  return new Map(
    baselines.flatMap((baseline) => {
      const { before } = baseline.record;
      const own = records.filter((record) => record.host.moref.value === baseline.host && record.before !== undefined);
      const applied = own.flatMap((record) => record.plan.steps);
      return before === undefined ? [] : [[baseline.host, { before, applied }] as const];
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
