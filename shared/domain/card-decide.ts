// How a card's row goes from one version to the next. Pure: what follows from it is told, not done.
import { type PolicyAction, actionFor, type AlarmPolicy, findRule } from './alarm-policy.ts';
import type { AlarmPlace } from './alarm-place.ts';
import { MEANINGS } from './alarm-meaning.ts';
import { type AlarmSignal, isWorse } from './alarm-signal.ts';
import type { JobVerdict } from './breaker.ts';
import {
  type AlarmCard,
  CARD_ENTRIES_MAX,
  CARD_SEEN_MAX,
  type CardEntryKind,
  type CardJob,
  isJobOpen,
  isQuiet,
} from './card.ts';
import { isFlapping, recentTransitions } from './flap.ts';
import type { JobState } from './job.ts';
import type { PolicyVerdict } from './policy-verdict.ts';

export type CardEvent =
  | { kind: 'signal'; signal: AlarmSignal; place: AlarmPlace; id: string; fingerprint: string; channel: string }
  /** A job was started for the card: by its rule, or by a person. */
  | { kind: 'started'; job: CardJob; by: string }
  /** The rule may not act now. */
  | { kind: 'held'; verdict: PolicyVerdict; why: string[] }
  | { kind: 'job-ended'; job: string; end: JobState; verdict: JobVerdict; text: string }
  | { kind: 'ignore'; by: string; until: string }
  /** The clock looks: what was ignored or suppressed for a time may be over. */
  | { kind: 'look' }
  /** It is over, and its channel shows so. */
  | { kind: 'settle' };

/** `isShown`: the message must follow. `unchanged`: nothing is written: a second copy, or nothing new. */
export type CardDecision =
  | { kind: 'moved'; card: AlarmCard; isShown: boolean }
  | { kind: 'unchanged'; why: 'duplicate' | 'nothing-new' | 'unknown' };

/** After a job has mended what an alarm said, vCenter takes a while to see it; so long a poll's "raised" is old news. */
const POLL_GRACE_MS = 5 * 60_000;

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
      return moved(card, now, {
        change: {
          state: event.job.mode === 'ask' ? 'ask' : 'auto',
          job: event.job,
          wanted: undefined,
          held: undefined,
          ignored: undefined,
        },
        entry: ['started', `${event.by}: ${event.job.kind} ${event.job.id} (${event.job.mode})`],
      });
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

type SignalEvent = Extract<CardEvent, { kind: 'signal' }>;

function decideSignal(card: AlarmCard | undefined, event: SignalEvent, policy: AlarmPolicy, now: Date): CardDecision {
  const { signal } = event;
  const key = seenKey(signal);
  if (card !== undefined && isDuplicate(card, signal, key)) return { kind: 'unchanged', why: 'duplicate' };
  if (card === undefined || !card.isRaised) {
    // Clearing what was never raised here tells nobody anything.
    if (signal.state === 'cleared') return { kind: 'unchanged', why: 'nothing-new' };
    return raise(card, event, policy, now, key);
  }
  if (signal.state === 'cleared') return clear(card, signal, policy, now, key);
  if (card.state === 'resolved' && !isOldNews(card, signal, now)) return raise(card, event, policy, now, key);
  return repeat(card, signal, policy, now, key);
}

/** The same occurrence, or the same state in the same minute; and a state that another one has overtaken on its way. */
function isDuplicate(card: AlarmCard, signal: AlarmSignal, key: string): boolean {
  const isChange = (signal.state === 'raised') !== card.isRaised;
  const isComparable = signal.source === card.changedBy.source || signal.source === 'poll';
  if (isChange && isComparable && signal.at < card.changedBy.at) return true;
  // A poll says what is so now, the same each time: it is judged by what has become of the card, not by its key.
  if (signal.source === 'poll') return false;
  return card.seen.includes(key) && (signal.occurrence !== undefined || !isChange);
}

/** What was seen: the occurrence the source names, or the state within one minute. */
function seenKey({ state, severity, occurrence, at }: AlarmSignal): string {
  return `${state} ${severity} ${occurrence ?? at.slice(0, 16)}`;
}

/** vCenter was asked, and still says what the card has just been mended for. */
function isOldNews({ resolvedAt }: AlarmCard, { source }: AlarmSignal, now: Date): boolean {
  return source === 'poll' && resolvedAt !== undefined && now.getTime() - Date.parse(resolvedAt) < POLL_GRACE_MS;
}

