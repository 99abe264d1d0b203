import type { Job } from '../domain/job.ts';
import type { EdgeParts } from './parts.ts';

/** The host is what it was before this job: the next change takes its own baseline. One that an earlier job has made stays. */
export async function forgetBaseline(
  { store }: Pick<EdgeParts, 'store'>,
  job: Pick<Job, 'id' | 'cluster'>,
  host: string,
): Promise<void> {
  const baselines = await store.baselines.list(job.cluster);
  const own = baselines.find((one) => one.host === host && one.jobId === job.id);
  if (own !== undefined) await store.baselines.remove(own.cluster, own.host);
}
