// A storm of alarms and the jobs of the same channel, on a clock of their own: who waits for whom, and how long.
import { expect, it } from 'vitest';
import { createNotifier } from '../../functions/notifier.ts';
import { CARD_NOTIFIERS_MAX, NOTIFIER_LIMIT_MS, NOTIFIERS_MAX } from '../../infra/local/local-functions.ts';
import { createSlackPace } from '../../shared/app/pace.ts';
import type { EdgeParts } from '../../shared/app/parts.ts';
import { createReceiveAlarm } from '../../shared/app/receive-alarm.ts';
import { createReport } from '../../shared/app/report.ts';
import { createReportCard } from '../../shared/app/report-card.ts';
import { createTick } from '../../shared/app/tick.ts';
import { createSqsQueue } from '../../shared/aws/queue.ts';
import { versionToShow } from '../../shared/domain/card.ts';
import type { Chat } from '../../shared/ports.ts';
import { CARD_RENDERERS } from '../../shared/slack/views/card.ts';
import { aPolicy, aSignal } from '../support/alarm-world.ts';
import { aJob } from '../support/builders.ts';
import { createMemoryChat } from '../support/memory-chat.ts';
import { createVirtualQueues } from '../support/virtual-queues.ts';
import { createWorld } from '../support/world.ts';

const OBJECTS = 200;
const MINUTE_MS = 60_000;
const JOB_EACH_MS = 15_000;
/** Of a call to Slack. */
const CALL_MS = 300;
const URLS = { jobQueueUrl: 'jobs', noticeQueueUrl: 'notices', cardQueueUrl: 'cards' };

/** The product's notifiers and clock, as many at once as there are in AWS; nobody carries out jobs. */
function aPlace() {
  const world = createWorld({
    settings: (settings) => {
      settings.alarms = aPolicy();
    },
  });
  const { clock, render } = world;
  const queues = createVirtualQueues(clock);
  const parts: EdgeParts = { ...world.parts, queue: createSqsQueue({ client: queues.client, ...URLS }) };
  const { store, log } = parts;
  const begin = clock.now().getTime();
  const since = () => clock.now().getTime() - begin;
  const calls: Record<Call, number[]> = { post: [], reply: [], update: [] };
  const chat = slowChat(async (of) => {
    await clock.sleep(CALL_MS);
    calls[of].push(since());
  });
  const told = new Map<string, number>();
  const shared = { store, chat, clock, log, pace: createSlackPace({ once: store.once, clock }) };
  const report = createReport({ ...shared, render });
  const reportCard = createReportCard({ ...shared, render: CARD_RENDERERS });
  const notifier = createNotifier({
    report: async (notice) => {
      const result = await report(notice);
      if (!told.has(notice.jobId)) told.set(notice.jobId, since());
      return result;
    },
    reportCard,
    log,
  });
  queues.take({ queueUrl: URLS.noticeQueueUrl, maximumConcurrency: NOTIFIERS_MAX, handler: notifier });
  queues.take({ queueUrl: URLS.cardQueueUrl, maximumConcurrency: CARD_NOTIFIERS_MAX, handler: notifier });
  const receive = createReceiveAlarm(parts);
  return {
    parts,
    clock,
    queues,
    since,
    calls,
    told,
    tick: () => createTick(parts).tick(),
    alarm: (index: number, state: 'raised' | 'cleared') =>
      receive(aSignal({ state, host: { name: `esx${index}.storm` }, at: clock.now().toISOString() })),
    async behind(): Promise<number> {
      const names = [...Object.keys(parts.settings.clusters), undefined];
      const cards = (await Promise.all(names.map((name) => store.cards.listByCluster(name, 1000)))).flat();
      expect(cards).toHaveLength(OBJECTS);
      const shown = await Promise.all(cards.map(({ id }) => store.cards.findShown(id)));
      return cards.filter((card, index) => (shown[index]?.shownVersion ?? 0) < versionToShow(card)).length;
    },
  };
}

type Call = 'post' | 'reply' | 'update';

function slowChat(call: (of: Call) => Promise<void>): Chat {
  const chat = createMemoryChat();
  return {
    ...chat,
    async post(message) {
      await call(message.threadTs === undefined ? 'post' : 'reply');
      return chat.post(message);
    },
    async update(ts, message) {
      await call('update');
      return chat.update(ts, message);
    },
  };
}

const busiestMinute = (calls: number[]) =>
  Math.max(...calls.map((from) => calls.filter((at) => at >= from && at < from + MINUTE_MS).length));

it('every card of a storm is shown as it is within ten minutes, and no job waits for the channel behind it', async () => {
  const place = aPlace();
  const { parts, clock, queues } = place;
  for (let index = 0; index < OBJECTS; index += 1) await place.alarm(index, 'raised');
  let rightAt: number | undefined;
  const sentAt = new Map<string, number>();
  for (let turn = 1; rightAt === undefined && turn <= 160; turn += 1) {
    await clock.sleep(JOB_EACH_MS);
    const at = clock.now().toISOString();
    const job = aJob({ id: `j-${turn}`, requestId: `r-${turn}`, state: 'done', updatedAt: at, endedAt: at });
    await parts.store.jobs.create(job);
    await parts.queue.sendNotice({ jobId: job.id, version: job.version, attempt: 0 });
    sentAt.set(job.id, place.since());
    if (turn % 4 === 0) await place.tick();
    // Half of the alarms are over in the middle of it.
    if (turn === 12) for (let index = 0; index < OBJECTS; index += 2) await place.alarm(index, 'cleared');
    if ((await place.behind()) === 0) rightAt = place.since();
  }
  await clock.sleep(JOB_EACH_MS);
  queues.stop();
  const waits = [...sentAt].map(([id, sent]) => (place.told.get(id) ?? Number.POSITIVE_INFINITY) - sent);
  expect(Math.max(...waits)).toBeLessThan(10_000);
  expect(rightAt).toBeLessThanOrEqual(10 * MINUTE_MS);
  expect(busiestMinute(place.calls.post)).toBeLessThanOrEqual(50);
  expect(busiestMinute(place.calls.update)).toBeLessThanOrEqual(50);
  expect(queues.longestMs()).toBeLessThan(NOTIFIER_LIMIT_MS / 2);
});
