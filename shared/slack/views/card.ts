// One alarm, one message: what vCenter says, what the policy does about it, and what a person can do.
import type { KnownBlock } from '@slack/types';
import { MEANINGS, meaningOf } from '../../domain/alarm-meaning.ts';
import { type AlarmCard, type CardEntry, isJobOpen } from '../../domain/card.ts';
import { isNeverCleared, SILENCE_HOURS } from '../../domain/card-silence.ts';
import type { Job } from '../../domain/job.ts';
import type { HostRecord } from '../../domain/record.ts';
import type { CardRenderers, CardThreadText } from '../../app/report-card.ts';
import type { ChatMessage } from '../../ports.ts';
import { button, confirmation, context, fields, header, section } from '../blocks.ts';
import { code, escapeMrkdwn, mention, toOneLine } from '../escape-mrkdwn.ts';
import { cutMrkdwn, cutPlain } from '../fit.ts';
import { fitBlocks } from '../fit-blocks.ts';
import { LIMITS } from '../limits.ts';
import { dateText, durationText } from '../time-text.ts';
import { cardDiffBlocks } from './card-diff.ts';
import { headline } from './headline.ts';

export const CARD_FIX_ACTION = 'card-fix';
export const CARD_PLAN_ACTION = 'card-plan';
export const CARD_IGNORE_ACTION = 'card-ignore';
export const CARD_EXPLAIN_ACTION = 'card-explain';

/** All that shows a card. */
export const CARD_RENDERERS: CardRenderers = {
  card: renderCard,
  copy: renderCardCopy,
  entries: renderCardEntries,
};

const ENTRIES_SHOWN_MAX = 20;

/** The card's message as its row stands. `job`: the newest that was started for it; `records`: that job's hosts. */
export function renderCard(card: AlarmCard, job: Job | undefined, now: Date, records: HostRecord[] = []): ChatMessage {
  const text = `${cardHeadline(card)}. ${card.summary === '' ? `Card ${card.id}.` : card.summary}`;
  return {
    channel: card.channel,
    text: cutMrkdwn(escapeMrkdwn(text), LIMITS.messageTextChars),
    blocks: fitBlocks(cardBlocks(card, { job, records }, now)),
  };
}

/** One line for a channel that has subscribed to the cluster's alarms. */
export function renderCardCopy(card: AlarmCard, channel: string): ChatMessage {
  const text = `*${escapeMrkdwn(cardHeadline(card))}*  Its card is in <#${card.channel}>: ${code(card.id)}`;
  return { channel, text: cutMrkdwn(text, LIMITS.messageTextChars), blocks: [section(text)] };
}

/** What the thread is told: a rise in severity by itself, for the whole channel; everything else in one reply. */
export function renderCardEntries(entries: CardEntry[]): CardThreadText[] {
  const worse = entries.filter((entry) => entry.kind === 'worse');
  const quiet = entries.filter((entry) => entry.kind !== 'worse').slice(-ENTRIES_SHOWN_MAX);
  return [
    ...(quiet.length === 0 ? [] : [{ text: joined(quiet), isBroadcast: false }]),
    ...worse.slice(-1).map((entry) => ({ text: joined([entry]), isBroadcast: true })),
  ];
}

/** "ASK - Host vMotion error on esx05.lab.local". Plain text, raw. */
export function cardHeadline(card: AlarmCard): string {
  const where = card.host?.name ?? card.cluster ?? card.unplaced?.host?.name ?? card.unplaced?.cluster?.name;
  return toOneLine(`${stateWord(card)} - ${card.alarm}${where === undefined ? '' : ` on ${where}`}`);
}

function stateWord({ state, severity, job, unplaced }: AlarmCard): string {
  switch (state) {
    case 'new':
      return unplaced === undefined ? `NEW ${severity.toUpperCase()}` : 'NOT PLACED';
    case 'ask':
      return 'ASK';
    case 'auto':
      return job?.end === undefined ? 'AUTO, at work' : 'AUTO';
    case 'ignored':
    case 'resolved':
    case 'suppressed':
    case 'limited':
      return state.toUpperCase();
    default:
      throw new Error(`unknown state ${state satisfies never}`);
  }
}

function cardBlocks(
  card: AlarmCard,
  { job, records }: { job: Job | undefined; records: HostRecord[] },
  now: Date,
): KnownBlock[] {
  const meaning = MEANINGS[meaningOf(card)];
  const summary = card.summary === '' || card.summary === card.alarm ? '' : escapeMrkdwn(cutPlain(card.summary, 600));
  const says = meaning === MEANINGS.other ? '' : `_${meaning.says}_`;
  const words = [summary, says, stateText(card, job, now), silenceText(card)].filter(Boolean).join('\n');
  return [
    header(cardHeadline(card)),
    fields(facts(card)),
    ...(words === '' ? [] : [section(words)]),
    ...cardDiffBlocks(job, records),
    ...buttonBlocks(card),
    context([footer(card)]),
  ];
}

function facts(card: AlarmCard): [string, string][] {
  const status = card.status?.to === undefined ? '' : `, ${card.status.from ?? '?'} → ${card.status.to}`;
  const place =
    card.host === undefined ? code(card.cluster ?? '?') : `${code(card.host.name)} of ${code(card.cluster ?? '?')}`;
  const target = card.unplaced === undefined ? place : `not placed: ${escapeMrkdwn(card.unplaced.why)}`;
  return [
    ['Alarm', escapeMrkdwn(`${cutPlain(card.alarm, 200)}${status}`)],
    ['Target', target],
    ['vCenter', card.vcenter === undefined ? 'not said' : code(card.vcenter)],
    ['Seen', seenText(card)],
    ['Severity', card.severity],
    ['Rule', card.rule === undefined ? 'none: only shown' : `${code(card.rule)}: ${card.action}`],
    ...(card.event === undefined ? [] : [['Event', code(cutPlain(card.event, 150))] as [string, string]]),
    ...(card.user === undefined ? [] : [['By', code(card.user)] as [string, string]]),
  ];
}

