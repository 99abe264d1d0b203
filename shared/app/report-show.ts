// A job's one message: rendered from its row, posted once, updated from then on.
import type { Job } from '../domain/job.ts';
import type { Log } from '../log.ts';
import type { Chat, ChatMessage, Clock, NoticeRecord, PostedReply, Store } from '../ports.ts';
import type { SlackPace } from './pace.ts';
import { withPatience } from './patience.ts';
import { PICTURE_KEY, type ReportSeen, type ThreadOf } from './thread-item.ts';
import { isUnshowable } from './unshowable.ts';
import { askUnsure, keepShown, requireUnbeaten } from './until-unbeaten.ts';

/** `rich`: with blocks that older clients and workspaces refuse. */
export type MessageStyle = 'rich' | 'classic';

/** How a message is made. `picture`: the file that it shows beside its text. */
export type Look = { style: MessageStyle; picture?: string | undefined };

export type ReportParts = {
  store: Pick<Store, 'jobs' | 'records' | 'notices' | 'matrix'>;
  chat: Chat;
  clock: Clock;
  log: Log;
  /** The least time between two updates of a message; UPDATE_INTERVAL_MS where absent. */
  updateIntervalMs?: number | undefined;
  /** Shared by all that write to this Slack; absent where it counts no calls. */
  pace?: SlackPace | undefined;
  render: (job: Job, seen: ReportSeen, now: Date, look: Look) => ChatMessage;
  /** What belongs into the thread; nothing where absent. */
  thread?: ThreadOf | undefined;
};

export type ReadSeen = (job: Job) => Promise<ReportSeen>;

/** Reads a job's records and cells once for each version of its row: for one run of the notifier. */
export function createReadSeen({ store }: Pick<ReportParts, 'store'>): ReadSeen {
  let last: { version: number; seen: ReportSeen } | undefined;
  return async (job) => {
    if (last?.version !== job.version) {
      const records = await store.records.list(job.id);
      const cells = job.matrix === undefined ? [] : await store.matrix.list(job.id);
      last = { version: job.version, seen: { records, cells } };
    }
    return last.seen;
  };
}

/** Shows the job as it is, and writes that down. `picture`: a file to show with it from now on. Throws what must come
 * again. */
export async function show(
  parts: ReportParts,
  job: Job,
  shown: NoticeRecord | undefined,
  seen: ReportSeen,
  picture?: string,
): Promise<NoticeRecord> {
  const { store, clock, log } = parts;
  const told = parts.thread === undefined ? {} : { toldVersion: shown?.toldVersion ?? 0 };
  const kept = { ...shown, ...told, jobId: job.id, shownVersion: job.version };
  const row = { find: () => store.notices.find(job.id), put: (one: NoticeRecord) => store.notices.put(one) };
  await requireUnbeaten(row, shown, job.id);
  const asked = { ts: shown?.ts, shownVersion: job.version };
  const delivered = await askUnsure(row, asked, () => deliverReadable(parts, { job, shown, seen, picture }));
  // Only after Slack has answered: a crash in between shows the same state once more, and never loses it.
  const notice = { ...kept, ...delivered, shownAt: clock.now().toISOString() };
  await keepShown(row, notice);
  log.info('notice-shown', { jobId: job.id, version: job.version, state: job.state });
  return notice;
}

type Showing = {
  job: Job;
  shown: NoticeRecord | undefined;
  seen: ReportSeen;
  picture: string | undefined;
};

/** A state that people can't see is worse than one without its layout: what is refused is made simpler, and at last the
 * sentence alone is shown. */
async function deliverReadable(parts: ReportParts, showing: Showing): Promise<Partial<NoticeRecord> & Place> {
  const { job, shown, seen } = showing;
  const looks = looksOf(showing);
  for (const look of looks) {
    const message = parts.render(job, seen, parts.clock.now(), look);
    try {
      const place = await deliver(parts, look.isBare ? { ...message, blocks: [] } : message, shown);
      return { ...place, ...remembered(parts, showing, look) };
    } catch (error) {
      if (look.isBare || !isUnshowable(error)) throw error;
      parts.log.error('blocks-refused', { channel: message.channel, look: { ...look }, error });
    }
  }
  throw new Error('a message without blocks was neither taken nor refused');
}

type Attempt = Look & { isBare: boolean };

function looksOf({ shown, picture }: Showing): Attempt[] {
  const styles: MessageStyle[] = shown?.isClassic === true ? ['classic'] : ['rich', 'classic'];
  const own = picture ?? shown?.posted?.[PICTURE_KEY]?.fileId;
  // A picture that Slack is not ready to show must not cost the message its style.
  const pictures = own === undefined ? [undefined] : [own, undefined];
  const looks = styles.flatMap((style) => pictures.map((one) => ({ style, picture: one, isBare: false })));
  return [...looks, { style: 'classic', isBare: true }];
}

/** What the message's next states need not try again. */
function remembered({ clock }: ReportParts, { shown, picture }: Showing, look: Attempt): Partial<NoticeRecord> {
  const style = look.style === 'classic' ? { isClassic: true } : {};
  if (picture === undefined) return style;
  const at = clock.now().toISOString();
  const reply: PostedReply = look.picture === undefined ? { at, refused: 'invalid_blocks' } : { at, fileId: picture };
  return { ...style, posted: { ...shown?.posted, [PICTURE_KEY]: reply } };
}

type Place = Pick<NoticeRecord, 'channel' | 'ts'>;

async function deliver({ chat, clock }: ReportParts, message: ChatMessage, shown: NoticeRecord | undefined) {
  if (shown !== undefined && shown.ts !== '') {
    // A cluster's channel may have changed since; the message stays where it was posted.
    const own = { ...message, channel: shown.channel };
    const updated = await withPatience(clock, () => chat.update(shown.ts, own));
    if (updated.kind === 'updated') return { channel: shown.channel, ts: shown.ts };
  }
  const { ts } = await withPatience(clock, () => chat.post(message));
  return { channel: message.channel, ts };
}
