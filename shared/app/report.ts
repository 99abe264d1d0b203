import type { Job } from '../domain/job.ts';
import type { Cell } from '../domain/matrix.ts';
import type { HostRecord } from '../domain/record.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Chat, ChatMessage, Clock, NoticeMessage, NoticeRecord, Store } from '../ports.ts';

/** One update in this time: Slack allows about 50 a minute for a whole workspace. */
export const UPDATE_INTERVAL_MS = 2000;

export type ReportParts = {
  store: Pick<Store, 'jobs' | 'records' | 'notices' | 'matrix'>;
  chat: Chat;
  clock: Clock;
  log: Log;
  /** The least time between two updates of a message; UPDATE_INTERVAL_MS where absent. */
  updateIntervalMs?: number | undefined;
  render: (job: Job, seen: { records: HostRecord[]; cells: Cell[] }, now: Date) => ChatMessage;
};

/** `shown`: the channel has the row's newest state now. `current`: it had it already. `unknown-job`: nothing to show. */
export type ReportResult = 'shown' | 'current' | 'unknown-job';

/** Shows in the channel what a job's row says now, whatever the message's own version was. Throws when it must come
 * again. Messages of one job must come one after another, which the queue's groups see to. */
export function createReport(parts: ReportParts): (message: NoticeMessage) => Promise<ReportResult> {
  const { store, log } = parts;
  return async (message) => {
    const job = await store.jobs.find(message.jobId);
    const shown = await store.notices.find(message.jobId);
    if (job === undefined) {
      log.warn('notice-without-job', { jobId: message.jobId });
      return 'unknown-job';
    }
    if (isCurrent(job, shown)) return 'current';
    await waitForTurn(parts, shown);
    // What happened while it waited is shown by this same update.
    const newest = (await store.jobs.find(job.id)) ?? job;
    await show(parts, newest, shown);
    return 'shown';
  };
}

function isCurrent(job: Job, shown: NoticeRecord | undefined): boolean {
  return shown !== undefined && shown.shownVersion >= job.version;
}

async function waitForTurn(
  { clock, updateIntervalMs = UPDATE_INTERVAL_MS }: ReportParts,
  shown: NoticeRecord | undefined,
): Promise<void> {
  if (shown === undefined) return;
  const sinceMs = clock.now().getTime() - Date.parse(shown.shownAt);
  const waitMs = Math.min(updateIntervalMs, updateIntervalMs - sinceMs);
  if (waitMs > 0) await clock.sleep(waitMs);
}

async function show(parts: ReportParts, job: Job, shown: NoticeRecord | undefined): Promise<void> {
  const { store, clock, log } = parts;
  const records = await store.records.list(job.id);
  const cells = job.matrix === undefined ? [] : await store.matrix.list(job.id);
  const message = parts.render(job, { records, cells }, clock.now());
  const place = await deliverReadable(parts, message, shown);
  // Only after Slack has answered: a crash in between shows the same state once more, and never loses it.
  const shownAt = clock.now().toISOString();
  await store.notices.put({ jobId: job.id, ...place, shownVersion: job.version, shownAt });
  log.info('notice-shown', { jobId: job.id, version: job.version, state: job.state });
}

// Slack's words for a message that it will never take as it is, by rules that are not all documented.
const UNSHOWABLE = ['invalid_blocks', 'msg_blocks_too_long'];

/** A state that people can't see is worse than one without its layout: then the sentence alone is shown. */
async function deliverReadable(
  parts: ReportParts,
  message: ChatMessage,
  shown: NoticeRecord | undefined,
): Promise<Place> {
  try {
    return await deliver(parts.chat, message, shown);
  } catch (error) {
    if (!(error instanceof OpsError) || !UNSHOWABLE.includes(error.fault ?? '')) throw error;
    parts.log.error('blocks-refused', { channel: message.channel, error });
    return deliver(parts.chat, { ...message, blocks: [] }, shown);
  }
}

type Place = Pick<NoticeRecord, 'channel' | 'ts'>;

async function deliver(chat: Chat, message: ChatMessage, shown: NoticeRecord | undefined): Promise<Place> {
  if (shown !== undefined) {
    // A cluster's channel may have changed since; the message stays where it was posted.
    const updated = await chat.update(shown.ts, { ...message, channel: shown.channel });
    if (updated.kind === 'updated') return { channel: shown.channel, ts: shown.ts };
  }
  const { ts } = await chat.post(message);
  return { channel: message.channel, ts };
}
