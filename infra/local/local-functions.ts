// The functions of the product on this machine: each with the limits that it has in AWS.
import type { APIGatewayProxyEventV2, ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createClockFunction } from '../../functions/clock.ts';
import { createNotifier } from '../../functions/notifier.ts';
import { createSlackFunction } from '../../functions/slack.ts';
import { systemClock } from '../../functions/system-clock.ts';
import { createWorker } from '../../functions/worker.ts';
import { createDecideApproval } from '../../shared/app/decide-approval.ts';
import type { Parts } from '../../shared/app/parts.ts';
import { createReceiveCommand } from '../../shared/app/receive-command.ts';
import { createReport } from '../../shared/app/report.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTick } from '../../shared/app/tick.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { Chat } from '../../shared/ports.ts';
import { createRespond } from '../../shared/slack/respond.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { type EventSource, type EventSourceOptions, startEventSource } from './event-source.ts';
import { invoke } from './invoke.ts';
import type { QueueEmulator } from './queue-emulator.ts';
import { startTimer, type Timer } from './timers.ts';

export const WORKER_LIMIT_MS = 150_000;
export const NOTIFIER_LIMIT_MS = 30_000;
const CLOCK_LIMIT_MS = 60_000;
const SLICE_MS = 120_000;
const WORKERS_MAX = 8;
const NOTIFIERS_MAX = 4;

export type LocalFunctionsParts = {
  parts: Parts;
  chat: Chat;
  signingSecret: string;
  queues: QueueEmulator;
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
  /** For the HTTP front. */
  slack: (event: APIGatewayProxyEventV2) => ReturnType<ReturnType<typeof createSlackFunction>>;
  /** Begins to take messages. Before that nothing runs, so that what was left open can be put in order first. */
  start(): void;
  /** Resolves when what is under way is over. */
  stop(): Promise<void>;
};

export function createLocalFunctions(options: LocalFunctionsParts): LocalFunctions {
  const running: (EventSource | Timer)[] = [];
  return {
    slack: createLocalSlack(options),
    start: () => {
      running.push(...startAll(options));
    },
    async stop() {
      await Promise.all(running.splice(0).map((one) => one.stop()));
    },
  };
}

function createLocalSlack({ parts, signingSecret, onReply }: LocalFunctionsParts): LocalFunctions['slack'] {
  const heard = <Request>(answer: (request: Request) => Promise<Reply>) => {
    return async (request: Request) => {
      const reply = await answer(request);
      onReply(reply);
      return reply;
    };
  };
  return createSlackFunction({
    receiveCommand: heard(createReceiveCommand(parts)),
    decideApproval: heard(createDecideApproval(parts)),
    respond: createRespond(),
    signingSecret: async () => signingSecret,
    once: parts.store.once,
    clock: parts.clock,
    log: parts.log,
  });
}

function startAll(options: LocalFunctionsParts): (EventSource | Timer)[] {
  const { parts, queues, chat, updateIntervalMs, retrySeconds } = options;
  const { clock, log, store } = parts;
  const worker = createWorker({ runSlice: createRunSlice(parts), clock, log, sliceMs: SLICE_MS });
  const report = createReport({ store, chat, clock: systemClock, log, render: renderJob, updateIntervalMs });
  const notifier = createNotifier({ report, log });
  const clockFunction = createClockFunction({ tick: createTick(parts), log });
  const source = (
    of: Pick<EventSourceOptions, 'name' | 'queueUrl' | 'handler' | 'timeLimitMs' | 'maximumConcurrency'>,
  ) => startEventSource({ client: queues.client, retrySeconds, clock: systemClock, log, ...of });
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
      name: 'notices',
      queueUrl: queues.notices.url,
      handler: (event: SQSEvent): Promise<SQSBatchResponse> => notifier(event),
      timeLimitMs: NOTIFIER_LIMIT_MS,
      maximumConcurrency: NOTIFIERS_MAX,
    }),
    startTimer({
      name: 'clock',
      everyMs: options.tickMs,
      run: () => invoke({ name: 'clock', timeLimitMs: CLOCK_LIMIT_MS, run: () => clockFunction(scheduledEvent()) }),
      log,
    }),
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
