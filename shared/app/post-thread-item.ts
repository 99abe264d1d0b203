// One thing for a message's thread: posted, and written down after Slack took it.
import type { Job } from '../domain/job.ts';
import { OpsError } from '../errors.ts';
import type { ChatMessage, NoticeRecord, PostedReply } from '../ports.ts';
import { type ReportParts, show } from './report-show.ts';
import type { ReportSeen, ThreadItem } from './thread-item.ts';
import { isUnshowable } from './unshowable.ts';

/** A file that was uploaded, and of which it is not known yet whether it stands in the thread. */
export type Check = { kind: 'check'; key: string; fileId: string };

/** The message, and the row that it shows. */
export type Place = { parts: ReportParts; job: Job; notice: NoticeRecord; seen: ReportSeen };

/** Answers how long to wait, in milliseconds, before the next item or this one again. What Slack will not take is given up;
 * whatever else hinders it is left for later. */
export async function postItem(place: Place, item: ThreadItem | Check): Promise<number> {
  try {
    switch (item.kind) {
      case 'reply':
        await postReply(place, item);
        return 0;
      case 'file':
        await postFile(place, item);
        return 0;
      case 'check':
        return await checkFile(place, item);
      case 'picture':
        await showPicture(place, item);
        return 0;
      default:
        throw new Error(`unknown item ${item satisfies never}`);
    }
  } catch (error) {
    return giveUp(place, item, error);
  }
}

async function postReply(place: Place, item: Extract<ThreadItem, { kind: 'reply' }>): Promise<void> {
  const { parts, notice } = place;
  const { text, blocks, isBroadcast } = item;
  const message = { channel: notice.channel, threadTs: notice.ts, text, blocks, isBroadcast };
  await parts.pace?.({ channel: notice.channel });
  const { ts } = await postReadable(place, message);
  await remember(place, item.keys, { ts });
}

/** What Slack refuses for its layout is said as a sentence. */
async function postReadable({ parts: { chat, log } }: Place, message: ChatMessage): Promise<{ ts: string }> {
  try {
    return await chat.post(message);
  } catch (error) {
    if (!isUnshowable(error) || message.blocks.length === 0) throw error;
    log.error('blocks-refused', { channel: message.channel, error });
    return chat.post({ ...message, blocks: [] });
  }
}

async function postFile(place: Place, item: Extract<ThreadItem, { kind: 'file' }>): Promise<void> {
  const { parts, notice } = place;
  const file = await item.make();
  await parts.pace?.({ channel: notice.channel });
  const { fileId } = await parts.chat.upload({ channel: notice.channel, threadTs: notice.ts, ...file });
  const { tries } = notice.posted?.[item.key] ?? {};
  await remember(place, [item.key], { fileId, ...(tries === undefined ? {} : { tries }) });
}

/** Slack needs some seconds for a file. After this long nothing will come of it any more. */
const FILE_PAUSE_MS = 250;
const FILE_MS = 600_000;
const UPLOADS_MAX = 2;

async function checkFile(place: Place, { key, fileId }: Check): Promise<number> {
  const { parts, notice } = place;
  const reply = notice.posted?.[key];
  const sinceMs = parts.clock.now().getTime() - Date.parse(reply?.at ?? '');
  const tries = (reply?.tries ?? 0) + 1;
  switch (await parts.chat.fileState(fileId)) {
    case 'ready':
      await remember(place, [key], { ...reply, isShared: true });
      return 0;
    case 'unshared': {
      parts.log.warn('file-unshared', { jobId: notice.jobId, key, fileId });
      const refused = tries < UPLOADS_MAX ? {} : { refused: 'not_shared' };
      await remember(place, [key], { tries, ...refused });
      return 0;
    }
    case 'pending':
      if (sinceMs >= FILE_MS) await remember(place, [key], { ...reply, refused: 'not_ready' });
      // Longer and longer, as it takes longer.
      return Math.max(FILE_PAUSE_MS, sinceMs / 2);
    default:
      throw new Error(`unknown state of file ${fileId}`);
  }
}

async function showPicture(place: Place, item: Extract<ThreadItem, { kind: 'picture' }>): Promise<void> {
  const { parts, job, notice, seen } = place;
  const { fileId, refused } = notice.posted?.[item.file] ?? {};
  if (fileId === undefined || refused !== undefined)
    return remember(place, [item.key], { refused: refused ?? 'no_file' });
  await parts.pace?.({});
  await show(parts, job, notice, seen, fileId);
}

async function remember({ parts, notice }: Place, keys: string[], how: Partial<PostedReply>): Promise<void> {
  const at = parts.clock.now().toISOString();
  const posted = { ...notice.posted, ...Object.fromEntries(keys.map((key) => [key, { at, ...how }])) };
  await parts.store.notices.put({ ...notice, posted });
}

// What stands in the way of everything, not only of this item.
const ABOUT_THE_PLACE = [
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'not_in_channel',
  'channel_not_found',
  'is_archived',
];
const THREAD_GONE = ['thread_not_found', 'invalid_thread_ts', 'message_not_found', 'cannot_reply_to_message'];

/** Later than any run of this may take. */
const NOT_NOW_MS = Number.POSITIVE_INFINITY;

/** Never throws away what may succeed later, and never tries for ever what Slack will not take. */
async function giveUp(place: Place, item: ThreadItem | Check, error: unknown): Promise<number> {
  const { parts, job, notice, seen } = place;
  const keys = item.kind === 'reply' ? item.keys : [item.key];
  const about = { jobId: job.id, keys: keys.join(' '), error };
  if (!(error instanceof OpsError)) {
    parts.log.error('thread-item-failed', about);
    await remember(place, keys, { refused: 'defect' });
    return 0;
  }
  const word = error.fault ?? '';
  if (error.retry !== 'never' || ABOUT_THE_PLACE.includes(word)) {
    parts.log.warn('thread-waits', about);
    return error.retryAfterMs ?? NOT_NOW_MS;
  }
  if (THREAD_GONE.includes(word)) {
    // The message was deleted: it is posted anew, and the thread goes on there.
    const moved = await show(parts, job, notice, seen);
    if (moved.ts !== notice.ts) return 0;
  }
  parts.log.error('thread-refused', about);
  await remember(place, keys, { refused: word });
  return 0;
}
