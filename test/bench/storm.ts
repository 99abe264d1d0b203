// An alarm storm through the function as it is, its table and its queues: what is lost, how many cards and jobs there
// are, and how many calls Slack gets in a minute.
import { createHmac } from 'node:crypto';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createAlarmFunction } from '../../functions/alarm.ts';
import { createNotifier } from '../../functions/notifier.ts';
import { randomIds } from '../../functions/random-ids.ts';
import { sha256 } from '../../functions/sha256.ts';
import { systemClock } from '../../functions/system-clock.ts';
import { CARD_NOTIFIERS_MAX } from '../../infra/local/local-functions.ts';
import { startQueueEmulator } from '../../infra/local/queue-emulator.ts';
import { startTableEmulator } from '../../infra/local/table-emulator.ts';
import { mapLimited } from '../../shared/app/map-limited.ts';
import { createSlackPace } from '../../shared/app/pace.ts';
import type { EdgeParts } from '../../shared/app/parts.ts';
import { createReceiveAlarm } from '../../shared/app/receive-alarm.ts';
import { createReportCard } from '../../shared/app/report-card.ts';
import { tickCards } from '../../shared/app/tick-cards.ts';
import { createSqsQueue } from '../../shared/aws/queue.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import { parseNoticeMessage } from '../../shared/contracts/messages.ts';
import { type AlarmCard, versionToShow } from '../../shared/domain/card.ts';
import type { Job } from '../../shared/domain/job.ts';
import { silentLog } from '../../shared/log.ts';
import type { CardNotice, Chat, Clock } from '../../shared/ports.ts';
import { CARD_RENDERERS } from '../../shared/slack/views/card.ts';
import { aPolicy, aRule } from '../support/alarm-world.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createRandom } from '../support/random.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { createVirtualQueues } from '../support/virtual-queues.ts';
import { labSettings } from '../support/world.ts';
import { atLeast, atMost, type Measurement, type Progress } from './measurement.ts';

const ALARMS = 10_000;
const OBJECTS = 200;
/** As many functions run beside each other. */
const AT_ONCE = 50;
const SECRET = 'the-secret-of-the-storm';
/** Slack's own limit of updates for a workspace. */
const UPDATES_A_MINUTE = 50;
const ATTEMPTS_MAX = 5;
/** At two of three slots, which cards have, 200 first messages take six and a half. */
const MINUTES_MAX = 10;
const LOOK_MS = 5000;
const LOOKS_A_MINUTE = 60_000 / LOOK_MS;
const LOOKS_MAX = 60 * LOOKS_A_MINUTE;
/** Of a call to Slack. */
const CALL_MS = 300;

export const storm: Measurement = {
  about: `${ALARMS} alarms over ${OBJECTS} objects: none lost, one card an object, jobs within limits, Slack within its rates`,
  async measure(progress) {
    const [table, queues] = await Promise.all([
      startTableEmulator({}),
      startQueueEmulator({ jobVisibilitySeconds: 60, noticeVisibilitySeconds: 60 }),
    ]);
    try {
      const queue = createSqsQueue({
        client: queues.client,
        jobQueueUrl: queues.jobs.url,
        noticeQueueUrl: queues.notices.url,
        cardQueueUrl: queues.cards.url,
      });
      const parts = createParts({ store: createDynamoStore(table), queue });
      await fillHosts(parts);
      progress(`posting ${ALARMS} alarms, ${AT_ONCE} at a time`);
      const posted = await postAll(parts);
      const cards = await allCards(parts);
      const { length: jobs } = await allJobs(parts);
      progress(`showing ${cards.length} cards`);
      const notices = await takeNotices(queues, progress);
      const shown = await showAll(parts, notices, progress);
      return [
        {
          what: 'alarms kept on a card',
          value: cards.reduce((sum, card) => sum + card.count, 0),
          unit: 'alarms',
          bound: atLeast(ALARMS),
        },
        { what: 'cards', value: cards.length, unit: 'cards', bound: atMost(OBJECTS) },
        { what: 'jobs that rules have started', value: jobs, unit: 'jobs', bound: atMost(LIMITS.total) },
        {
          what: 'Slack calls in the busiest minute',
          value: shown.busiest,
          unit: 'calls',
          bound: atMost(UPDATES_A_MINUTE),
        },
        {
          what: 'cards whose newest state is in the channel',
          value: shown.current,
          unit: 'cards',
          bound: atLeast(OBJECTS),
        },
        {
          what: 'until the channel is right, by Slack’s clock',
          value: shown.minutes,
          unit: 'min',
          bound: atMost(MINUTES_MAX),
        },
        {
          what: 'alarms taken in a second, all of it on this machine',
          value: ALARMS / posted.seconds,
          unit: 'alarms/s',
        },
        { what: 'requests that had to be sent again', value: posted.again, unit: 'requests' },
      ];
    } finally {
      await Promise.all([table.stop(), queues.stop()]);
    }
  },
};