function seenText({ firstSeenAt, lastSeenAt, count }: AlarmCard): string {
  const [first, last] = [dateText(firstSeenAt), dateText(lastSeenAt)];
  return count === 1 ? `${last}, once` : `${first === last ? last : `${first} to ${last}`}, ${count} times`;
}

/** What is going on, in one or two sentences. */
function stateText(card: AlarmCard, job: Job | undefined, now: Date): string {
  const own = jobText(card, job);
  switch (card.state) {
    case 'resolved':
      return `*RESOLVED* after ${durationText(Date.parse(card.resolvedAt ?? card.lastSeenAt) - Date.parse(card.raisedAt))}${resolvedBy(card)}. ${own}`.trim();
    case 'suppressed':
      return `*SUPPRESSED* It went on and off ${card.transitions.length} times. Nothing is done until it is calm. ${own}`.trim();
    case 'ignored': {
      if (card.ignored === undefined) return 'Its rule ignores it.';
      return `Ignored by ${mention(card.ignored.by)} until ${dateText(card.ignored.until)}.`;
    }
    case 'limited':
      return `*Nothing was started:* ${escapeMrkdwn(card.held?.why.join(' ') ?? '')} ${own}`.trim();
    case 'new':
    case 'ask':
    case 'auto': {
      if (card.held !== undefined)
        return `*Nothing was started:* ${escapeMrkdwn(card.held.why.join(' '))} ${own}`.trim();
      const since = card.isRaised ? `Raised ${durationText(now.getTime() - Date.parse(card.raisedAt))} ago.` : '';
      return [own, own === '' ? since : ''].join('').trim();
    }
    default:
      throw new Error(`unknown state ${card.state satisfies never}`);
  }
}

/** So that nobody waits for an end that is never reported. */
function silenceText(card: AlarmCard): string {
  if (!card.isRaised || card.state === 'resolved' || !isNeverCleared(card)) return '';
  return `Nobody will report its end: the card is closed ${SILENCE_HOURS} hours after the last report.`;
}

function resolvedBy(card: AlarmCard): string {
  const { job } = card;
  if (job?.end !== 'done' || job.kind === 'test') return '';
  const still = card.isRaised ? '; vCenter has not cleared the alarm yet' : '';
  return ` by job ${code(job.id)} (${job.mode})${still}`;
}

function jobText(card: AlarmCard, job: Job | undefined): string {
  if (card.job === undefined) return '';
  const id = code(card.job.id);
  if (job === undefined) return `Job ${id}.`;
  const waits = job.state === 'awaiting-approval' ? ` To approve: ${code(`/vmotion approve ${job.id}`)}` : '';
  const why = job.failure === undefined ? '' : ` ${escapeMrkdwn(cutPlain(job.failure.what, 400))}`;
  return `Job ${id}: ${escapeMrkdwn(headline(job))}.${why}${waits}`;
}

/** Buttons for what can be done now; permission is checked when one is pressed. */
function buttonBlocks(card: AlarmCard): KnownBlock[] {
  if (card.state === 'resolved' || card.cluster === undefined) return [];
  const target = cutPlain(card.host?.name ?? card.cluster, 100);
  const explain = button({ actionId: CARD_EXPLAIN_ACTION, label: 'Explain', value: card.id });
  const fix = button({
    actionId: CARD_FIX_ACTION,
    label: 'Run fix',
    value: card.id,
    style: 'primary',
    confirm: confirmation({
      title: 'Run the fix?',
      text: `Plans a repair of ${target} and asks for approval as any change does.`,
      yes: 'Plan it',
      no: 'Go back',
    }),
  });
  const plan = button({ actionId: CARD_PLAN_ACTION, label: 'Plan only', value: card.id });
  const canFix = !isJobOpen(card) && MEANINGS[meaningOf(card)].isFixable;
  return [
    {
      type: 'actions',
      block_id: `card-${card.id}-${card.version}`,
      elements: [
        ...(canFix ? [fix, plan] : []),
        explain,
        {
          type: 'overflow',
          action_id: CARD_IGNORE_ACTION,
          options: [ignoreOption(card.id, 1), ignoreOption(card.id, 24)],
        },
      ],
    },
  ];
}

/** Value: the card and for how many minutes. */
function ignoreOption(id: string, hours: number) {
  const text = { type: 'plain_text' as const, text: `Ignore ${hours} h`, emoji: false };
  return { text, value: `${id}|${hours * 60}` };
}

function footer(card: AlarmCard): string {
  const way = MEANINGS[meaningOf(card)].isFixable ? `alarm fix ${card.id}` : `test ${card.cluster ?? ''}`;
  const isOpen = card.state !== 'resolved' && card.cluster !== undefined;
  const typed = isOpen ? ` · or type ${code(`/vmotion ${way}`)}` : '';
  return `Card ${code(card.id)} · by ${card.source} · repeats are counted here, what happens stands in the thread${typed}`;
}

function joined(entries: CardEntry[]): string {
  const lines = entries.map(
    ({ at, kind, text }) => `*${kind.toUpperCase()}* ${dateText(at)} ${escapeMrkdwn(cutPlain(text, 400))}`,
  );
  return cutMrkdwn(lines.join('\n'), LIMITS.messageTextChars);
}
