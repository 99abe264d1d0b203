// The functions of the product on this machine: each with the limits that it has in AWS.
import type { ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createAlarmFunction } from '../../functions/alarm.ts';
import { createClockFunction } from '../../functions/clock.ts';
import { createNotifier } from '../../functions/notifier.ts';
import { createSlackFunction } from '../../functions/slack.ts';
import { systemClock } from '../../functions/system-clock.ts';
import { createWorker } from '../../functions/worker.ts';
import { createEdgeUseCases } from '../../shared/app/edge-use-cases.ts';
import { createSlackPace } from '../../shared/app/pace.ts';
import type { Parts } from '../../shared/app/parts.ts';
import { createReceiveAlarm } from '../../shared/app/receive-alarm.ts';
import { createReport } from '../../shared/app/report.ts';
import { createReportCard } from '../../shared/app/report-card.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTakeDeadLetter } from '../../shared/app/take-dead-letter.ts';
import { createTick } from '../../shared/app/tick.ts';
import type { AlarmSecrets } from '../../shared/contracts/secret-content.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { Chat, Installations, Membership, Views } from '../../shared/ports.ts';
import type { AnswerParts } from '../../shared/slack/answer.ts';
import { createRespond } from '../../shared/slack/respond.ts';
import { CARD_RENDERERS } from '../../shared/slack/views/card.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { createThreadItems, drawHere } from '../../shared/slack/views/thread.ts';
import { createDrawAside } from './draw-aside.ts';
import { type EventSource, type EventSourceOptions, startEventSource } from './event-source.ts';
import type { HealthPart } from './health.ts';
import { invoke } from './invoke.ts';
import type { QueueEmulator } from './queue-emulator.ts';
import { startTimer, type Timer } from './timers.ts';

export const WORKER_LIMIT_MS = 150_000;
export const NOTIFIER_LIMIT_MS = 30_000;
const CLOCK_LIMIT_MS = 60_000;
const SLICE_MS = 120_000;
const WORKERS_MAX = 8;
export const NOTIFIERS_MAX = 4;
export const CARD_NOTIFIERS_MAX = 2;

export type LocalFunctionsParts = {
  parts: Parts;
  chat: Chat;
  views: Views;
  membership: Membership;
  installations: Installations;
  /** Absent where nothing comes by HTTP. */
  signingSecret?: string | undefined;
  queues: QueueEmulator;
  /** A key for each way in for alarms that is open. */
  alarmSecrets: () => Promise<AlarmSecrets>;
  /** How often the clock's function runs: once a minute in AWS. */
  tickMs: number;
  /** The least time between two updates of a message; Slack's rate where absent. */
  updateIntervalMs?: number | undefined;
  /** How long each failed message of a queue waits. */
  retrySeconds: (receives: number) => number;
  /** Sees every answer to a command or a decision. */
  onReply: (reply: Reply) => void;
};

export type LocalFunctions = {
  /** For the HTTP front; absent where nothing comes by HTTP. */
  slack?: ReturnType<typeof createSlackFunction> | undefined;
  /** For the HTTP front. */
  alarm: ReturnType<typeof createAlarmFunction>;
  /** For Socket Mode. */
  answers: AnswerParts;
  /** Begins to take messages. Before that nothing runs, so that what was left open can be put in order first. */
  start(): void;
  /** Resolves when what is under way is over. */
  stop(): Promise<void>;
  /** What takes messages and what runs by the clock; nothing before `start`. */
  healthParts(): HealthPart[];
};

export function createLocalFunctions(options: LocalFunctionsParts): LocalFunctions {
  const running: Running[] = [];
  const answers = createAnswers(options);
  const { signingSecret, parts, alarmSecrets } = options;
  const { store, clock, log } = parts;
  return {
    answers,
    alarm: createAlarmFunction({
      receiveAlarm: createReceiveAlarm(parts),
      secrets: alarmSecrets,
      once: store.once,
      clock,
      log,
    }),
    slack:
      signingSecret === undefined
        ? undefined
        : createSlackFunction({ ...answers, signingSecret: async () => signingSecret }),
    start: () => {
      running.push(...startAll(options));
    },
    async stop() {
      await Promise.all(running.map(({ part }) => part.stop()));
    },
    healthParts: () => running.map(({ name, part }) => ({ name, trouble: () => part.trouble() })),
  };
}

type Running = { name: string; part: EventSource | Timer };