const LIMITS = { perObject: 1, perCluster: 4, total: 10 };

function createParts({ store, queue }: Pick<EdgeParts, 'store' | 'queue'>): EdgeParts {
  const settings = labSettings();
  settings.alarms = aPolicy([aRule({ action: 'test', limits: LIMITS })], { limits: LIMITS });
  const groups = { members: async () => [] };
  return { settings, store, queue, groups, clock: systemClock, ids: randomIds, sha256, log: silentLog };
}

async function fillHosts({ store, settings }: EdgeParts): Promise<void> {
  const clusters = Object.keys(settings.clusters);
  for (const [index, cluster] of clusters.entries()) {
    const hosts = Array.from({ length: OBJECTS / clusters.length }, (_, number) => {
      return { moref: `host-${index}${number}`, name: `esx${index}-${number}.lab.local` };
    });
    await store.hostIndex.put({ cluster, hosts });
  }
}

async function postAll(parts: EdgeParts): Promise<{ seconds: number; again: number }> {
  const handle = createAlarmFunction({
    receiveAlarm: createReceiveAlarm(parts),
    secrets: async () => ({ json: SECRET }),
    once: parts.store.once,
    clock: parts.clock,
    log: silentLog,
  });
  const order = shuffled(Array.from({ length: ALARMS }, (_, index) => index));
  const begin = performance.now();
  let again = 0;
  await mapLimited(order, AT_ONCE, async (index) => {
    for (let attempt = 1; ; attempt += 1) {
      const { statusCode } = await handle(eventOf(index, attempt));
      if (statusCode === 200) return;
      if (attempt >= ATTEMPTS_MAX) throw new Error(`alarm ${index} was answered ${statusCode}`);
      again += 1;
    }
  });
  return { seconds: (performance.now() - begin) / 1000, again };
}

