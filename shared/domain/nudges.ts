// When a job's message is sent once more, because the one before may have been lost.
import type { Job } from './job.ts';
import { lastSignOfLife } from './sign-of-life.ts';

/** A message may have been lost when nothing was heard of the job for this long. */
const NUDGE_MS = 45_000;
/** The longest pause between two: what a job waits at most once a queue works again. */
const PAUSE_MAX_MS = 300_000;

/** After 45 seconds of silence, then whenever the silence has doubled, and at last every five minutes: a message that is
 * not lost but waits for a worker gets few others beside it. */
export function isNudgeDue(job: Job, at: Date): boolean {
  const idleMs = at.getTime() - lastSignOfLife(job).getTime();
  let dueMs = NUDGE_MS;
  for (let sent = 0; sent < nudgesOf(job) && dueMs <= idleMs; sent += 1) dueMs += Math.min(dueMs, PAUSE_MAX_MS);
  return idleMs >= dueMs;
}

/** The job's `nudged` once it was sent again. */
export function oneNudgeMore(job: Job): NonNullable<Job['nudged']> {
  return { since: lastSignOfLife(job).toISOString(), count: nudgesOf(job) + 1 };
}

function nudgesOf(job: Job): number {
  return job.nudged?.since === lastSignOfLife(job).toISOString() ? job.nudged.count : 0;
}
