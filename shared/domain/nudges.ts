// When a message is sent once more, because the one before may have been lost.
import type { Job } from './job.ts';
import { lastSignOfLife } from './sign-of-life.ts';

/** A message may have been lost when nothing was heard of the job for this long. */
const NUDGE_MS = 45_000;
/** The longest pause between two that the queue took. It loses none of them; who empties it waits as long at most. */
const NUDGE_PAUSE_MAX_MS = 1_800_000;
/** The longest pause between two reminders, whose readers may fail. */
const PAUSE_MAX_MS = 300_000;
/** A round of the clock may come a little early. */
const ROUND_MS = 50_000;

/** Which of a job's messages a slice was given: the `attempt` that was sent at this `cursor`. */
export type HeardMessage = Pick<Job, 'cursor' | 'attempt'>;

/** After 45 seconds of silence, and then with pauses that double until they are half an hour. A sign of life makes them
 * short again only once a slice was given the newest message: until then that one still waits for a worker, with all that
 * would be sent beside it. */
export function isNudgeDue(job: Job, at: Date): boolean {
  if (at.getTime() - lastSignOfLife(job).getTime() < NUDGE_MS) return false;
  if (job.nudged === undefined) return true;
  const { since, count, at: sentAt = since } = job.nudged;
  return at.getTime() - Date.parse(sentAt) >= Math.min(NUDGE_PAUSE_MAX_MS, NUDGE_MS * 2 ** (count - 1));
}

/** The job's `nudged` once it was sent again. */
export function oneNudgeMore(job: Job, at: Date): NonNullable<Job['nudged']> {
  const { since = lastSignOfLife(job).toISOString(), count = 0 } = job.nudged ?? {};
  return { since, count: count + 1, at: at.toISOString() };
}

/** `moved`: what the slice with this message makes of `job`. No message waits any more where it was the newest: not
 * the call of a vCenter's free turn, whose number is a time. */
export function withHeard(moved: Job, job: Job, heard: HeardMessage | undefined): Job {
  const isNewest = heard !== undefined && heard.cursor === job.cursor && heard.attempt === job.attempt;
  return isNewest ? { ...moved, nudged: undefined } : moved;
}

/** How many seconds a reminder keeps others away, when what it reminds of has been owed for `owedMs`: each round of the
 * clock at first, at last every five minutes, so that few wait where nobody takes them. */
export function reminderSeconds(owedMs: number): number {
  return Math.floor(Math.min(PAUSE_MAX_MS, Math.max(ROUND_MS, owedMs - ROUND_MS)) / 1000);
}
