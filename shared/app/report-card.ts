// Shows an alarm card in its channel, within what Slack takes: one message a card, edited in place, its story in the
// thread. A card that finds no slot in ten seconds waits for the clock; jobs have slots and notifiers of their own, so that
// no storm of alarms keeps them from the channel.
import { type AlarmCard, type CardEntry, versionToShow } from '../domain/card.ts';
import type { Job } from '../domain/job.ts';
import type { HostRecord } from '../domain/record.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { CardNotice, Chat, ChatMessage, Clock, ShownCard, Store } from '../ports.ts';
import type { SlackPace } from './pace.ts';
import { withPatience } from './patience.ts';
import { isUnshowable } from './unshowable.ts';
import { askUnsure, keepShown, requireUnbeaten, type ShownRow, untilUnbeaten } from './until-unbeaten.ts';

/** `isBroadcast`: shown in the channel too: only where a severity rises. */
export type CardThreadText = { text: string; isBroadcast: boolean };

export type CardRenderers = {
  /** `records`: what the job planned and did, host by host. */
  card: (card: AlarmCard, job: Job | undefined, now: Date, records?: HostRecord[]) => ChatMessage;
  /** The short line for channels that have subscribed. */
  copy: (card: AlarmCard, channel: string) => ChatMessage;
  entries: (entries: CardEntry[]) => CardThreadText[];
};

export type ReportCardParts = {
  store: Pick<Store, 'cards' | 'jobs' | 'records' | 'subscriptions'>;
  chat: Chat;
  clock: Clock;
  log: Log;
  render: CardRenderers;
  /** As for jobs. */
  pace?: SlackPace | undefined;
};

/** `later`: no slot came in time; the clock sends the notice again. */
export type CardReportResult = 'shown' | 'current' | 'later' | 'unknown-card';

/** Shows what the card's row says now. Throws when the notice must come again. Notices of one card come one by one. */
export function createReportCard(parts: ReportCardParts): (notice: CardNotice) => Promise<CardReportResult> {
  const { store, log } = parts;
  return async (notice) => {
    const shown = await store.cards.findShown(notice.card);
    const card = await store.cards.find(notice.card);
    if (card === undefined) {
      log.warn('notice-without-card', { card: notice.card });
      return 'unknown-card';
    }
    if (shown !== undefined && shown.shownVersion >= versionToShow(card)) return 'current';
    const mayShow = await parts.pace?.({ channel: shown === undefined ? card.channel : undefined, canWait: true });
    if (mayShow === false) {
      log.info('card-waits', { card: card.id, version: card.version });
      return 'later';
    }
    // What came while it waited is shown by this same update.
    await showUnbeaten(parts, (await store.cards.find(card.id)) ?? card, shown);
    return 'shown';
  };
}

async function showUnbeaten(parts: ReportCardParts, card: AlarmCard, shown: ShownCard | undefined): Promise<void> {
  const { store, log } = parts;
  await untilUnbeaten({ log, of: { card: card.id } }, async (isAgain) => {
    const newest = isAgain ? ((await store.cards.find(card.id)) ?? card) : card;
    await show(parts, newest, isAgain ? await store.cards.findShown(card.id) : shown);
  });
}

