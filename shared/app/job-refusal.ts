// Refusals about a job as it stands.
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { Refusal } from '../domain/reply.ts';

/** The job is past the point where this can be decided, or not there yet. */
export function notWaiting(job: Job): Refusal {
  return {
    kind: 'refused',
    code: 'not-waiting',
    exitCode: 2,
    what: `${job.id} is ${job.state}.`,
    why: isEnded(job.state)
      ? 'It has ended, so there is nothing to decide.'
      : 'It is past that point, or not there yet.',
    fix: `/vmotion show ${job.id}`,
  };
}

/** The refusal for an id that no job has. */
export function unknownJob(jobId: string): Refusal {
  return {
    kind: 'refused',
    code: 'job-not-found',
    exitCode: 2,
    what: `There is no job ${jobId}.`,
    why: "A job's id stands in its message, and in the history.",
    fix: '/vmotion history',
  };
}
