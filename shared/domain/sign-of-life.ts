import type { Job } from './job.ts';

/** When the job last moved, or the slice at work last said that it lives. */
export function lastSignOfLife(job: Pick<Job, 'updatedAt' | 'heartbeatAt'>): Date {
  const { updatedAt, heartbeatAt = updatedAt } = job;
  return new Date(heartbeatAt > updatedAt ? heartbeatAt : updatedAt);
}
