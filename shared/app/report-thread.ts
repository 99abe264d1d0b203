// What belongs into a message's thread: each reply and file once, and never before the state itself.
import type { NoticeRecord, PostedReply } from '../ports.ts';
import { type Check, postItem } from './post-thread-item.ts';
import { isTold } from './notice-told.ts';
import type { ReadSeen, ReportParts } from './report-show.ts';
import { PICTURE_KEY, type ThreadItem } from './thread-item.ts';

export type Telling = {
  jobId: string;
  /** What is not posted by then is left for the next time. */
  until: Date;
  readSeen: ReadSeen;
  /** Brings the message to the row's newest state. */
  showNewest: () => Promise<unknown>;
};

/** More items than a job of 512 hosts can have. */
const ITEMS_MAX = 2000;

/** Posts what is owed, one by one, each written down after Slack took it: a crash repeats one of them at most. While
 * there is more, a newer state of the job goes first. */
export async function tellThread(parts: ReportParts, telling: Telling): Promise<void> {
  const { store, clock } = parts;
  for (let count = 0; count < ITEMS_MAX; count += 1) {
    const job = await store.jobs.find(telling.jobId);
    const notice = await store.notices.find(telling.jobId);
    if (job === undefined || notice === undefined || notice.ts === '' || isTold(notice, job)) return;
    if (job.version > notice.shownVersion) {
      await telling.showNewest();
      continue;
    }
    const seen = await telling.readSeen(job);
    const isPosted = (key: string) => isDone(notice.posted?.[key]);
    const items = parts.thread?.(job, seen, isPosted) ?? [];
    const item = nextItem(items, notice);
    if (item === undefined) {
      await store.notices.put({ ...notice, toldVersion: job.version });
      return;
    }
    const waitMs = await postItem({ parts, job, notice, seen }, item);
    if (clock.now().getTime() + waitMs >= telling.until.getTime()) return;
    // A state that comes meanwhile waits no longer than this.
    const pauseMs = Math.min(waitMs, PAUSE_MAX_MS);
    if (pauseMs > 0) await clock.sleep(pauseMs);
  }
}

const PAUSE_MAX_MS = 2000;

// A file that ended up nowhere is uploaded once more.
const isDone = (reply: PostedReply | undefined) =>
  reply !== undefined && (reply.fileId !== undefined || reply.ts !== undefined || reply.refused !== undefined);

/** First what there is to post, then a look at the files, then the picture, which needs its file. */
function nextItem(items: ThreadItem[], { posted = {} }: NoticeRecord): ThreadItem | Check | undefined {
  const open = Object.entries(posted).flatMap(([key, { fileId, isShared, refused }]): Check[] =>
    fileId === undefined || key === PICTURE_KEY || isShared === true || refused !== undefined
      ? []
      : [{ kind: 'check', key, fileId }],
  );
  return items.find((item) => item.kind !== 'picture') ?? open[0] ?? items[0];
}
