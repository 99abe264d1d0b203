// How a job's calls are found in the logs of vCenter and of its hosts, where they stand as opID.
import type { Job } from './job.ts';

/** Stands at the beginning of every operation id of the job. */
export function operationPrefix(job: Pick<Job, 'id'>): string {
  return `vmotion-ops-${job.id}`;
}

/** Of the slice that runs now. */
export function operationOf(job: Pick<Job, 'id' | 'cursor'>): string {
  return `${operationPrefix(job)}-${job.cursor}`;
}
