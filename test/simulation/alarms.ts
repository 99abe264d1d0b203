// Alarms that somebody's monitoring sends, the rules for them, and what must be true of their cards and jobs.
import { CARD_RENDERERS } from '../../shared/slack/views/card.ts';
import type { AlarmPolicy, AlarmRule } from '../../shared/domain/alarm-policy.ts';
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import type { Freeze } from '../../shared/domain/freeze.ts';
import { type AlarmCard, versionToShow } from '../../shared/domain/card.ts';
import type { Job } from '../../shared/domain/job.ts';
import { aPolicy, aRule } from '../support/alarm-world.ts';
import type { Random } from '../support/random.ts';
import type { World } from '../support/world.ts';
import { violate } from './violation.ts';

const HOUR_MS = 3_600_000;
const COUNTED_EARLIER_MS = 600_000;
const CARDS_MAX = 1000;

const ALARMS = [
  'vMotion adapter is wrong',
  'vMotion not enabled',
  'vMotion stack has lost its gateway',
  'MTU of a vMotion adapter changed',
  'Network uplink redundancy lost',
  'Duplicate IP address',
  'Datastore usage on disk',
];

/** None for most seeds: then alarms are only shown. */
export function chooseRules(random: Random): AlarmPolicy {
  const rule = (id: string, change: Partial<AlarmRule>): AlarmRule =>
    aRule({
      id,
      action: random.pick(['repair', 'repair', 'enable', 'test']),
      mode: random.pick(['auto', 'auto', 'ask']),
      maxHosts: random.pick([1, 1, 2]),
      cooldownMinutes: random.pick([5, 30]),
      limits: { perObject: random.pick([1, 2]), perCluster: random.pick([1, 3]), total: 3 },
      needsPassingTest: random.chance(0.2),
      ...change,
    });
  const rules = [
    rule('network', {
      match: { alarm: ['*uplink*', 'Duplicate*'] },
      action: random.pick(['notify', 'test', 'repair']),
    }),
    rule('disk', { match: { alarm: ['Datastore*'] }, action: random.pick(['ignore', 'notify']) }),
    rule('rest', {}),
  ];
  return aPolicy(rules, { limits: { perObject: 2, perCluster: random.pick([2, 4]), total: 4 } });
}

/** One message of some monitoring: raised or cleared, sometimes late, sometimes before what it belongs to. */
export function chooseSignal(random: Random, hosts: string[], cluster: string, now: Date): AlarmSignal {
  const isRaised = random.chance(0.7);
  const lateMs = random.chance(0.2) ? random.below(600_000) : 0;
  return {
    source: random.pick(['vcenter', 'operations', 'json', 'alertmanager']),
    alarm: random.pick(ALARMS),
    state: isRaised ? 'raised' : 'cleared',
    severity: isRaised ? random.pick(['warning', 'critical']) : 'info',
    host: random.chance(0.95) ? { name: random.pick(hosts) } : { name: 'esx99.elsewhere.local' },
    ...(random.chance(0.8) ? { cluster: { name: cluster } } : {}),
    summary: 'somebody should look at this',
    at: new Date(now.getTime() - lateMs).toISOString(),
  };
}

/** What a card is about, as far as the one who sends the alarm can say. */
export const objectOfSignal = ({ alarm, host }: AlarmSignal): string => `${alarm.toLowerCase()} ${host?.name ?? ''}`;

const objectOf = ({ alarm, host, unplaced }: AlarmCard): string =>
  `${alarm.toLowerCase()} ${host?.name ?? unplaced?.host?.name ?? ''}`;

export async function cardsOf(world: World): Promise<AlarmCard[]> {
  const names = [...Object.keys(world.parts.settings.clusters), undefined];
  return (await Promise.all(names.map((name) => world.parts.store.cards.listByCluster(name, CARDS_MAX)))).flat();
}

/** One card, and one message in the channel, for one alarm of one object. `sent`: what objects were named. `isDeleted`: a
 * person may have deleted what an overtaken notifier had just posted, which stays so until the card says something new. */