function createAnswers(options: LocalFunctionsParts): AnswerParts {
  const { parts, views, membership, installations, onReply } = options;
  const heard = <Request>(answer: (request: Request) => Promise<Reply>) => {
    return async (request: Request) => {
      const reply = await answer(request);
      onReply(reply);
      return reply;
    };
  };
  const useCases = createEdgeUseCases({ ...parts, membership, installations });
  return {
    ...useCases,
    receiveCommand: heard(useCases.receiveCommand),
    decideApproval: heard(useCases.decideApproval),
    views,
    respond: createRespond(),
    once: parts.store.once,
    clock: parts.clock,
    log: parts.log,
  };
}

function startAll(options: LocalFunctionsParts): Running[] {
  const { parts, queues, chat, updateIntervalMs, retrySeconds } = options;
  const { clock, log, store } = parts;
  const worker = createWorker({ runSlice: createRunSlice(parts), clock, log, sliceMs: SLICE_MS });
  // Who sets the pace of updates is not counted by Slack: the lab.
  const pace = updateIntervalMs === undefined ? createSlackPace({ once: store.once, clock: systemClock }) : undefined;
  const views = { render: renderJob, thread: createThreadItems(createDrawAside({ drawHere, log })) };
  const report = createReport({ store, chat, clock: systemClock, log, ...views, updateIntervalMs, pace });
  const reportCard = createReportCard({ store, chat, clock: systemClock, log, render: CARD_RENDERERS, pace });
  const notifier = createNotifier({ report, reportCard, log });
  const tick = createTick(parts);
  const takeDeadLetter = createTakeDeadLetter({ ...parts, tick });
  const clockFunction = createClockFunction({ tick, takeDeadLetter, log });
  const source = (
    of: Pick<EventSourceOptions, 'name' | 'queueUrl' | 'handler' | 'timeLimitMs' | 'maximumConcurrency'>,
  ): Running => ({
    name: `poller of ${of.name}`,
    part: startEventSource({ client: queues.client, retrySeconds, clock: systemClock, log, ...of }),
  });
  return [
    source({
      name: 'jobs',
      queueUrl: queues.jobs.url,
      handler: worker,
      timeLimitMs: WORKER_LIMIT_MS,
      maximumConcurrency: WORKERS_MAX,
    }),
    source({
      name: 'jobs-dead',
      queueUrl: queues.jobs.deadLetterUrl,
      handler: (event: SQSEvent) => clockFunction(event),
      timeLimitMs: CLOCK_LIMIT_MS,
      maximumConcurrency: 1,
    }),
    source({
      name: 'notices-dead',
      queueUrl: queues.notices.deadLetterUrl,
      handler: (event: SQSEvent) => clockFunction(event),
      timeLimitMs: CLOCK_LIMIT_MS,
      maximumConcurrency: 1,
    }),
    source({
      name: 'cards-dead',
      queueUrl: queues.cards.deadLetterUrl,
      handler: (event: SQSEvent) => clockFunction(event),
      timeLimitMs: CLOCK_LIMIT_MS,
      maximumConcurrency: 1,
    }),
    source({
      name: 'notices',
      queueUrl: queues.notices.url,
      handler: (event: SQSEvent): Promise<SQSBatchResponse> => notifier(event),
      timeLimitMs: NOTIFIER_LIMIT_MS,
      maximumConcurrency: NOTIFIERS_MAX,
    }),
    source({
      name: 'cards',
      queueUrl: queues.cards.url,
      handler: (event: SQSEvent): Promise<SQSBatchResponse> => notifier(event),
      timeLimitMs: NOTIFIER_LIMIT_MS,
      maximumConcurrency: CARD_NOTIFIERS_MAX,
    }),
    {
      name: 'clock',
      part: startTimer({
        name: 'clock',
        everyMs: options.tickMs,
        run: () => invoke({ name: 'clock', timeLimitMs: CLOCK_LIMIT_MS, run: () => clockFunction(scheduledEvent()) }),
        log,
      }),
    },
  ];
}

/** What the scheduler sends. */
function scheduledEvent(): ScheduledEvent {
  return {
    id: 'local',
    version: '0',
    account: '000000000000',
    time: new Date().toISOString(),
    region: 'local',
    resources: [],
    source: 'aws.scheduler',
    'detail-type': 'Scheduled Event',
    detail: {},
  };
}
