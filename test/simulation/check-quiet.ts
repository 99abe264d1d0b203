import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { World } from '../support/world.ts';
import { violate } from './violation.ts';

/** `isLeft`: jobs that somebody else looks after. `overtaken`: workers that may have died, since the clock last looked, right
 * after they took the cluster of a job that had been given up meanwhile. */
export async function checkQuiet(world: World, overtaken: number, isLeft: (job: Job) => boolean): Promise<void> {
  const { store } = world.parts;
  for (const job of await store.jobs.listOpen()) {
    if (isLeft(job) || job.state === 'awaiting-approval' || job.state === 'planned') continue;
    violate('every job ends', `${job.id} is ${job.state}${isEnded(job.state) ? ', but its end was never told' : ''}`);
  }
  for (const cluster of Object.keys(world.parts.settings.clusters)) {
    const lease = await store.leases.find(cluster);
    const holder = lease === undefined ? undefined : await store.jobs.find(lease.jobId);
    if (lease === undefined || lease.jobId === '' || (holder !== undefined && isLeft(holder))) continue;
    if (overtaken === 0 || holder === undefined || !isEnded(holder.state))
      violate('an ended job frees its cluster', `${cluster} is held by ${lease.jobId}`);
  }
}
