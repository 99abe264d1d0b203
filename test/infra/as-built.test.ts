// The functions as they go to AWS: built, alone in a process of their own, fed with the events they get there.
import { EventEmitter, once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyStructuredResultV2, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../functions/system-clock.ts';
import {
  BUNDLE_BYTES_MAX,
  type Bundle,
  bundleFunctions,
  FUNCTION_NAMES,
  type FunctionName,
} from '../../infra/aws/bundle.ts';
import { CALLS_OF_A_CHANGE, CALLS_OF_AN_AUDIT } from '../../infra/aws/counted-calls.ts';
import { CONFIG_FILE, prepareAssets } from '../../infra/aws/function-assets.ts';
import { TIMEOUT_SECONDS } from '../../infra/aws/limits.ts';
import { createLabSlack, type LabSlack } from '../../infra/lab/slack/workspace.ts';
import { startEventSource } from '../../infra/local/event-source.ts';
import { startHttpFront } from '../../infra/local/http-front.ts';
import { type LabVcenterPlace, startLabVcenterPlace } from '../../infra/local/lab-vcenter-place.ts';
import { type QueueEmulator, startQueueEmulator } from '../../infra/local/queue-emulator.ts';
import { startTableEmulator } from '../../infra/local/table-emulator.ts';
import type { EnvironmentVariables, SlackEnvironmentVariables } from '../../shared/contracts/environment.ts';
import { silentLog } from '../../shared/log.ts';
import { allHosts } from '../../infra/lab/vcenter/model.ts';
import { slackEvent } from '../functions/slack-request.ts';
import { readPng } from '../support/read-png.ts';
import { type BuiltFunction, startBuiltFunction } from './built-function.ts';
import { grantsOf, isGranted, synthesizeExample } from './example-stack.ts';
import { type RecordingAws, startRecordingAws } from './recording-aws.ts';

const LAB_CONFIG = fileURLToPath(new URL('../../infra/lab/vmotion.yaml', import.meta.url));
const SIGNING_SECRET = 'the-signing-secret-as-built';
const BOT_TOKEN = 'xoxb-as-built';
const ALARM_SECRET = 'the-alarm-secret-as-built';
const CHANNEL = 'C0VSPHERE';

type Place = {
  folder: string;
  bundles: Bundle[];
  functions: Record<FunctionName, BuiltFunction>;
  lab: LabSlack;
  vcenter: LabVcenterPlace;
  aws: RecordingAws;
  queues: QueueEmulator;
  /** Emits the name of a queue when a message of it was handled, with the event and the answer. */
  handled: EventEmitter;
  /** Of the HTTP API. */
  url: string;
  password: string;
};

const undo: (() => unknown)[] = [];
let place: Place;
/** Which of all calls were made for it: from this one to that one. */
const madeFor: Record<'change' | 'audit', [number, number]> = { change: [0, 0], audit: [0, 0] };

beforeAll(async () => {
  place = await startPlace();
}, 90_000);
afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe('a bundle', () => {
  it.each(FUNCTION_NAMES)('of %s is small enough for a fast start', (name) => {
    expect(place.bundles.find((bundle) => bundle.name === name)?.bytes).toBeLessThan(BUNDLE_BYTES_MAX[name]);
  });

  it.each(['express', 'undici', 'iconv-lite', 'mime-db', 'jsonwebtoken', '@slack/oauth', '@slack/socket-mode'])(
    'of Slack’s function leaves out %s, which only other receivers of Bolt use',
    (part) => {
      const slack = place.bundles.find((bundle) => bundle.name === 'slack');
      expect(slack?.parts.filter(({ name, bytes }) => name === part && bytes > 0)).toEqual([]);
    },
  );

  it.each(FUNCTION_NAMES)('of %s leaves out what the SDK has for browsers, laptops and virtual machines', (name) => {
    const parts = place.bundles.find((bundle) => bundle.name === name)?.parts ?? [];
    const others = [
      'bowser',
      '@smithy/credential-provider-imds',
      '@aws-sdk/nested-clients',
      '@smithy/fetch-http-handler',
    ];
    const providers = parts.filter((part) => /^@aws-sdk\/credential-provider-(?!node|env)/.test(part.name));
    expect([...providers, ...parts.filter((part) => others.includes(part.name))]).toEqual([]);
  });

  it.each(FUNCTION_NAMES)('of %s holds only what it uses of zod, which is less than two thirds', (name) => {
    const zod = place.bundles.find((bundle) => bundle.name === name)?.parts.find((part) => part.name === 'zod');
    expect(zod?.bytes).toBeGreaterThan(0);
    expect(zod?.bytes).toBeLessThan(120_000);
  });

  it.each([
    { name: 'slack', later: [] },
    { name: 'alarm', later: [] },
    { name: 'worker', later: [] },
    // Most notices have no picture.
    { name: 'notifier', later: ['shared/slack/heat-map.ts'] },
    { name: 'clock', later: [] },
  ])('of $name imports all at its start but $later, since what is imported later is compiled twice', (row) => {
    expect(place.bundles.find((bundle) => bundle.name === row.name)?.importedLater).toEqual(row.later);
  });

  it.each(FUNCTION_NAMES)('of %s requires the modules of Node, which imported are read whole', (name) => {
    const text = readFileSync(join(place.folder, 'bundles', name, 'index.mjs'), 'utf8');
    const imported = [...text.matchAll(/\bfrom\s*["'](?:node:)?([a-z_/]+)["']\s*;/g)].map(([, module]) => module);
    expect(imported.filter((module) => builtinModules.includes(module ?? ''))).toEqual(['module']);
  });

  it.each([
    // Nor what reads vmotion.yaml, which a deployment has read.
    { name: 'slack', others: ['shared/vsphere', 'saxes', '@resvg/resvg-wasm', 'yaml'] },
    { name: 'alarm', others: ['shared/vsphere', 'shared/slack', '@slack/bolt', '@slack/web-api'] },
    { name: 'worker', others: ['shared/slack', '@slack/bolt', '@slack/web-api'] },
    { name: 'notifier', others: ['shared/vsphere', '@slack/bolt', 'saxes'] },
    { name: 'clock', others: ['shared/vsphere', 'shared/slack', '@slack/web-api', 'saxes'] },
  ])('of $name holds nothing of the other functions', ({ name, others }) => {
    const parts = place.bundles.find((bundle) => bundle.name === name)?.parts ?? [];
    expect(parts.filter((part) => part.bytes > 0 && others.includes(part.name))).toEqual([]);
  });

  it.each([
    { name: 'slack', files: ['index.mjs', CONFIG_FILE] },
    { name: 'alarm', files: ['index.mjs', CONFIG_FILE] },
    { name: 'worker', files: ['index.mjs', CONFIG_FILE] },
    // What it draws pictures with.
    { name: 'notifier', files: ['index.mjs', 'node_modules', CONFIG_FILE] },
    { name: 'clock', files: ['index.mjs', CONFIG_FILE] },
  ] as const)('of $name starts on Lambda’s Node with nothing beside it but $files', ({ name, files }) => {
    expect(place.functions[name].started).toMatchObject({ files });
    expect(place.functions[name].started.node).toMatch(/^v24\./);
  });
});

describe('the functions together', () => {
  it('refuse a request that Slack did not sign', async () => {
    const { headers, ...event } = slackEvent({ secret: 'somebody else’s' });
    const now = String(Math.floor(Date.now() / 1000));
    const forged = { ...event, headers: { ...headers, 'x-slack-request-timestamp': now } };
    const answer = await place.functions.slack.invoke<APIGatewayProxyStructuredResultV2>(forged, 10_000);
    expect(answer).toEqual({ statusCode: 401, body: '' });
  });

  it('audit a cluster, and tell how it differs', async () => {
    const begin = place.aws.calls().length;
    await place.lab.type({ user: 'U0ANN', channel: CHANNEL, text: '/vmotion audit cluster-a' });
    await untilShown(0, /not as declared\. From now on/);
    madeFor.audit = [begin, place.aws.calls().length];
    expect(place.functions.worker.output()).toContain('"event":"vcenter.session"');
  }, 90_000);

  it('enable a cluster, from the command to the last ping', async () => {
    const begin = place.aws.calls().length;
    const answer = await place.lab.type({ user: 'U0ANN', channel: CHANNEL, text: '/vmotion enable cluster-a' });
    expect(answer.text).toContain('cluster-a');
    await untilShown(1, /Approve/);
    const message = place.lab.messages(CHANNEL)[1];
    await place.lab.click({ user: 'U0BOB', channel: CHANNEL, ts: message?.ts ?? '', actionId: 'approve-plan' });
    await untilShown(1, /changed, pinged and kept/);
    const hosts = allHosts(place.vcenter.lab.model).filter(({ cluster }) => cluster === 'cluster-a');
    const stacks = hosts.map((host) => host.network.vmks.filter((vmk) => vmk.netstack === 'vmotion'));
    expect(hosts).toHaveLength(4);
    expect(stacks.map((vmks) => vmks.length)).toEqual(hosts.map(() => 2));
    madeFor.change = [begin, place.aws.calls().length];
  }, 90_000);

  it('show its proof as a picture, drawn with what lies beside the notifier', async () => {
    await untilShown(1, /slack_file/);
    const picture = place.lab.files().find(({ name }) => name === 'heat-map.png');
    expect(readPng(picture?.bytes ?? Buffer.alloc(0)).width).toBeGreaterThanOrEqual(640);
    expect(picture?.altText).toContain('24 of 24 paths are as expected');
  }, 90_000);

  it('revert it, and tell its history', async () => {
    await place.lab.type({ user: 'U0ANN', channel: CHANNEL, text: '/vmotion revert cluster-a' });
    await untilShown(2, /Approve/);
    const message = place.lab.messages(CHANNEL)[2];
    await place.lab.click({ user: 'U0BOB', channel: CHANNEL, ts: message?.ts ?? '', actionId: 'approve-plan' });
    await untilShown(2, /OK - Revert/);
    const kept = allHosts(place.vcenter.lab.model).filter(({ network }) => {
      return network.vmks.some((vmk) => vmk.netstack === 'vmotion');
    });
    expect(kept).toEqual([]);
    const history = await place.lab.type({ user: 'U0ANN', channel: CHANNEL, text: '/vmotion history cluster-a' });
    expect(JSON.stringify(history)).toMatch(/revert/i);
  }, 90_000);

  it('take an alarm, and show its card in the channel', async () => {
    const name = 'vMotion could not bind, as built';
    const fields = [{ name: 'hostname', content: 'esx02.lab.local' }];
    const body = JSON.stringify({ AlertName: name, messages: [{ text: 'as built', timestamp: Date.now(), fields }] });
    const headers = { 'content-type': 'application/json', 'x-vmotion-secret': ALARM_SECRET };
    const answer = await fetch(`${place.url}/alarm/logs`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ taken: 1 });
    await untilSomeShown(new RegExp(name));
    const forged = { ...headers, 'x-vmotion-secret': 'somebody else' };
    const refused = await fetch(`${place.url}/alarm/logs`, { method: 'POST', headers: forged, body });
    expect(refused.status).toBe(401);
  }, 90_000);

  it('give back of a batch only what failed, and go on with the other clusters', async () => {
    const late = JSON.stringify({ jobId: 'j-000000', cluster: 'cluster-b', cursor: 0, attempt: 0 });
    const Records = [
      aRecord('bad', 'cluster-a', 'nonsense'),
      aRecord('behind-it', 'cluster-a', late),
      aRecord('other', 'cluster-b', late),
    ];
    for (const name of ['worker', 'notifier'] as const) {
      const answer = await place.functions[name].invoke<SQSBatchResponse>({ Records }, 90_000);
      const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      expect(failed.slice(0, 2), name).toEqual(['bad', 'behind-it']);
    }
    const answer = await place.functions.worker.invoke<SQSBatchResponse>({ Records }, 90_000);
    expect(answer.batchItemFailures).toHaveLength(2);
  });

  it.each(['jobs', 'notices', 'cards'] as const)(
    'take a message of %s that fails three times to where people see it',
    async (queue) => {
      const taken = once(place.handled, `${queue}-dead`);
      const body = `nonsense of ${queue}`;
      const message = { MessageBody: body, MessageGroupId: 'nobody', MessageDeduplicationId: body };
      await place.queues.client.send(new SendMessageCommand({ QueueUrl: place.queues[queue].url, ...message }));
      const [event, answer] = (await taken) as [SQSEvent, SQSBatchResponse];
      expect(event.Records.map((record) => record.body)).toEqual([body]);
      expect(answer).toEqual({ batchItemFailures: [] });
      expect(place.functions.clock.output()).toContain(
        `"event":"dead-letter-unreadable","function":"clock","queue":"${queue}"`,
      );
      const list = await place.lab.type({ user: 'U0ANN', channel: CHANNEL, text: '/vmotion dlq list' });
      expect(JSON.stringify(list)).toContain('an unreadable message');
    },
    90_000,
  );

  it('are called by the scheduler with what the template has it send', async () => {
    const { Resources } = synthesizeExample();
    const schedule = Object.values(Resources).find(({ Type }) => Type === 'AWS::Scheduler::Schedule');
    const target = (schedule?.Properties ?? {})['Target'] as { Input: string };
    await place.functions.clock.invoke(JSON.parse(target.Input), 90_000);
    expect(place.functions.clock.output()).not.toMatch(/"event":"[a-z-]*tick-failed"/);
  });

  it.each([
    { what: 'change', counted: () => madeFor.change, limits: CALLS_OF_A_CHANGE },
    { what: 'audit', counted: () => madeFor.audit, limits: CALLS_OF_AN_AUDIT },
  ])('make no more calls for one $what of four hosts than its costs are worked out from', ({ counted, limits }) => {
    const counts = countCalls(place.aws.calls().slice(...counted()));
    for (const [action, atMost] of Object.entries(limits))
      expect(counts[action] ?? 0, action).toBeLessThanOrEqual(atMost);
    expect(Object.keys(counts).filter((action) => !(action in limits))).toEqual([]);
    expect(counts['dynamodb:PutItem']).toBeGreaterThan(0);
  });

  it('make no call to AWS that their roles do not allow', () => {
    const template = synthesizeExample();
    const calls = place.aws.calls();
    expect(new Set(calls.map(({ who }) => who))).toEqual(new Set(FUNCTION_NAMES));
    const refused = calls.filter((call) => !isGranted(grantsOf(template, call.who), call));
    expect(refused).toEqual([]);
  });

  it('write no secret into their logs', () => {
    for (const name of FUNCTION_NAMES) {
      const output = place.functions[name].output();
      for (const secret of [SIGNING_SECRET, BOT_TOKEN, ALARM_SECRET, place.password])
        expect(output).not.toContain(secret);
    }
    expect(place.functions.worker.output()).toContain('"event":"slice-finished"');
  });
});

/** Resolves when this message of the channel, counted from 0, matches. */
async function untilShown(index: number, pattern: RegExp): Promise<void> {
  return until(() => pattern.test(JSON.stringify(place.lab.messages(CHANNEL)[index] ?? '')));
}

/** Resolves when any message of the channel matches. */
async function untilSomeShown(pattern: RegExp): Promise<void> {
  return until(() => place.lab.messages(CHANNEL).some((message) => pattern.test(JSON.stringify(message))));
}

async function until(isShown: () => boolean): Promise<void> {
  if (isShown()) return;
  await new Promise<void>((resolve) => {
    const forget = place.lab.onChange(() => {
      if (!isShown()) return;
      forget();
      resolve();
    });
  });
}

async function startPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'as-built-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const [bundles, vcenter, table, queues] = await Promise.all([
    bundleFunctions(join(folder, 'bundles')),
    startLabVcenterPlace({ hosts: 4, scenarios: [], latency: 'none' }),
    startTableEmulator({}),
    startQueueEmulator({ jobVisibilitySeconds: 30, noticeVisibilitySeconds: 30 }),
  ]);
  for (const one of [vcenter, table, queues]) undo.push(() => one.stop());
  const folders = prepareFolders(folder, vcenter);
  const aws = await startRecordingAws({
    tableUrl: table.endpoint,
    queueUrl: new URL(queues.jobs.url).origin,
    secrets: {
      'vcenter/lab': vcenter.credentials,
      'vmotion-ops/slack': { signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN },
      'vmotion-ops/alarms': { logs: ALARM_SECRET },
    },
  });
  undo.push(() => aws.stop());

  let frontUrl = '';
  const lab = await createLabSlack({
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    commandUrl: () => `${frontUrl}/slack/events`,
  });
  undo.push(() => lab.close());
  const through = (url: string) => `${aws.url}${new URL(url).pathname}`;
  const environment: EnvironmentVariables = {
    JOB_TABLE: table.table,
    JOB_QUEUE_URL: through(queues.jobs.url),
    NOTICE_QUEUE_URL: through(queues.notices.url),
    CARD_QUEUE_URL: through(queues.cards.url),
    CONFIG_FILE,
    SLICE_SECONDS: '120',
    METRICS_NAMESPACE: 'as-built',
  };
  const slack: SlackEnvironmentVariables = {
    ...environment,
    SLACK_SECRET: 'vmotion-ops/slack',
    SLACK_API_URL: lab.apiUrl,
  };
  const start = async (name: FunctionName, own: Record<string, string>) => {
    const made = await startBuiltFunction(folders[name], { ...awsEnvironment(name, aws.url), ...own });
    undo.push(() => made.stop());
    return made;
  };
  const functions = {
    slack: await start('slack', slack),
    alarm: await start('alarm', { ...environment, ALARM_SECRET: 'vmotion-ops/alarms' }),
    worker: await start('worker', environment),
    notifier: await start('notifier', slack),
    clock: await start('clock', environment),
  };
  const front = await startHttpFront({
    port: 0,
    slack: (event) => functions.slack.invoke(event, TIMEOUT_SECONDS.slack * 1000),
    alarm: (event) => functions.alarm.invoke(event, TIMEOUT_SECONDS.alarm * 1000),
    log: silentLog,
  });
  frontUrl = front.url;
  undo.push(() => front.stop());
  const handled = new EventEmitter();
  for (const [name, source, queueUrl] of [
    ['worker', 'jobs', queues.jobs.url],
    ['notifier', 'notices', queues.notices.url],
    ['notifier', 'cards', queues.cards.url],
    ['clock', 'jobs-dead', queues.jobs.deadLetterUrl],
    ['clock', 'notices-dead', queues.notices.deadLetterUrl],
    ['clock', 'cards-dead', queues.cards.deadLetterUrl],
  ] as const) {
    const timeLimitMs = TIMEOUT_SECONDS[name] * 1000;
    const mapping = startEventSource({
      name: source,
      client: queues.client,
      queueUrl,
      handler: async (event) => {
        const answer = await functions[name].invoke<SQSBatchResponse>(event, timeLimitMs);
        handled.emit(source, event, answer);
        return answer;
      },
      timeLimitMs,
      maximumConcurrency: 2,
      retrySeconds: () => 1,
      clock: systemClock,
      log: silentLog,
    });
    undo.push(() => mapping.stop());
  }
  await functions.clock.invoke({ source: 'aws.scheduler' }, 90_000);
  return {
    folder,
    bundles,
    functions,
    lab,
    vcenter,
    aws,
    queues,
    handled,
    url: front.url,
    password: vcenter.credentials.password,
  };
}