async function show(parts: ReportCardParts, card: AlarmCard, shown: ShownCard | undefined): Promise<void> {
  const { store, clock, log, render } = parts;
  const job = card.job === undefined ? undefined : await store.jobs.find(card.job.id);
  const records = job === undefined ? [] : await store.records.list(job.id);
  const channels = await findSubscribers(parts, card);
  const row = rowOf(parts, card);
  await requireUnbeaten(row, shown, card.id);
  // Between Slack's answer and its row nothing is read that may fail: the card would be posted once more.
  const asked = { ts: shown?.ts, shownVersion: card.version };
  const message = render.card(card, job, clock.now(), records);
  const place = await askUnsure(row, asked, () => deliver(parts, message, shown));
  const at = clock.now().toISOString();
  const next = {
    ...(shown ?? { shownSeq: 0, copies: {}, seq: 0 }),
    card: card.id,
    ...place,
    // Where others have subscribed, it is shown when they have it too.
    shownVersion: channels.length === 0 ? card.version : (shown?.shownVersion ?? 0),
    shownAt: at,
  };
  const isSamePlace = shown?.ts === place.ts;
  // Its first line stands in the message itself; the thread is for what comes after.
  const fresh = isSamePlace ? card.history.filter((entry) => entry.seq > next.shownSeq) : [];
  const shownSeq = card.history.at(-1)?.seq ?? 0;
  // Before the thread's lines: told twice is worse than one line that is missing, since the message has the state.
  await keepShown(row, { ...next, shownSeq });
  const written = { ...next, shownSeq, seq: (next.seq ?? 0) + 1 };
  for (const { text, isBroadcast } of render.entries(fresh)) {
    const line = { channel: place.channel, text, blocks: [], threadTs: place.ts, isBroadcast };
    await withPatience(clock, () => parts.chat.post(line));
  }
  if (channels.length > 0) await copyToSubscribers(parts, card, written, channels);
  log.info('card-shown', { card: card.id, version: card.version, state: card.state });
}

const rowOf = ({ store }: ReportCardParts, { id }: AlarmCard): ShownRow<ShownCard> => ({
  find: () => store.cards.findShown(id),
  put: (shown) => store.cards.putShown(shown),
});

/** The channels beside its own that hear of the card. */
async function findSubscribers({ store }: ReportCardParts, card: AlarmCard): Promise<string[]> {
  if (card.cluster === undefined) return [];
  const subscriptions = await store.subscriptions.list(card.cluster);
  return subscriptions
    .filter((one) => one.topics.includes('alarms') && one.channel !== card.channel)
    .map((one) => one.channel);
}

/** A new card, and one that has ended or asks, are told where people have subscribed, in a line edited in place. What
 * keeps one channel from it keeps no other one. Throws where it may be taken later: then the notice comes again. */
async function copyToSubscribers(
  parts: ReportCardParts,
  card: AlarmCard,
  shown: ShownCard,
  channels: string[],
): Promise<void> {
  const copies = { ...shown.copies };
  let delay: unknown;
  for (const channel of channels) {
    try {
      copies[channel] = await copyTo(parts, card, { channel, ts: copies[channel] });
    } catch (error) {
      parts.log.warn('card-copy-failed', { card: card.id, channel, error });
      if (!(error instanceof OpsError) || error.retry !== 'never') delay = error;
    }
  }
  const shownVersion = delay === undefined ? card.version : shown.shownVersion;
  // Also of those that have it already: their line is edited the next time, and not posted once more.
  await keepShown(rowOf(parts, card), { ...shown, copies, shownVersion });
  if (delay !== undefined) throw delay;
}

async function copyTo(
  { chat, clock, render }: ReportCardParts,
  card: AlarmCard,
  { channel, ts }: { channel: string; ts: string | undefined },
): Promise<string> {
  const message = render.copy(card, channel);
  if (ts !== undefined) {
    const updated = await withPatience(clock, () => chat.update(ts, message));
    if (updated.kind === 'updated') return ts;
  }
  return (await withPatience(clock, () => chat.post(message))).ts;
}

type Place = Pick<ShownCard, 'channel' | 'ts'>;

async function deliver(parts: ReportCardParts, message: ChatMessage, shown: ShownCard | undefined): Promise<Place> {
  try {
    return await postOrUpdate(parts.chat, message, shown);
  } catch (error) {
    if (!isUnshowable(error)) throw error;
    parts.log.error('blocks-refused', { channel: message.channel, error });
    return postOrUpdate(parts.chat, { ...message, blocks: [] }, shown);
  }
}

async function postOrUpdate(chat: Chat, message: ChatMessage, shown: ShownCard | undefined): Promise<Place> {
  if (shown !== undefined) {
    const updated = await chat.update(shown.ts, { ...message, channel: shown.channel });
    if (updated.kind === 'updated') return { channel: shown.channel, ts: shown.ts };
  }
  const { ts } = await chat.post(message);
  return { channel: message.channel, ts };
}
