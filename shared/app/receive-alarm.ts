// One alarm, from whichever way in: placed, written to its card, and acted on within the policy.
import { capSignal, type AlarmSignal } from '../domain/alarm-signal.ts';
import { type AlarmPlace, type KnownHosts, placeAlarm } from '../domain/alarm-place.ts';
import { policyOf } from '../domain/alarm-defaults.ts';
import { meaningOf } from '../domain/alarm-meaning.ts';
import { findRule } from '../domain/alarm-policy.ts';
import { actOnCard } from './act-on-card.ts';
import { moveCard } from './move-card.ts';
import type { EdgeParts } from './parts.ts';

/** `taken`: the card has it. `duplicate`: it had it before. `nothing-new`: it clears what was never raised, or is an
 * event that neither means anything for vMotion nor fits a rule. */
export type AlarmOutcome = { kind: 'taken' | 'duplicate' | 'nothing-new'; card?: string | undefined };

export type ReceiveAlarm = (signal: AlarmSignal) => Promise<AlarmOutcome>;

/** How old the list of known hosts may be, in this process. */
const HOSTS_KEPT_MS = 30_000;

/** Never reaches vCenter or Slack. The second copy of a signal has no effect. */
export function createReceiveAlarm(parts: EdgeParts): ReceiveAlarm {
  const known = createKnownHosts(parts);
  return async function receiveAlarm(raw) {
    const signal = notInFuture(capSignal(raw), parts.clock.now());
    const place = placeAlarm(signal, parts.settings, await known());
    if (isOfNoConcern(signal, place, parts)) return { kind: 'nothing-new' };
    const fingerprint = parts.sha256(subjectOf(signal, place));
    const id = `a-${fingerprint.slice(0, 10)}`;
    const channel = channelOf(parts, place);
    const { card, decision } = await moveCard(parts, id, { kind: 'signal', signal, place, id, fingerprint, channel });
    const fields = { card: id, source: signal.source, state: signal.state, place: place.kind };
    if (decision.kind === 'unchanged') {
      parts.log.info('alarm-unchanged', { ...fields, why: decision.why });
      return { kind: decision.why === 'duplicate' ? 'duplicate' : 'nothing-new', card: card?.id };
    }
    parts.log.info('alarm-taken', { ...fields, cluster: card?.cluster, cardState: card?.state, count: card?.count });
    if (place.kind === 'unplaced') parts.log.warn('alarm-not-placed', { ...fields, why: place.why });
    if (card?.wanted !== undefined) await act(parts, id);
    return { kind: 'taken', card: id };
  };
}

/** As far as clocks may differ; as for signed alarms. */
const AHEAD_MS_MAX = 5 * 60_000;

/** Nothing is heard of before it happens. A card that believed a clock which is hours ahead would take everything that
 * is said until then for older news, the alarm's end as well. */
function notInFuture(signal: AlarmSignal, now: Date): AlarmSignal {
  return Date.parse(signal.at) - now.getTime() > AHEAD_MS_MAX ? { ...signal, at: now.toISOString() } : signal;
}

/** Who forwards all events of a vCenter wants no card for each login. */
function isOfNoConcern(signal: AlarmSignal, place: AlarmPlace, { settings }: EdgeParts): boolean {
  if (signal.isEvent !== true || meaningOf(signal) !== 'other') return false;
  const matched = place.kind === 'placed' ? { cluster: place.cluster, host: place.host?.name } : {};
  return findRule(signal, matched, policyOf(settings).rules) === undefined;
}

/** What is wanted stands in the card's row: if it fails here, the clock tries it again. */
async function act(parts: EdgeParts, id: string): Promise<void> {
  try {
    await actOnCard(parts, id);
  } catch (error) {
    parts.log.warn('alarm-action-delayed', { card: id, error });
  }
}

/**
 * One card for one alarm of one object, whichever way in says it and whichever rule fits: what clears an alarm has
 * another severity than what raised it, and may fit another rule. vCenter gives no two alarms the same name.
 */
function subjectOf({ alarm, vcenter, host, cluster, object }: AlarmSignal, place: AlarmPlace): string {
  const what = alarm.toLowerCase();
  if (place.kind === 'placed')
    return [place.vcenter, what, place.cluster, place.host?.name.toLowerCase() ?? ''].join('|');
  const names = [host?.moref, host?.name, cluster?.moref, cluster?.name, object];
  return ['unplaced', vcenter ?? '', what, ...names.map((name) => name?.toLowerCase() ?? '')].join('|');
}

/** A cluster's own channel; for what fits nowhere the channel declared for it, else the first cluster's. */
function channelOf({ settings }: EdgeParts, place: AlarmPlace): string {
  const own = place.kind === 'placed' ? settings.clusters[place.cluster]?.channel : undefined;
  return own ?? policyOf(settings).channel ?? Object.values(settings.clusters)[0]?.channel ?? '';
}

function createKnownHosts({ store, settings, clock }: EdgeParts): () => Promise<KnownHosts[]> {
  let kept: { hosts: Promise<KnownHosts[]>; until: number } | undefined;
  return async () => {
    const now = clock.now().getTime();
    if (kept === undefined || kept.until <= now) {
      kept = { hosts: store.hostIndex.list(Object.keys(settings.clusters)), until: now + HOSTS_KEPT_MS };
    }
    try {
      return await kept.hosts;
    } catch (error) {
      kept = undefined;
      throw error;
    }
  };
}
