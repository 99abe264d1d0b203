// The functions as AWS runs them: the only place that reads the environment. Each is built at its first event. Imports
// are static: the bundle of one function leaves out what only the others import, and what is imported later would be
// compiled twice.
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  ScheduledEvent,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import { createEdgeUseCases } from '../shared/app/edge-use-cases.ts';
import { measuredChat, measuredVsphere } from '../shared/app/measured.ts';
import { createSlackPace } from '../shared/app/pace.ts';
import { createReceiveAlarm } from '../shared/app/receive-alarm.ts';
import { createReportCard } from '../shared/app/report-card.ts';
import { createReport } from '../shared/app/report.ts';
import { createRunSlice } from '../shared/app/run-slice.ts';
import { createTakeDeadLetter } from '../shared/app/take-dead-letter.ts';
import { createTick } from '../shared/app/tick.ts';
import { createCloudWatchMetrics } from '../shared/aws/metrics.ts';
import { createSecretsManagerReader } from '../shared/aws/secrets-manager-reader.ts';
import { createSecretsManager } from '../shared/aws/secrets.ts';
import { parseAlarmEnvironment, parseEnvironment, parseSlackEnvironment } from '../shared/contracts/environment.ts';
import { createJsonLog, type Log } from '../shared/log.ts';
import { createRespond } from '../shared/slack/respond.ts';
import { CARD_RENDERERS } from '../shared/slack/views/card.ts';
import { renderJob } from '../shared/slack/views/job.ts';
import { threadItems } from '../shared/slack/views/thread.ts';
import { createWebApiChat } from '../shared/slack/web-api-chat.ts';
import { createWebApiGroups } from '../shared/slack/web-api-groups.ts';
import { createWebApiInstallations } from '../shared/slack/web-api-installations.ts';
import { createWebApiMembership } from '../shared/slack/web-api-membership.ts';
import { createWebApiViews } from '../shared/slack/web-api-views.ts';
import { createAlarmFunction } from './alarm.ts';
import { createClockFunction } from './clock.ts';
import { createEdgeParts } from './edge-parts.ts';
import { lazily } from './lazily.ts';
import { createNotifier } from './notifier.ts';
import { createSlackFunction } from './slack.ts';
import { systemClock } from './system-clock.ts';
import { createVcenters } from './vcenters.ts';
import { createWorker } from './worker.ts';

/** Behind the HTTP API: slash commands and buttons. */
export const slack = /* @__PURE__ */ lazily<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(async () => {
  const environment = parseSlackEnvironment(process.env);
  const log = createLog('slack');
  const parts = createEdgeParts(environment, { log, metrics: createCloudWatchMetrics(environment.metricsNamespace) });
  const secrets = createSecrets();
  const { slackSecret, slackApiUrl } = environment;
  const webApi = { token: async () => (await secrets.slack(slackSecret)).botToken, slackApiUrl };
  const { store, clock } = parts;
  const groups = createWebApiGroups({ ...webApi, store: store.groups, clock, log });
  const installations = createWebApiInstallations({ ...webApi, store: store.installation, clock, log });
  return createSlackFunction({
    ...createEdgeUseCases({ ...parts, groups, installations, membership: createWebApiMembership(webApi) }),
    views: createWebApiViews(webApi),
    respond: createRespond(),
    signingSecret: async () => (await secrets.slack(slackSecret)).signingSecret,
    once: store.once,
    clock,
    log,
  });
});

/** Behind the HTTP API: alarms of vCenter and of whatever watches it. */
export const alarm = /* @__PURE__ */ lazily<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(async () => {
  const environment = parseAlarmEnvironment(process.env);
  const log = createLog('alarm');
  const parts = createEdgeParts(environment, { log, metrics: createCloudWatchMetrics(environment.metricsNamespace) });
  const secrets = createSecrets();
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
  const metrics = createCloudWatchMetrics(environment.metricsNamespace);
  const parts = createEdgeParts(environment, { log, metrics });
  const secrets = createSecrets();
  const vsphere = createVcenters({ vcenters: parts.settings.vcenters, secrets, clock: parts.clock, log });
  const runSlice = createRunSlice({ ...parts, vsphere: measuredVsphere(vsphere, metrics) });
  return createWorker({ runSlice, clock: parts.clock, log, sliceMs: environment.sliceMs });
});

/** Behind the queues of notices and of cards: the only one that writes to Slack. */
export const notifier = /* @__PURE__ */ lazily<SQSEvent, SQSBatchResponse>(async () => {
  const environment = parseSlackEnvironment(process.env);
  const log = createLog('notifier');
  const metrics = createCloudWatchMetrics(environment.metricsNamespace);
  const { store, clock } = createEdgeParts(environment, { log, metrics });
  const secrets = createSecrets();
  const { slackSecret, slackApiUrl } = environment;
  const webApi = createWebApiChat({ token: async () => (await secrets.slack(slackSecret)).botToken, slackApiUrl });
  const chat = measuredChat(webApi, metrics);
  const shared = { store, chat, clock, log, pace: createSlackPace({ once: store.once, clock }) };
  return createNotifier({
    report: createReport({ ...shared, render: renderJob, thread: threadItems }),
    reportCard: createReportCard({ ...shared, render: CARD_RENDERERS }),
    log,
  });
});

/** Behind the scheduler and the dead-letter queues. */
export const clock = /* @__PURE__ */ lazily<ScheduledEvent | SQSEvent, SQSBatchResponse | undefined>(async () => {
  const log = createLog('clock');
  const environment = parseEnvironment(process.env);
  const parts = createEdgeParts(environment, { log, metrics: createCloudWatchMetrics(environment.metricsNamespace) });
  const tick = createTick(parts);
  return createClockFunction({ tick, takeDeadLetter: createTakeDeadLetter({ ...parts, tick }), log });
});

function createSecrets() {
  return createSecretsManager({ clock: systemClock, read: createSecretsManagerReader() });
}

function createLog(name: string): Log {
  return createJsonLog((line) => process.stdout.write(line), { function: name });
}
