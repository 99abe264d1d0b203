// The functions as AWS runs them: the only place that reads the environment. Each is built at its first event, from
// imports of its own, so that a bundle of one holds nothing of the others.
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  ScheduledEvent,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import { type Environment, parseEnvironment, parseSlackEnvironment } from '../shared/contracts/environment.ts';
import { createJsonLog, type Log } from '../shared/log.ts';
import type { Metrics } from '../shared/ports.ts';
import { lazily } from './lazily.ts';
import { systemClock } from './system-clock.ts';

/** Behind the HTTP API: slash commands and buttons. */
export const slack = /* @__PURE__ */ lazily<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(async () => {
  const environment = parseSlackEnvironment(process.env);
  const log = createLog('slack');
  const { createDecideApproval } = await import('../shared/app/decide-approval.ts');
  const { createReceiveCommand } = await import('../shared/app/receive-command.ts');
  const { createRespond } = await import('../shared/slack/respond.ts');
  const { createEdgeParts } = await import('./edge-parts.ts');
  const { createSlackFunction } = await import('./slack.ts');
  const parts = createEdgeParts(environment, { log, metrics: await createMetrics(environment) });
  const secrets = await createSecrets();
  return createSlackFunction({
    receiveCommand: createReceiveCommand(parts),
    decideApproval: createDecideApproval(parts),
    respond: createRespond(),
    signingSecret: async () => (await secrets.slack(environment.slackSecret)).signingSecret,
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
  const { renderJob } = await import('../shared/slack/views/job.ts');
  const { createWebApiChat } = await import('../shared/slack/web-api-chat.ts');
  const { createEdgeParts } = await import('./edge-parts.ts');
  const { createNotifier } = await import('./notifier.ts');
  const metrics = await createMetrics(environment);
  const { store, clock } = createEdgeParts(environment, { log, metrics });
  const secrets = await createSecrets();
  const { slackSecret, slackApiUrl } = environment;
  const webApi = createWebApiChat({ token: async () => (await secrets.slack(slackSecret)).botToken, slackApiUrl });
  const chat = measuredChat(webApi, metrics);
  return createNotifier({ report: createReport({ store, chat, clock, log, render: renderJob }), log });
});

/** Behind the scheduler and the job queue's dead-letter queue. */
export const clock = /* @__PURE__ */ lazily<ScheduledEvent | SQSEvent, SQSBatchResponse | undefined>(async () => {
  const log = createLog('clock');
  const { createTick } = await import('../shared/app/tick.ts');
  const { createClockFunction } = await import('./clock.ts');
  const { createEdgeParts } = await import('./edge-parts.ts');
  const environment = parseEnvironment(process.env);
  const parts = createEdgeParts(environment, { log, metrics: await createMetrics(environment) });
  return createClockFunction({ tick: createTick(parts), log });
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
