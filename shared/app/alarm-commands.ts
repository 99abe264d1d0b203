import { type AlarmPlace, type KnownHosts, placeAlarm } from '../domain/alarm-place.ts';
import { policyOf } from '../domain/alarm-defaults.ts';
import type { AlarmSignal } from '../domain/alarm-signal.ts';
import { findRule } from '../domain/alarm-policy.ts';
import { breakerState } from '../domain/breaker.ts';
import { breakerOf, NO_AUTOMATION } from '../domain/automation.ts';
import type { CommandOf } from '../domain/command.ts';
import { findNamed } from '../domain/find-named.ts';
import { explainPolicy } from '../domain/policy-explain.ts';
import type { Refusal, Reply } from '../domain/reply.ts';
import { clustersOf, findDenial } from './access.ts';
import { alarmCommand } from './alarm-command.ts';
import type { CommandRequest } from './command-request.ts';
import type { EdgeParts } from './parts.ts';
import { readPolicyState } from './policy-state.ts';

/** Cards of one cluster that are listed. */
const CARDS_MAX = 20;

/** Alarm cards, the rules about them, and what a channel hears of them. */
export async function alarmCommands(
  parts: EdgeParts,
  request: CommandRequest,
  command: CommandOf<'policy' | 'alarms' | 'alarm' | 'subscribe' | 'unsubscribe'>,
): Promise<Reply> {
  switch (command.verb) {
    case 'alarms':
      return listAlarms(parts, request, command);
    case 'alarm':
      return alarmCommand(parts, request, command);
    case 'policy':
      return command.action === 'show' ? showPolicy(parts, request, command) : explain(parts, request, command);
    case 'subscribe':
    case 'unsubscribe':
      return subscribe(parts, request, command);
    default:
      throw new Error(`unknown command ${String(command satisfies never)}`);
  }
}

async function listAlarms(parts: EdgeParts, request: CommandRequest, command: CommandOf<'alarms'>): Promise<Reply> {
  const { settings, store } = parts;
  const wanted = command.cluster === undefined ? undefined : settings.clusters[command.cluster];
  const denial = wanted === undefined ? undefined : await findDenial(parts, wanted, 'alarms', request);
  if (denial !== undefined) return denial;
  const names = wanted === undefined ? clustersOf(settings, request.channel).map(({ name }) => name) : [wanted.name];
  const placed = await Promise.all(names.map((name) => store.cards.listByCluster(name, CARDS_MAX)));
  const unplaced = command.cluster === undefined ? await store.cards.listByCluster(undefined, CARDS_MAX) : [];
  // What belongs to no cluster belongs to the channel that was named for it.
  const own = unplaced.filter((card) => card.channel === request.channel);
  const cards = [...placed.flat(), ...own].filter((card) => card.state !== 'resolved' || card.isSettled !== true);
  return {
    kind: 'alarms',
    cluster: command.cluster,
    cards: cards.toSorted((a, b) => (a.lastSeenAt < b.lastSeenAt ? 1 : -1)).slice(0, CARDS_MAX),
  };
}

async function showPolicy(
  parts: EdgeParts,
  request: CommandRequest,
  { cluster: name }: Extract<CommandOf<'policy'>, { action: 'show' }>,
): Promise<Reply> {
  const cluster = name === undefined ? undefined : parts.settings.clusters[name];
  const denial = cluster === undefined ? undefined : await findDenial(parts, cluster, 'policy', request);
  if (denial !== undefined) return denial;
  const policy = policyOf(parts.settings);
  const automation = (await parts.store.automation.find()) ?? NO_AUTOMATION;
  const now = parts.clock.now();
  const hourAgo = new Date(now.getTime() - 3_600_000).toISOString();
  const lately = automation.starts.filter((start) => start.at > hourAgo);
  const rules = policy.rules.map((rule) => ({
    rule,
    breaker: breakerState(breakerOf(automation, rule.id, now), rule.breaker, now),
    startsLastHour: lately.filter((start) => start.rule === rule.id).length,
  }));
  return { kind: 'policy', policy, rules, startsLastHour: lately.length };
}

