import type { Job } from '../../shared/domain/job.ts';
import type { Log } from '../../shared/log.ts';
import type { Queue, Store } from '../../shared/ports.ts';

/** After a restart: no slice of the process before is alive, so each lease loses its holder; and what its queues held
 * is gone, so each job that owes something is nudged again from its row. */
export async function resume({ store, queue, log }: { store: Store; queue: Queue; log: Log }): Promise<void> {
  for (const job of await store.jobs.listOpen()) {
    await freeSlice(store, job);
    const { id: jobId, cluster, cursor, attempt, version } = job;
    await queue.sendJob({ jobId, cluster, cursor, attempt });
    await queue.sendNotice({ jobId, version, attempt });
    log.info('job-resumed', { jobId, cluster, cursor, state: job.state });
  }
}

async function freeSlice(store: Store, job: Job): Promise<void> {
  const lease = await store.leases.find(job.cluster);
  if (lease !== undefined && lease.jobId === job.id && lease.holder !== '') await store.leases.yield(lease);
}
