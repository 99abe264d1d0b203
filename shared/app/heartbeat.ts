// A slice at work shows that it lives, and hears what people want of its job meanwhile.
import { HEARTBEAT_MS } from '../domain/decide.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { MoveJob } from './move-job.ts';
import type { EdgeParts } from './parts.ts';

/** The row is looked at twice as often as it must show a sign of life. */
const LOOK_MS = HEARTBEAT_MS / 2;

/** `isOver`: somebody has ended the job, or taken it elsewhere, so that what is at work may stop. */
export type Heart = { isOver(): boolean };

/**
 * Lets the heart beat while `work` lasts: one read of the row every ten seconds, and one write where nothing else was
 * written to it for twenty. No notice follows from it. A row that can't be read or written costs one beat.
 */
export async function withHeartbeat<T>(
  { clock, log }: Pick<EdgeParts, 'clock' | 'log'>,
  { moveJob, job }: { moveJob: MoveJob; job: Job },
  work: (heart: Heart) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  let isOver = false;
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(LOOK_MS, over.signal);
      if (over.signal.aborted) return;
      try {
        const { job: now } = await moveJob(job.id, { kind: 'heartbeat' });
        isOver = isEnded(now.state) || isElsewhere(job, now);
      } catch (error) {
        log.warn('heartbeat-failed', { jobId: job.id, error });
      }
    }
  };
  void beat();
  try {
    return await work({ isOver: () => isOver });
  } finally {
    over.abort();
  }
}

/** A matrix whose job has gone back to its hosts. */
function isElsewhere(then: Job, now: Job): boolean {
  return then.state === 'verifying' && now.state !== 'verifying';
}
