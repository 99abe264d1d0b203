// The functions as AWS runs them: the only place that reads the environment. Each is built at its first event, from
// imports of its own, so that a bundle of one holds nothing of the others.
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  ScheduledEvent,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import {
  type Environment,
  parseAlarmEnvironment,
  parseEnvironment,
  parseSlackEnvironment,
} from '../shared/contracts/environment.ts';
import { createJsonLog, type Log } from '../shared/log.ts';
import type { Metrics } from '../shared/ports.ts';
import { lazily } from './lazily.ts';
import { systemClock } from './system-clock.ts';

/** Behind the HTTP API: slash commands and buttons. */
export const slack = /* @__PURE__ */ lazily<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(async () => {
  const environment = parseSlackEnvironment(process.env);
  const log = createLog('slack');
  const { createEdgeUseCases } = await import('../shared/app/edge-use-cases.ts');
  const { createRespond } = await import('../shared/slack/respond.ts');
  const { createWebApiGroups } = await import('../shared/slack/web-api-groups.ts');
  const { createWebApiMembership } = await import('../shared/slack/web-api-membership.ts');
  const { createWebApiViews } = await import('../shared/slack/web-api-views.ts');
  const { createEdgeParts } = await import('./edge-parts.ts');
  const { createSlackFunction } = await import('./slack.ts');
  const parts = createEdgeParts(environment, { log, metrics: await createMetrics(environment) });
  const secrets = await createSecrets();
  const { slackSecret, slackApiUrl } = environment;
  const webApi = { token: async () => (await secrets.slack(slackSecret)).botToken, slackApiUrl };
  const groups = createWebApiGroups({ ...webApi, store: parts.store.groups, clock: parts.clock, log });
  return createSlackFunction({
    ...createEdgeUseCases({ ...parts, groups, membership: createWebApiMembership(webApi) }),
    views: createWebApiViews(webApi),
    respond: createRespond(),
    signingSecret: async () => (await secrets.slack(slackSecret)).signingSecret,
    once: parts.store.once,
    clock: parts.clock,
    log,
  });
});

/** Behind the HTTP API: alarms of vCenter and of whatever watches it. */
export const alarm = /* @__PURE__ */ lazily<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(async () => {
  const environment = parseAlarmEnvironment(process.env);
  const log = createLog('alarm');
  const { createReceiveAlarm } = await import('../shared/app/receive-alarm.ts');
  const { createAlarmFunction } = await import('./alarm.ts');
  const { createEdgeParts } = await import('./edge-parts.ts');
  const parts = createEdgeParts(environment, { log, metrics: await createMetrics(environment) });
  const secrets = await createSecrets();
  return createAlarmFunction({
    receiveAlarm: createReceiveAlarm(parts),
    secrets: () => secrets.alarms(environment.alarmSecret),
    once: parts.store.once,
    clock: parts.clock,
    log,
  });
});

/** Behind the job queue: the only one that reaches vCenter. */
export const worker = /* @__PURE__ */ lazily<SQSEvent, SQSBatchResponse>(async () => {
  const environment = parseEnvironment(process.env);
  const log = createLog('worker');
  const { measuredVsphere } = await import('../shared/app/measured.ts');
  const { createRunSlice } = await import('../shared/app/run-slice.ts');
  const { createEdgeParts } = await import('./edge-parts.ts');
  const { createVcenters } = await import('./vcenters.ts');
  const { createWorker } = await import('./worker.ts');
  const metrics = await createMetrics(environment);
  const parts = createEdgeParts(environment, { log, metrics });
  const secrets = await createSecrets();
  const vsphere = createVcenters({ vcenters: parts.settings.vcenters, secrets, clock: parts.clock, log });
  const runSlice = createRunSlice({ ...parts, vsphere: measuredVsphere(vsphere, metrics) });
  return createWorker({ runSlice, clock: parts.clock, log, sliceMs: environment.sliceMs });
});

/** Behind the notice queue: the only one that writes to Slack. */
export const notifier = /* @__PURE__ */ lazily<SQSEvent, SQSBatchResponse>(async () => {
  const environment = parseSlackEnvironment(process.env);
  const log = createLog('notifier');
  const { measuredChat } = await import('../shared/app/measured.ts');
  const { createReport } = await import('../shared/app/report.ts');
  const { createReportCard } = await import('../shared/app/report-card.ts');
  const { CARD_RENDERERS } = await import('../shared/slack/views/card.ts');
  const { createSlackPace } = await import('../shared/app/pace.ts');
  const { renderJob } = await import('../shared/slack/views/job.ts');
  const { threadItems } = await import('../shared/slack/views/thread.ts');
  const { createWebApiChat } = await import('../shared/slack/web-api-chat.ts');
  const { createEdgeParts } = await import('./edge-parts.ts');
  const { createNotifier } = await import('./notifier.ts');
  const metrics = await createMetrics(environment);
  const { store, clock } = createEdgeParts(environment, { log, metrics });
  const secrets = await createSecrets();
  const { slackSecret, slackApiUrl } = environment;
  const webApi = createWebApiChat({ token: async () => (await secrets.slack(slackSecret)).botToken, slackApiUrl });
  const chat = measuredChat(webApi, metrics);
  return createNotifier({
    report: createReport({
      store,
      chat,
      clock,
      log,
      render: renderJob,
      thread: threadItems,
      pace: createSlackPace(clock),
    }),
    reportCard: createReportCard({ store, chat, clock, log, render: CARD_RENDERERS }),
    log,
  });
});

/** Behind the scheduler and both dead-letter queues. */
export const clock = /* @__PURE__ */ lazily<ScheduledEvent | SQSEvent, SQSBatchResponse | undefined>(async () => {
  const log = createLog('clock');
  const { createTakeDeadLetter } = await import('../shared/app/take-dead-letter.ts');
  const { createTick } = await import('../shared/app/tick.ts');
  const { createClockFunction } = await import('./clock.ts');
  const { createEdgeParts } = await import('./edge-parts.ts');
  const environment = parseEnvironment(process.env);
  const parts = createEdgeParts(environment, { log, metrics: await createMetrics(environment) });
  const tick = createTick(parts);
  return createClockFunction({ tick, takeDeadLetter: createTakeDeadLetter({ ...parts, tick }), log });
});

async function createSecrets() {
  const { createSecretsManager, createSecretsManagerReader } = await import('../shared/aws/secrets.ts');
  return createSecretsManager({ clock: systemClock, read: createSecretsManagerReader() });
}

async function createMetrics({ metricsNamespace }: Environment): Promise<Metrics> {
  const { createCloudWatchMetrics } = await import('../shared/aws/metrics.ts');
  return createCloudWatchMetrics(metricsNamespace);
}

function createLog(name: string): Log {
  return createJsonLog((line) => process.stdout.write(line), { function: name });
}
