import type { Job } from '../domain/job.ts';
import type { Store } from '../ports.ts';

/** How many rows are read for `count` jobs: first these, then, where nearly all of them were quiet, more. */
const FACTORS = [2, 10, 50];

/** The newest jobs of the cluster that its channel has heard of, `count` of them at most, the newest first. Audits by
 * schedule that had nothing to tell are no news, and there may be hundreds of them between two changes. */
export async function listTold(store: Pick<Store, 'jobs'>, cluster: string, count: number): Promise<Job[]> {
  let told: Job[] = [];
  for (const factor of FACTORS) {
    const limit = count * factor;
    const read = await store.jobs.listByCluster(cluster, limit);
    told = read.filter((job) => job.isQuiet !== true);
    if (told.length >= count || read.length < limit) break;
  }
  return told.slice(0, count);
}
