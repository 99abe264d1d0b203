// What an alarm that is reported does to its card: raised, raised again, cleared, or flapping.
import { MEANINGS } from './alarm-meaning.ts';
import type { AlarmPlace } from './alarm-place.ts';
import { type AlarmPolicy, actionFor, findRule, type PolicyAction } from './alarm-policy.ts';
import { type AlarmSignal, isWorse } from './alarm-signal.ts';
import { type AlarmCard, CARD_SEEN_MAX, type CardEntryKind, isJobOpen, isQuiet } from './card.ts';
import type { CardDecision, SignalEvent } from './card-event.ts';
import { moved, stateOfJob } from './card-move.ts';
import { isFlapping, recentTransitions } from './flap.ts';

/** After a job has mended what an alarm said, vCenter takes a while to see it; so long a poll's "raised" is old news. */
const POLL_GRACE_MS = 5 * 60_000;

/** `card`: what there is of the alarm already. */
export function decideSignal(
  card: AlarmCard | undefined,
  event: SignalEvent,
  policy: AlarmPolicy,
  now: Date,
): CardDecision {
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
  // What its rule ignores is not told as flapping either.
  if (action !== 'ignore' && isFlapping(transitions, policy.flap, now)) return suppress(card, before, now);
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
  if (isQuiet(card)) return moved(cleared, now, { change: {}, isShown: false });
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
