import { setTimeout as delay } from 'node:timers/promises';
import { isTold } from '../../shared/app/notice-told.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import { OpsError } from '../../shared/errors.ts';
import type { Store } from '../../shared/ports.ts';

/** What the channel shows of the job: the state it was in at least, and the message. */
export type Seen<Message> = { job: Job; message: Message };

export type FollowOptions<Message> = {
  store: Store;
  jobId: string;
  /** The job's message as it stands in the channel. */
  messageOf: (at: { channel: string; ts: string }) => Message | undefined;
  /** While the job runs: each message that is not the last one again. */
  onProgress: (seen: Seen<Message>) => void;
};

// Most jobs of the lab are over within seconds; who waits longer does not notice.
const POLL_MS = 40;
const POLLS_FAST = 150;
const POLL_SLOW_MS = 200;
// Longer than any approval may take: two days.
const POLLS_MAX = (48 * 3_600_000) / POLL_SLOW_MS;

// Pictures take Slack some seconds; longer than this nobody waits for a thread.
const TOLD_POLLS_MAX = 250;

/** Resolves once the thread of an ended job's message is complete, or when that takes too long. */
export async function untilTold(store: Pick<Store, 'jobs' | 'notices'>, jobId: string): Promise<void> {
  for (let poll = 0; poll < TOLD_POLLS_MAX; poll++) {
    const job = await store.jobs.find(jobId);
    if (job === undefined || job.settledAt !== undefined) return;
    if (isTold(await store.notices.find(jobId), job)) return;
    await delay(POLL_MS);
  }
}

// Nothing of these moves before a person says so.
const RESTING: readonly string[] = ['planned', 'awaiting-approval', 'paused'];

/** Resolves once the channel shows that the job has ended, or that it waits for people. */
export async function followJob<Message>(options: FollowOptions<Message>): Promise<Seen<Message>> {
  const { store, jobId, messageOf, onProgress } = options;
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    const notice = await store.notices.find(jobId);
    const message = notice === undefined ? undefined : messageOf(notice);
    // The row is read after the message: while it still runs, so did what the message shows.
    const job = await store.jobs.find(jobId);
    if (job === undefined) throw jobGone(jobId);
    if (notice !== undefined && message !== undefined) {
      if (!isAtRest(job)) onProgress({ job, message });
      else if (job.settledAt !== undefined || notice.shownVersion >= job.version) return { job, message };
    }
    await delay(poll < POLLS_FAST ? POLL_MS : POLL_SLOW_MS);
  }
  throw jobGone(jobId);
}

function isAtRest(job: Job): boolean {
  return isEnded(job.state) || RESTING.includes(job.state);
}

function jobGone(jobId: string): OpsError {
  return new OpsError('job-not-found', `The job ${jobId} can't be followed any more.`, {
    retry: 'never',
    remedy: 'Ask for it: /vmotion history',
  });
}