export async function checkCards(
  world: World,
  { sent, silenced, isDeleted }: { sent: ReadonlySet<string>; silenced: ReadonlySet<string>; isDeleted: boolean },
  repeats: number,
): Promise<void> {
  const cards = await cardsOf(world);
  const seen = new Set<string>();
  for (const card of cards) {
    // An object that nobody knew yet stood on a card of its own until it was placed.
    const isPlaced = card.cluster !== undefined;
    // Monitoring may say a cluster that is not the host's: then it is another object.
    const key = `${card.cluster} ${objectOf(card)}`;
    if (isPlaced && seen.has(key)) violate('one card for one alarm of one object', key);
    if (isPlaced) seen.add(key);
  }
  // Audits find what nobody has sent.
  const strange = cards.find((card) => card.source !== 'poll' && !sent.has(objectOf(card)));
  if (strange !== undefined) violate('one card for one alarm of one object', `nobody sent ${objectOf(strange)}`);
  const messages = world.chat.messages();
  const shown = await Promise.all(cards.map((card) => world.parts.store.cards.findShown(card.id)));
  for (const [index, one] of shown.entries()) {
    const card = cards[index];
    if (card === undefined || one === undefined) continue;
    const job = card.job === undefined ? undefined : await world.parts.store.jobs.find(card.job.id);
    const wanted = CARD_RENDERERS.card(card, job, world.clock.now()).text;
    const message = messages.find(({ ts }) => ts === one.ts);
    if (message === undefined && isDeleted) continue;
    if (message === undefined) violate('a card has its message', card.id);
    if (one.shownVersion >= versionToShow(card) && message.text !== wanted && !silenced.has(card.id))
      violate('a card has its message', `${card.id} says "${message.text}", its row "${wanted}"`);
  }
  const jobs = await jobsOf(world);
  const expected = jobs.length + shown.filter((one) => one !== undefined).length;
  if (messages.length > expected + repeats)
    violate('one message for one card', `${messages.length} messages for ${expected} rows and ${repeats} repeats`);
}

async function jobsOf(world: World): Promise<Job[]> {
  const names = Object.keys(world.parts.settings.clusters);
  return (await Promise.all(names.map((name) => world.parts.store.jobs.listByCluster(name, CARDS_MAX)))).flat();
}

/** Rules start no more jobs in any hour than vmotion.yaml allows: counted in the jobs that there are. */
export async function checkLimits(world: World, policy: AlarmPolicy): Promise<void> {
  const jobs = (await jobsOf(world)).filter((job) => job.origin !== undefined && !isTestBefore(job));
  for (const last of jobs) {
    // A start is counted a little before its job is made: later still where the process died between.
    const from = Date.parse(last.createdAt) - HOUR_MS + COUNTED_EARLIER_MS;
    const lately = jobs.filter(({ createdAt }) => Date.parse(createdAt) > from && createdAt <= last.createdAt);
    const rule = policy.rules.find(({ id }) => id === last.origin?.rule);
    const own = lately.filter(({ origin }) => origin?.rule === rule?.id);
    // A host of a name that nobody knows may be said to be in several clusters: it is an object of each.
    const sameObject = (one: Job) =>
      one.onlyHost === last.onlyHost && last.onlyHost !== undefined && one.cluster === last.cluster;
    const counts: [string, number, number][] = [
      ['all rules, total', lately.length, policy.limits.total],
      ['all rules, an object', lately.filter(sameObject).length, policy.limits.perObject],
      [`rule ${rule?.id}, total`, own.length, rule?.limits.total ?? 0],
      [
        `rule ${rule?.id}, a cluster`,
        own.filter((one) => one.cluster === last.cluster).length,
        rule?.limits.perCluster ?? 0,
      ],
      [`rule ${rule?.id}, an object`, own.filter(sameObject).length, rule?.limits.perObject ?? 0],
    ];
    for (const [what, count, most] of counts)
      if (count > most) violate('rules keep to their limits', `${what}: ${count} of ${most} by ${last.id}`);
  }
}

const isTestBefore = ({ requestId }: Job): boolean => requestId.startsWith('card-test:');

/** Nobody watches what a rule has begun: it goes no further where a freeze stood before the worker began. `written`: hosts
 * that it had begun with already. */
export function checkFrozenWrite(
  job: { id: string; cluster: string; isOfRule: boolean },
  write: { operation: string; host?: string | undefined },
  { freezes, sliceBegan, written }: { freezes: Freeze[]; sliceBegan: number; written: ReadonlySet<string> },
): void {
  if (!job.isOfRule || written.has(write.host ?? '')) return;
  const at = new Date(sliceBegan).toISOString();
  const isFor = ({ scope }: Freeze) => scope === 'all' || scope === job.cluster;
  const freeze = freezes.find((one) => isFor(one) && one.at < at && (one.until === undefined || one.until > at));
  if (freeze !== undefined)
    violate('no rule changes what is frozen', `${job.id}: ${write.operation} on ${write.host}, frozen by ${freeze.id}`);
}
