// How a card's row goes from one version to the next. Pure: what follows from it is told, not done.
import type { AlarmPolicy } from './alarm-policy.ts';
import { type AlarmCard, type CardEntryKind, isJobOpen, isQuiet } from './card.ts';
import type { CardDecision, CardEvent } from './card-event.ts';
import { moved, stateOfJob } from './card-move.ts';
import { decideSignal } from './card-signal.ts';
import { isSilent, SILENCE_HOURS } from './card-silence.ts';
import { recentTransitions } from './flap.ts';
import type { PolicyVerdict } from './policy-verdict.ts';

/** What becomes of the card. A second copy of anything changes nothing. */
export function decideCard(
  card: AlarmCard | undefined,
  event: CardEvent,
  policy: AlarmPolicy,
  now: Date,
): CardDecision {
  if (event.kind === 'signal') return decideSignal(card, event, policy, now);
  if (card === undefined) return { kind: 'unchanged', why: 'unknown' };
  switch (event.kind) {
    case 'started':
      return decideStarted(card, event, now);
    case 'held':
      return decideHeld(card, event, now);
    case 'job-ended':
      return decideJobEnded(card, event, now);
    case 'ignore':
      return moved(card, now, {
        change: { state: 'ignored', ignored: { by: event.by, until: event.until }, wanted: undefined },
        entry: ['ignored', `${event.by} ignores it until ${event.until}`],
      });
    case 'look':
      return decideLook(card, policy, now);
    case 'settle':
      return settle(card);
    default:
      throw new Error(`unknown event ${event satisfies never}`);
  }
}

/** Of several who ask for one job at the same moment, each says that it was started. */
function decideStarted(card: AlarmCard, { job, by }: Extract<CardEvent, { kind: 'started' }>, now: Date): CardDecision {
  if (card.job?.id === job.id && isJobOpen(card) && card.wanted === undefined)
    return { kind: 'unchanged', why: 'duplicate' };
  const state = job.mode === 'ask' ? 'ask' : 'auto';
  return moved(card, now, {
    change: { state, job, wanted: undefined, held: undefined, ignored: undefined },
    entry: ['started', `${by}: ${job.kind} ${job.id} (${job.mode})`],
  });
}

/** What passes by itself: the next report of the alarm may find it gone. The others wait for a person. */
const PASSING: ReadonlySet<PolicyVerdict> = new Set(['cooling', 'limited', 'frozen', 'outside-window', 'breaker-open']);

function decideHeld(card: AlarmCard, { verdict, why }: Extract<CardEvent, { kind: 'held' }>, now: Date): CardDecision {
  // Told before, or the alarm was cleared or began to flap while the policy was asked.
  if (card.wanted === undefined) return { kind: 'unchanged', why: 'nothing-new' };
  const isSame = card.held?.verdict === verdict;
  const change = {
    state: PASSING.has(verdict) ? ('limited' as const) : ('new' as const),
    held: { verdict, why, at: now.toISOString() },
    wanted: undefined,
  };
  return moved(card, now, isSame ? { change, isShown: false } : { change, entry: ['held', why.join(' ')] });
}

function decideJobEnded(
  card: AlarmCard,
  { job, end, verdict, text }: Extract<CardEvent, { kind: 'job-ended' }>,
  now: Date,
): CardDecision {
  if (card.job?.id !== job || card.job.end !== undefined) return { kind: 'unchanged', why: 'nothing-new' };
  const ended: AlarmCard = { ...card, job: { ...card.job, end } };
  const entry: [CardEntryKind, string] = ['ended', `${job} ended ${end}: ${text}`];
  // The action itself comes after the test that it needed; whether the test passed is for the policy to say.
  if (card.job.isFirst === true && card.isRaised && isWaiting(card)) {
    const wanted = { request: `${card.id}-${card.episode}-tested`, as: 'after-test' as const };
    return moved(ended, now, { change: { state: 'new', wanted }, entry });
  }
  const isMended = end === 'done' && card.job.kind !== 'test' && verdict === 'success';
  if (isMended && isWaiting(card)) {
    return moved(ended, now, { change: { state: 'resolved', resolvedAt: now.toISOString() }, entry });
  }
  return moved(ended, now, { change: isWaiting(card) ? leftOver(card, now) : {}, entry });
}

/** What a job has not mended goes on, unless it was over before the job began. */
function leftOver({ isRaised, resolvedAt }: AlarmCard, now: Date): Partial<AlarmCard> {
  return isRaised ? { state: 'new' } : { state: 'resolved', resolvedAt: resolvedAt ?? now.toISOString() };
}

/** Nothing but the job was awaited. */
function isWaiting({ state }: AlarmCard): boolean {
  return state === 'ask' || state === 'auto';
}

function decideLook(card: AlarmCard, policy: AlarmPolicy, now: Date): CardDecision {
  if (card.state === 'suppressed') {
    if (recentTransitions(card.transitions, policy.flap.minutes, now).length > 0)
      return { kind: 'unchanged', why: 'nothing-new' };
    const entry: [CardEntryKind, string] = ['calm', `no change for ${policy.flap.minutes} minutes`];
    return moved(card, now, { change: calmState(card, now), entry });
  }
  if (card.state === 'ignored' && card.ignored !== undefined && card.ignored.until <= now.toISOString()) {
    return moved(card, now, {
      change: { ...calmState(card, now), ignored: undefined },
      entry: ['calm', 'it is not ignored any more'],
    });
  }
  if (isSilent(card, now)) {
    return moved(card, now, {
      change: { state: 'resolved', resolvedAt: now.toISOString(), isRaised: false, held: undefined },
      entry: ['resolved', `not reported for ${SILENCE_HOURS} hours, and nobody would report its end`],
    });
  }
  return { kind: 'unchanged', why: 'nothing-new' };
}

function settle(card: AlarmCard): CardDecision {
  const isOver = (card.state === 'resolved' && !isJobOpen(card) && card.wanted === undefined) || isQuiet(card);
  if (!isOver || card.isSettled === true) return { kind: 'unchanged', why: 'nothing-new' };
  return { kind: 'moved', card: { ...card, isSettled: true, version: card.version + 1 }, isShown: false };
}

function calmState(card: AlarmCard, now: Date): Partial<AlarmCard> {
  if (card.isRaised && isJobOpen(card)) return { state: stateOfJob(card), transitions: [] };
  return { ...leftOver(card, now), transitions: [] };
}