/** Each with an occurrence of its own, as ten thousand alarms have. */
function eventOf(index: number, attempt: number): APIGatewayProxyEventV2 {
  const cluster = index % 4;
  const number = Math.floor(index / 4) % (OBJECTS / 4);
  const body = JSON.stringify({
    alarm: 'vMotion network lost',
    state: 'raised',
    severity: 'critical',
    id: `storm-${index}`,
    host: { name: `esx${cluster}-${number}.lab.local` },
    attempt,
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SECRET).update(`v1:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-vmotion-timestamp': timestamp,
    'x-vmotion-signature': `v1=${signature}`,
  };
  const http = { method: 'POST', path: '/alarm/json', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'storm' };
  return { headers, body, isBase64Encoded: false, requestContext: { http } } as unknown as APIGatewayProxyEventV2;
}

function shuffled(values: number[]): number[] {
  const random = createRandom(1);
  for (let index = values.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1);
    [values[index], values[other]] = [values[other] ?? 0, values[index] ?? 0];
  }
  return values;
}

async function allCards({ store, settings }: EdgeParts): Promise<AlarmCard[]> {
  const clusters = [...Object.keys(settings.clusters), undefined];
  return (await Promise.all(clusters.map((cluster) => store.cards.listByCluster(cluster, 10_000)))).flat();
}

/** Those that rules have started. */
async function allJobs({ store, settings }: EdgeParts): Promise<Job[]> {
  const lists = await Promise.all(Object.keys(settings.clusters).map((name) => store.jobs.listByCluster(name, 1000)));
  return lists.flat().filter((job) => job.origin !== undefined);
}

/** Everything the function has sent to the queue of cards, in order. */
async function takeNotices(
  { client, cards }: Awaited<ReturnType<typeof startQueueEmulator>>,
  progress: Progress,
): Promise<CardNotice[]> {
  const taken: CardNotice[] = [];
  for (;;) {
    const want = new ReceiveMessageCommand({ QueueUrl: cards.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
    const { Messages = [] } = await client.send(want);
    if (Messages.length === 0) break;
    for (const { Body, ReceiptHandle } of Messages) {
      const message = parseNoticeMessage(Body ?? '');
      if ('card' in message) taken.push(message);
      await client.send(new DeleteMessageCommand({ QueueUrl: cards.url, ReceiptHandle }));
    }
  }
  progress(`${taken.length} notices of cards were waiting`);
  return taken;
}

/** The notifiers of cards and the clock on Slack's time, until every card is shown: with rows in memory, since on this clock
 * no time may pass while somebody waits for a real table. */
async function showAll(posted: EdgeParts, first: CardNotice[], progress: Progress) {
  const clock = createVirtualClock(systemClock.now().toISOString());
  const queues = createVirtualQueues(clock);
  const urls = { jobQueueUrl: 'jobs', noticeQueueUrl: 'notices', cardQueueUrl: 'cards' };
  const queue = createSqsQueue({ client: queues.client, ...urls });
  const store = createMemoryStore();
  await copyRows(posted, store);
  const parts: EdgeParts = { ...posted, store, queue, clock };
  for (const notice of first) await queue.sendNotice(notice);
  const calls: number[] = [];
  const shared = { store, chat: countingChat(clock, calls), clock, log: silentLog };
  const pace = createSlackPace({ once: store.once, clock });
  const handler = createNotifier({
    report: async () => 'quiet',
    reportCard: createReportCard({ ...shared, render: CARD_RENDERERS, pace }),
    log: silentLog,
  });
  queues.take({ queueUrl: urls.cardQueueUrl, maximumConcurrency: CARD_NOTIFIERS_MAX, handler });
  const begin = clock.now().getTime();
  let current = 0;
  for (let looks = 1; looks <= LOOKS_MAX && current < OBJECTS; looks += 1) {
    await clock.advance(LOOK_MS);
    current = await countCurrent(parts);
    if (looks % LOOKS_A_MINUTE !== 0) continue;
    progress(`minute ${looks / LOOKS_A_MINUTE}: ${current} cards are shown as they are`);
    await tickCards(parts);
  }
  queues.stop();
  const minutes = (clock.now().getTime() - begin) / 60_000;
  return { busiest: busiestMinute(calls), current, minutes };
}

async function copyRows(posted: EdgeParts, store: EdgeParts['store']): Promise<void> {
  for (const card of await allCards(posted)) await store.cards.create(card);
  for (const job of await allJobs(posted)) await store.jobs.create(job);
  const automation = await posted.store.automation.find();
  // A new store takes first versions only.
  if (automation !== undefined) await store.automation.save({ ...automation, version: 1 });
}

async function countCurrent(parts: EdgeParts): Promise<number> {
  let current = 0;
  for (const card of await allCards(parts)) {
    const shown = await parts.store.cards.findShown(card.id);
    if (shown !== undefined && shown.shownVersion >= versionToShow(card)) current += 1;
  }
  return current;
}

function countingChat(clock: Clock, calls: number[]): Chat {
  const call = async () => {
    await clock.sleep(CALL_MS);
    calls.push(clock.now().getTime());
  };
  return {
    async post() {
      await call();
      return { ts: String(calls.length) };
    },
    async update() {
      await call();
      return { kind: 'updated' };
    },
    upload: async () => ({ fileId: 'F0' }),
    fileState: async () => 'ready',
  };
}

function busiestMinute(calls: number[]): number {
  return Math.max(0, ...calls.map((from) => calls.filter((at) => at >= from && at < from + 60_000).length));
}