function aRecord(messageId: string, group: string, body: string): object {
  const attributes = { MessageGroupId: group, ApproximateReceiveCount: '1' };
  return { messageId, body, attributes, eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:us-east-1:0:jobs.fifo' };
}

function countCalls(calls: { action: string }[]): Record<string, number> {
  const groups = Map.groupBy(calls, ({ action }) => action);
  return Object.fromEntries([...groups].map(([action, those]) => [action, those.length]));
}

/** What Lambda gives every function; the access key tells them apart. */
function awsEnvironment(name: FunctionName, url: string): Record<string, string> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'as-built',
    AWS_ENDPOINT_URL: url,
  };
}

/** The folders as a deployment would make them, for the simulated vCenter's address and certificate. */
function prepareFolders(folder: string, { url, fingerprint }: LabVcenterPlace): Record<FunctionName, string> {
  const config = join(folder, 'vmotion.yaml');
  cpSync(LAB_CONFIG, config);
  const text = readFileSync(config, 'utf8')
    .replace('https://127.0.0.1:8443', url)
    .replace(/sha256: "[0:]+"/, `sha256: "${fingerprint}"`)
    // In one wave: a revert waits some real seconds in each.
    .replaceAll('canary: 1', 'canary: 4');
  writeFileSync(config, text);
  return prepareAssets({ config, bundles: join(folder, 'bundles'), out: join(folder, 'task') }).folders;
}
