// A worker that stood still may take the cluster of a job that was given up meanwhile, and die before it looks at the job.
import type { EdgeParts } from './parts.ts';

/** Frees each cluster whose lease is held by a job of which nothing is left to do. Others of the ended are freed where they
 * are settled. */
export async function freeLeases({ settings, store, log }: EdgeParts): Promise<void> {
  for (const cluster of Object.keys(settings.clusters)) {
    try {
      const lease = await store.leases.find(cluster);
      const holder = lease === undefined ? undefined : await store.jobs.find(lease.jobId);
      if (holder?.settledAt === undefined) continue;
      await store.leases.release(cluster, holder.id);
      log.warn('lease-freed', { cluster, jobId: holder.id });
    } catch (error) {
      // One cluster's trouble must not keep the clock from the others.
      log.error('tick-failed', { cluster, error });
    }
  }
}