function raise(
  before: AlarmCard | undefined,
  event: SignalEvent,
  policy: AlarmPolicy,
  now: Date,
  key: string,
): CardDecision {
  const { signal, place } = event;
  const base = before ?? emptyCard(event, now);
  const rule = findRule(signal, matchedPlace(place), policy.rules);
  const action = actionFor(signal, rule, (meaning) => MEANINGS[meaning].isFixable);
  const wasResolved = before?.state === 'resolved';
  const transitions = [...recentTransitions(base.transitions, policy.flap.minutes, now), now.toISOString()];
  const told = [...base.history];
  const card: AlarmCard = {
    ...base,
    ...toldBy(signal),
    ...placed(place),
    channel: event.channel,
    rule: rule?.id,
    action,
    severity: signal.severity,
    isRaised: true,
    changedBy: { source: signal.source, at: signal.at },
    episode: base.episode + 1,
    count: base.count + 1,
    lastSeenAt: now.toISOString(),
    raisedAt: now.toISOString(),
    resolvedAt: undefined,
    held: undefined,
    transitions,
    seen: remember(base.seen, key),
    // A new episode has room for its own story.
    history: wasResolved ? told.slice(-5) : told,
  };
  const isIgnored = card.ignored !== undefined && card.ignored.until > now.toISOString();
  if (isFlapping(transitions, policy.flap, now)) return suppress(card, before, now);
  const state = isIgnored || action === 'ignore' ? 'ignored' : isJobOpen(card) ? stateOfJob(card) : 'new';
  const isActing = state === 'new' && isJob(action) && place.kind === 'placed';
  const wanted = isActing ? { request: `${card.id}-${card.episode}`, as: 'rule' as const } : undefined;
  const entry: [CardEntryKind, string] = ['raised', raisedText(signal, card)];
  return moved(card, now, { change: { state, wanted }, entry, isShown: state !== 'ignored' });
}

function repeat(card: AlarmCard, signal: AlarmSignal, policy: AlarmPolicy, now: Date, key: string): CardDecision {
  const isWorseNow = isWorse({ before: card.severity, now: signal.severity });
  const isHeld = card.held !== undefined && (card.state === 'limited' || card.state === 'new');
  const isRetried = isHeld && card.wanted === undefined && !isJobOpen(card);
  // A poll sees the same alarm every time: it counts nothing, and only asks again what could not be done before.
  if (signal.source === 'poll' && !isWorseNow && !isRetried) return { kind: 'unchanged', why: 'nothing-new' };
  const again: AlarmCard = {
    ...card,
    ...(isWorseNow || signal.source !== 'poll' ? toldBy(signal) : {}),
    severity: signal.severity,
    count: card.count + (signal.source === 'poll' ? 0 : 1),
    lastSeenAt: now.toISOString(),
    seen: remember(card.seen, key),
  };
  const wanted = isRetried ? { request: `${card.id}-${card.episode}`, as: 'rule' as const } : card.wanted;
  if (!isWorseNow || card.state === 'suppressed' || card.state === 'ignored') {
    // A mere repeat is worth a number, which the clock brings to the message within a minute: a storm is made of these.
    return moved(again, now, { change: { wanted }, isShown: false });
  }
  const entry: [CardEntryKind, string] = ['worse', `now ${signal.severity}, it was ${card.severity}`];
  const rule = findRule(signal, { cluster: card.cluster, host: card.host?.name }, policy.rules);
  const action = actionFor(signal, rule, (meaning) => MEANINGS[meaning].isFixable);
  const isNewAction = action !== card.action && isJob(action) && !isJobOpen(card) && card.unplaced === undefined;
  const episode = isNewAction ? card.episode + 1 : card.episode;
  const asked = isNewAction ? { request: `${card.id}-${episode}`, as: 'rule' as const } : wanted;
  return moved(again, now, { change: { wanted: asked, rule: rule?.id, action, episode }, entry });
}

function clear(card: AlarmCard, signal: AlarmSignal, policy: AlarmPolicy, now: Date, key: string): CardDecision {
  const transitions = [...recentTransitions(card.transitions, policy.flap.minutes, now), now.toISOString()];
  const cleared: AlarmCard = {
    ...card,
    status: signal.status ?? card.status,
    isRaised: false,
    changedBy: { source: signal.source, at: signal.at },
    lastSeenAt: now.toISOString(),
    transitions,
    seen: remember(card.seen, key),
    wanted: undefined,
    held: undefined,
  };
  if (card.state === 'suppressed' || isFlapping(transitions, policy.flap, now)) return suppress(cleared, card, now);
  if (card.state === 'resolved') return moved(cleared, now, { change: {}, isShown: false });
  return moved(cleared, now, {
    change: { state: 'resolved', resolvedAt: now.toISOString() },
    entry: ['cleared', `${signal.source} says it is over`],
  });
}

