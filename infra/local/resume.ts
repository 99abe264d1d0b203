import { RUNNING } from '../../shared/domain/decide.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Log } from '../../shared/log.ts';
import type { Queue, Store } from '../../shared/ports.ts';

export type ResumeParts = {
  store: Store;
  queue: Queue;
  log: Log;
  /** Whether the messages of the process before are gone, as those of the lab's workspace are. */
  isWorkspaceNew: boolean;
};

/** After a restart no slice of the process before is alive, so each lease loses its holder; and what its queues held is
 * gone, so each job that owes something is nudged again from its row. Answers the ids of the jobs that go on. */
export async function resume({ store, queue, log, isWorkspaceNew }: ResumeParts): Promise<string[]> {
  const open = await store.jobs.listOpen();
  for (const job of open) {
    await freeSlice(store, job);
    if (isWorkspaceNew) await showAnew(store, job);
    const { id: jobId, cluster, cursor, attempt, version } = job;
    // A job that waits for people is nudged when they have decided, by a message that the queue must not know yet.
    if (RUNNING.includes(job.state)) await queue.sendJob({ jobId, cluster, cursor, attempt });
    await queue.sendNotice({ jobId, version, attempt });
    log.info('job-resumed', { jobId, cluster, cursor, state: job.state });
  }
  return open.filter((job) => !isEnded(job.state)).map((job) => job.id);
}

async function freeSlice(store: Store, job: Job): Promise<void> {
  const lease = await store.leases.find(job.cluster);
  if (lease !== undefined && lease.jobId === job.id && lease.holder !== '') await store.leases.yield(lease);
}

async function showAnew(store: Store, job: Job): Promise<void> {
  const notice = await store.notices.find(job.id);
  if (notice !== undefined) await store.notices.put({ ...notice, shownVersion: 0 });
}