async function explain(
  parts: EdgeParts,
  request: CommandRequest,
  { alarm, host }: Extract<CommandOf<'policy'>, { action: 'explain' }>,
): Promise<Reply> {
  const { settings, store, clock } = parts;
  const signal = asIfRaised(alarm, host, clock.now());
  const known = await store.hostIndex.list(Object.keys(settings.clusters));
  const place = withMeant(placeAlarm(signal, settings, known), host, hereOf(parts, request, known));
  const cluster = place.kind === 'placed' ? settings.clusters[place.cluster] : undefined;
  const denial = cluster === undefined ? undefined : await findDenial(parts, cluster, 'policy', request);
  if (denial !== undefined) return denial;
  const policy = policyOf(settings);
  const matched = place.kind === 'placed' ? { cluster: place.cluster, host: place.host?.name } : {};
  const rule = findRule(signal, matched, policy.rules);
  const automation = (await store.automation.find()) ?? NO_AUTOMATION;
  const state = { ...(await readPolicyState(parts, { place, rule })), automation };
  const answer = explainPolicy(signal, place, policy, state, clock.now());
  return { kind: 'policy-explained', alarm, host, place, answer };
}

/** The hosts of the clusters that may be named in this channel: only they are proposed. */
function hereOf({ settings }: EdgeParts, { channel }: CommandRequest, known: KnownHosts[]): { name: string }[] {
  const here = clustersOf(settings, channel).map(({ name }) => name);
  return known.filter(({ cluster }) => here.includes(cluster)).flatMap(({ hosts }) => hosts);
}

function withMeant(place: AlarmPlace, typed: string, hosts: { name: string }[]): AlarmPlace {
  if (place.kind === 'placed') return place;
  const found = findNamed(typed, hosts);
  if (found.kind !== 'none' || found.nearest === undefined) return place;
  return { ...place, why: `${place.why}; the nearest that is known here is "${found.nearest}"` };
}

/** The typed text may be an alarm's name or an event's id; the alarm is taken at its worst. */
function asIfRaised(typed: string, host: string, now: Date): AlarmSignal {
  const isEvent = /^\w+(\.\w+)+$|Event$/.test(typed);
  return {
    source: 'vcenter',
    alarm: typed,
    event: isEvent ? typed : undefined,
    state: 'raised',
    severity: 'critical',
    host: { name: host },
    summary: '',
    at: now.toISOString(),
  };
}

async function subscribe(
  parts: EdgeParts,
  request: CommandRequest,
  { verb, cluster: name, topics }: CommandOf<'subscribe' | 'unsubscribe'>,
): Promise<Reply> {
  const { settings, store, clock } = parts;
  const cluster = settings.clusters[name];
  if (cluster === undefined) throw new Error(`the grammar let an unknown cluster pass: ${name}`);
  // The channel that hears need not be the cluster's own, so whoever asks must be one of those who may change it.
  const denial = await findDenial(parts, cluster, verb, { user: request.user, channel: cluster.channel });
  if (denial !== undefined) return denial;
  const { channel, user } = request;
  if (channel === cluster.channel) return ownChannel(name);
  const before = (await store.subscriptions.list(name)).find((one) => one.channel === channel)?.topics ?? [];
  const after =
    verb === 'subscribe'
      ? [...new Set([...before, ...topics])]
      : before.filter((one) => !topics.some((t) => t === one));
  await store.subscriptions.put({ cluster: name, channel, topics: after, by: user, at: clock.now().toISOString() });
  return { kind: 'subscribed', cluster: name, topics: after };
}

function ownChannel(cluster: string): Refusal {
  return {
    kind: 'refused',
    code: 'own-channel',
    what: `This is the channel of "${cluster}": it hears of everything anyway.`,
    why: 'Subscriptions are for other channels.',
    fix: 'Type it in the other channel.',
    exitCode: 2,
  };
}
