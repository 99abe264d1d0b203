// What the clock does for alarm cards: wanted actions that were not carried out, jobs that have ended, notices that
// found no slot, and what was ignored or suppressed for a time.
import { policyOf } from '../domain/alarm-defaults.ts';
import { NO_AUTOMATION, withEnd } from '../domain/automation.ts';
import { type AlarmCard, isJobOpen, isQuiet } from '../domain/card.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import { judgeJob } from '../domain/job-verdict.ts';
import type { UnreadableRow } from '../ports.ts';
import { actOnCard } from './act-on-card.ts';
import { mapLimited } from './map-limited.ts';
import { mayRemind } from './may-remind.ts';
import { moveCard } from './move-card.ts';
import type { EdgeParts } from './parts.ts';
import { retryConflict } from './retry-conflict.ts';

/** More than get a slot in a minute, so that no slot is left free where messages were lost. Mostly none was: what waits in a
 * storm stands in the queue, which keeps it, and any more would only be read there and found shown. */
const NOTICES_MAX = 40;
/** A storm leaves thousands of cards open, and the next minute must not find this one still at work. */
const CARDS_AT_ONCE = 8;

type Waiting = Pick<AlarmCard, 'id' | 'version'> & { owedSince: (string | undefined)[] };

/** Brings every open card up to date, each by itself: one that fails is logged and left for the next minute. Sends at most
 * 40 notices again. */
export async function tickCards(parts: EdgeParts): Promise<void> {
  const waiting: Waiting[] = [];
  const skip = ({ code, message }: UnreadableRow) => parts.log.error('card-tick-failed', { code, message });
  await mapLimited(await parts.store.cards.listOpen(skip), CARDS_AT_ONCE, async (card) => {
    try {
      const now = await tickCard(parts, card);
      const owed = await findOwed(parts, now);
      if (owed !== undefined) waiting.push(owed);
    } catch (error) {
      parts.log.error('card-tick-failed', { card: card.id, error });
    }
  });
  // The second of the clock makes the message another one for the queue.
  const attempt = Math.floor(parts.clock.now().getTime() / 1000);
  let left = NOTICES_MAX;
  for (const { id, version, owedSince } of waiting) {
    if (left === 0) return;
    if (!(await mayRemind(parts, { of: `card ${id}`, owedSince }))) continue;
    left -= 1;
    await parts.queue.sendNotice({ card: id, version, attempt });
  }
}

/** Counts the end of a job that a rule has started, once, for the rule's breaker. */
export async function settleAutomation(parts: EdgeParts, job: Job): Promise<void> {
  const verdict = judgeJob(job);
  if (job.origin === undefined || verdict === undefined) return;
  await retryConflict(parts, async () => {
    const automation = (await parts.store.automation.find()) ?? NO_AUTOMATION;
    const ended = { request: job.requestId, verdict };
    const next = withEnd(automation, ended, policyOf(parts.settings).rules, parts.clock.now());
    if (next !== automation) await parts.store.automation.save(next);
  });
}

async function tickCard(parts: EdgeParts, card: AlarmCard): Promise<AlarmCard> {
  if (isJobOpen(card)) await followJob(parts, card);
  await moveCard(parts, card.id, { kind: 'look' });
  const now = (await parts.store.cards.find(card.id)) ?? card;
  if (now.wanted === undefined) return now;
  await actOnCard(parts, card.id);
  return (await parts.store.cards.find(card.id)) ?? now;
}

async function followJob(parts: EdgeParts, card: AlarmCard): Promise<void> {
  const job = card.job === undefined ? undefined : await parts.store.jobs.find(card.job.id);
  if (job === undefined || !isEnded(job.state)) return;
  await settleAutomation(parts, job);
  const text = job.failure?.what ?? job.matrix?.verdict[0] ?? 'without a failure';
  const verdict = judgeJob(job) ?? 'neutral';
  await moveCard(parts, card.id, { kind: 'job-ended', job: job.id, end: job.state, verdict, text });
}

/** What the channel has yet to see of the card. What it has seen and is over is settled. */
async function findOwed(parts: EdgeParts, card: AlarmCard): Promise<Waiting | undefined> {
  if (!isQuiet(card)) {
    const shown = await parts.store.cards.findShown(card.id);
    if (shown === undefined || shown.shownVersion < card.version)
      return { id: card.id, version: card.version, owedSince: [shown?.shownAt, card.history.at(-1)?.at] };
  }
  await moveCard(parts, card.id, { kind: 'settle' });
  return undefined;
}
