// A revert that has brought a host back forgets the host's baseline; undoing that revert needs it again.
import type { RecordKeeper } from './apply-host.ts';
import type { Slice } from './host-work.ts';

/** What a revert has undone, no later revert needs to know. Which baseline it was stays in the revert's record. */
export async function forgetReverted({ parts, job }: Slice, keeper: RecordKeeper): Promise<void> {
  const baselines = await parts.store.baselines.list(job.cluster);
  const own = baselines.find((one) => one.host === keeper.current.host.moref.value);
  if (own === undefined || (job.undoes !== undefined && job.undoes !== own.jobId)) return;
  await keeper.save({ forgotten: { jobId: own.jobId, at: own.at } });
  await parts.store.baselines.remove(own);
}

/** Before the revert itself is undone: the host gets its baseline back, so that it can be reverted another time. */
export async function recallReverted({ parts, job }: Slice, keeper: RecordKeeper): Promise<void> {
  const { forgotten, host, goal } = keeper.current;
  if (forgotten === undefined || goal === undefined) return;
  const { jobId, at } = forgotten;
  const then = await parts.store.records.find(jobId, host.moref.value);
  const record = { ...(then ?? keeper.current), before: goal.before };
  await parts.store.baselines.putIfAbsent({
    cluster: job.cluster,
    host: host.moref.value,
    name: host.name,
    jobId,
    at,
    record,
  });
}