/** Told once when it begins; after that the row counts and the message rests. */
function suppress(card: AlarmCard, before: AlarmCard | undefined, now: Date): CardDecision {
  const isNew = before?.state !== 'suppressed';
  return moved(card, now, {
    change: { state: 'suppressed', wanted: undefined },
    isShown: isNew,
    ...(isNew ? { entry: ['suppressed', `${card.transitions.length} changes: it is flapping`] } : {}),
  });
}

/** What passes by itself: the next report of the alarm may find it gone. The others wait for a person. */
const PASSING: ReadonlySet<PolicyVerdict> = new Set(['cooling', 'limited', 'frozen', 'outside-window', 'breaker-open']);

function decideHeld(card: AlarmCard, { verdict, why }: Extract<CardEvent, { kind: 'held' }>, now: Date): CardDecision {
  const isKnown = card.held?.verdict === verdict && card.wanted === undefined;
  if (isKnown) return { kind: 'unchanged', why: 'nothing-new' };
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
  return moved(ended, now, { change: { state: isWaiting(card) ? 'new' : card.state }, entry });
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
  return { kind: 'unchanged', why: 'nothing-new' };
}

function settle(card: AlarmCard): CardDecision {
  const isOver = (card.state === 'resolved' && !isJobOpen(card) && card.wanted === undefined) || isQuiet(card);
  if (!isOver || card.isSettled === true) return { kind: 'unchanged', why: 'nothing-new' };
  return { kind: 'moved', card: { ...card, isSettled: true, version: card.version + 1 }, isShown: false };
}

function calmState(card: AlarmCard, now: Date): Partial<AlarmCard> {
  if (!card.isRaised) return { state: 'resolved', resolvedAt: card.resolvedAt ?? now.toISOString(), transitions: [] };
  return { state: isJobOpen(card) ? stateOfJob(card) : 'new', transitions: [] };
}

function stateOfJob({ job }: AlarmCard): 'ask' | 'auto' {
  return job?.mode === 'ask' ? 'ask' : 'auto';
}

function isJob(action: PolicyAction): boolean {
  return action === 'test' || action === 'repair' || action === 'enable';
}

function matchedPlace(place: AlarmPlace): { cluster?: string | undefined; host?: string | undefined } {
  return place.kind === 'placed' ? { cluster: place.cluster, host: place.host?.name } : {};
}

function placed(place: AlarmPlace): Partial<AlarmCard> {
  if (place.kind === 'unplaced') return {};
  return { vcenter: place.vcenter, cluster: place.cluster, host: place.host, unplaced: undefined };
}

function toldBy({ source, summary, user, status }: AlarmSignal): Partial<AlarmCard> {
  return { source, summary, user, status };
}

function raisedText({ source, status }: AlarmSignal, { episode }: AlarmCard): string {
  const colours = status?.to === undefined ? '' : `, ${status.from ?? '?'} to ${status.to}`;
  return `raised${episode > 1 ? ` again, time ${episode}` : ''} (${source}${colours})`;
}

function emptyCard({ signal, place, id, fingerprint, channel }: SignalEvent, now: Date): AlarmCard {
  const at = now.toISOString();
  return {
    schema: 1,
    id,
    fingerprint,
    version: 0,
    channel,
    alarm: signal.alarm,
    event: signal.event,
    source: signal.source,
    unplaced: place.kind === 'unplaced' ? { why: place.why, host: signal.host, cluster: signal.cluster } : undefined,
    vcenter: signal.vcenter,
    summary: signal.summary,
    severity: signal.severity,
    state: 'new',
    isRaised: false,
    changedBy: { source: signal.source, at: signal.at },
    action: 'notify',
    episode: 0,
    count: 0,
    firstSeenAt: at,
    lastSeenAt: at,
    raisedAt: at,
    transitions: [],
    seen: [],
    history: [],
  };
}

function remember(seen: string[], key: string): string[] {
  return [...seen, key].slice(-CARD_SEEN_MAX);
}

type Move = { change: Partial<AlarmCard>; entry?: [CardEntryKind, string]; isShown?: boolean };

function moved(card: AlarmCard, now: Date, { change, entry, isShown = true }: Move): CardDecision {
  const seq = (card.history.at(-1)?.seq ?? 0) + 1;
  const added = entry === undefined ? [] : [{ seq, at: now.toISOString(), kind: entry[0], text: entry[1] }];
  const history = [...card.history, ...added].slice(-CARD_ENTRIES_MAX);
  return {
    kind: 'moved',
    card: { ...card, ...change, history, isSettled: undefined, version: card.version + 1 },
    isShown,
  };
}
