import { isShown } from './notice-told.ts';
import { createReadSeen, type ReadSeen, type ReportParts, show } from './report-show.ts';
import { tellThread } from './report-thread.ts';
import { decide } from '../domain/decide.ts';
import type { Job } from '../domain/job.ts';
import type { NoticeMessage, NoticeRecord } from '../ports.ts';
import { untilUnbeaten } from './until-unbeaten.ts';

/** One update in this time: Slack allows about 50 a minute for a whole workspace. */
export const UPDATE_INTERVAL_MS = 2000;

/** What is left of the function's time is for a call that hangs. */
const THREAD_MS = 10_000;

/** `shown`: the channel has the row's newest state now. `current`: it had it already. `quiet`: it is not for the
 * channel. `unknown-job`: nothing to show. */
export type ReportResult = 'shown' | 'current' | 'quiet' | 'unknown-job';

/**
 * Shows in the channel what a job's row says now, whatever the message's own version was, and then fills the message's
 * thread. Throws when the state must come again; what the thread lacks is told by the row, and the clock reminds of it.
 * Messages of one job must come one after another, which the queue's groups see to.
 */
export function createReport(parts: ReportParts): (message: NoticeMessage) => Promise<ReportResult> {
  const { store, clock, log } = parts;
  return async ({ jobId }) => {
    const until = new Date(clock.now().getTime() + THREAD_MS);
    const readSeen = createReadSeen(parts);
    const result = await showNewest(readSeen, jobId);
    if (result === 'unknown-job') log.warn('notice-without-job', { jobId });
    try {
      await tellThread(parts, { jobId, until, readSeen, showNewest: () => showNewest(readSeen, jobId) });
    } catch (error) {
      // The state is shown, which is what this message was for.
      log.error('thread-failed', { jobId, error });
    }
    return result;
  };

  async function showNewest(readSeen: ReadSeen, jobId: string): Promise<ReportResult> {
    const job = await store.jobs.find(jobId);
    const shown = await store.notices.find(jobId);
    if (job === undefined) return 'unknown-job';
    if (isShown(shown, job)) return shown?.ts === '' ? 'quiet' : 'current';
    if (job.isQuiet === true) return keepQuiet(parts, job, shown);
    await waitForTurn(parts, job, shown);
    // What happened while it waited is shown by this same update.
    const newest = (await store.jobs.find(jobId)) ?? job;
    if (newest.isQuiet === true) return keepQuiet(parts, newest, shown);
    await showUnbeaten(readSeen, newest, shown);
    return 'shown';
  }

  async function showUnbeaten(readSeen: ReadSeen, job: Job, shown: NoticeRecord | undefined): Promise<void> {
    try {
      await untilUnbeaten({ log, of: { jobId: job.id } }, async (isAgain) => {
        const newest = isAgain ? ((await store.jobs.find(job.id)) ?? job) : job;
        const there = isAgain ? await store.notices.find(job.id) : shown;
        await show(parts, newest, there, await readSeen(newest));
      });
    } catch (error) {
      await unsettle(parts, job.id).catch((failure: unknown) =>
        log.warn('job-not-unsettled', { jobId: job.id, error: failure }),
      );
      throw error;
    }
  }
}

/** Whoever was overtaken may have written an older state over the end of a job that owes nothing any more, and the message
 * that it failed for is gone: the clock looks after the job once more. */
async function unsettle({ store, clock, log }: ReportParts, jobId: string): Promise<void> {
  const job = await store.jobs.find(jobId);
  const decision = job && decide(job, { kind: 'unsettled' }, clock.now());
  if (decision?.kind !== 'moved') return;
  await store.jobs.save(decision.job);
  log.info('job-moved', { jobId, on: 'unsettled', from: decision.job.state, to: decision.job.state });
}

/** Writes down that nothing is owed for this state, so that the clock does not remind of it. */
async function keepQuiet({ store, clock }: ReportParts, job: Job, shown: NoticeRecord | undefined): Promise<'quiet'> {
  const told = { shownVersion: job.version, toldVersion: job.version, shownAt: clock.now().toISOString() };
  await store.notices.put({ channel: job.channel, ts: '', ...shown, jobId: job.id, ...told });
  return 'quiet';
}

async function waitForTurn(parts: ReportParts, { channel }: Job, shown: NoticeRecord | undefined): Promise<void> {
  const { clock, updateIntervalMs = UPDATE_INTERVAL_MS, pace } = parts;
  if (shown === undefined || shown.ts === '') {
    await pace?.({ channel });
    return;
  }
  const sinceMs = clock.now().getTime() - Date.parse(shown.shownAt);
  const waitMs = Math.min(updateIntervalMs, updateIntervalMs - sinceMs);
  if (waitMs > 0) await clock.sleep(waitMs);
  await pace?.({});
}
