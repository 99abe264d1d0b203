// The doctor on a deployment in AWS: emulators for table and queues, secrets behind the address that records calls.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLabSlack } from '../../infra/lab/slack/workspace.ts';
import type { Check } from '../../infra/local/doctor/check.ts';
import { examine } from '../../infra/local/doctor/examine.ts';
import { startLabVcenterPlace } from '../../infra/local/lab-vcenter-place.ts';
import { startQueueEmulator } from '../../infra/local/queue-emulator.ts';
import { startTableEmulator } from '../../infra/local/table-emulator.ts';
import { type RecordingAws, startRecordingAws } from '../infra/recording-aws.ts';

const LAB_CONFIG = fileURLToPath(new URL('../../infra/lab/vmotion.yaml', import.meta.url));
const DOCTOR = fileURLToPath(new URL('../../infra/local/doctor.ts', import.meta.url));
const LIMIT = 60_000;
const SIGNING_SECRET = '0123456789abcdef'.repeat(2);

const undo: (() => unknown)[] = [];
let aws: RecordingAws;
let config: string;
let env: Record<string, string>;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vmotion-doctor-aws-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const [vcenter, table, queues] = await Promise.all([
    startLabVcenterPlace({ hosts: 4, scenarios: [], latency: 'none' }),
    startTableEmulator({}),
    startQueueEmulator({ jobVisibilitySeconds: 60, noticeVisibilitySeconds: 60 }),
  ]);
  for (const one of [vcenter, table, queues]) undo.push(() => one.stop());
  const slack = await createLabSlack({ signingSecret: SIGNING_SECRET, botToken: 'xoxb-lab', commandUrl: () => '' });
  undo.push(() => slack.close());
  aws = await startRecordingAws({
    tableUrl: table.endpoint,
    queueUrl: new URL(queues.jobs.url).origin,
    secrets: {
      'vcenter/lab': vcenter.credentials,
      'vmotion-ops-prod/slack': { signingSecret: SIGNING_SECRET, botToken: 'xoxb-lab' },
      'vmotion-ops-prod/alarms': { json: 'a-key-of-a-sender-of-alarms' },
      // As a deployment makes them.
      'vmotion-ops-new/slack': {},
      'vmotion-ops-new/alarms': {},
    },
  });
  undo.push(() => aws.stop());
  config = join(folder, 'vmotion.yaml');
  const lab = await readFile(LAB_CONFIG, 'utf8');
  const own = lab
    .replace('https://127.0.0.1:8443', vcenter.url)
    .replace(/sha256: "[0:]+"/, `sha256: "${vcenter.fingerprint}"`);
  await writeFile(config, own);
  const through = (url: string) => `${aws.url}${new URL(url).pathname}`;
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'doctor',
    AWS_SECRET_ACCESS_KEY: 'doctor',
    AWS_MAX_ATTEMPTS: '1',
    JOB_TABLE: table.table,
    JOB_QUEUE_URL: through(queues.jobs.url),
    NOTICE_QUEUE_URL: through(queues.notices.url),
    CARD_QUEUE_URL: through(queues.cards.url),
    SLACK_SECRET: 'vmotion-ops-prod/slack',
    ALARM_SECRET: 'vmotion-ops-prod/alarms',
    SLACK_API_URL: slack.apiUrl,
  };
  // Where AWS's own clients look in this process.
  Object.assign(process.env, Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('AWS_'))));
}, LIMIT);
afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** What the command prints, and how it ends. */
async function run(): Promise<{ code: unknown; checks: Check[] }> {
  const args = [DOCTOR, '--config', config, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const exited = once(child, 'exit');
  const { checks } = JSON.parse(await text(child.stdout)) as { checks: Check[] };
  const [code] = (await exited) as unknown[];
  return { code, checks };
}

/** Queues are named by their address. */
function placed(over: Record<string, string>): Record<string, string> {
  const { JOB_QUEUE_URL: queue } = over;
  return queue === undefined ? over : { ...over, JOB_QUEUE_URL: `${aws.url}/000000000000/${queue}` };
}

const find = (checks: Check[], about: string) => checks.find((check) => check.about === about);

describe('the doctor, on a deployment in AWS', () => {
  it('finds it in order, with the rights that docs/deploy.md asks for', { timeout: LIMIT }, async () => {
    const { code, checks } = await run();
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(code).toBe(0);
    const about = checks.map((check) => check.about);
    for (const one of ['table', 'queue jobs', 'queue notices', 'queue cards', 'Slack bot token', 'vCenter lab login'])
      expect(about).toContain(one);
    expect(find(checks, 'table')?.what).toContain('in AWS');
    expect(find(checks, 'ways in for alarms')?.what).toBe('Open: json.');
    expect(new Set(aws.calls().map(({ action }) => action))).toEqual(
      new Set([
        'dynamodb:PutItem',
        'dynamodb:GetItem',
        'dynamodb:DeleteItem',
        'sqs:GetQueueAttributes',
        'secretsmanager:GetSecretValue',
      ]),
    );
  });

  it('says which secrets nobody has put values into', { timeout: LIMIT }, async () => {
    const made = { SLACK_SECRET: 'vmotion-ops-new/slack', ALARM_SECRET: 'vmotion-ops-new/alarms' };
    const checks = await examine(config, { ...env, ...made });
    expect(find(checks, 'Slack tokens')).toMatchObject({
      state: 'fail',
      what: expect.stringContaining('signingSecret, botToken'),
    });
    expect(find(checks, 'ways in for alarms')).toMatchObject({ state: 'warn' });
    expect(find(checks, 'vCenter lab login')).toMatchObject({ state: 'ok' });
  });

  it.each([
    { what: 'a table', over: { JOB_TABLE: 'nowhere' } as Record<string, string>, about: 'table' },
    { what: 'a queue', over: { JOB_QUEUE_URL: 'nowhere.fifo' }, about: 'queue jobs' },
    { what: 'a secret', over: { SLACK_SECRET: 'nowhere' }, about: 'Slack tokens' },
  ])('says that there is no such thing: $what', { timeout: LIMIT }, async ({ over, about }) => {
    const checks = await examine(config, { ...env, ...placed(over) });
    expect(find(checks, about)).toMatchObject({ state: 'fail', remedy: expect.stringMatching(/./) });
    expect(find(checks, 'queue notices')).toMatchObject({ state: 'ok' });
  });

  it('says which of the names is missing', { timeout: LIMIT }, async () => {
    const checks = await examine(config, { ...env, NOTICE_QUEUE_URL: '' });
    expect(find(checks, 'environment')).toMatchObject({
      state: 'fail',
      what: expect.stringContaining('NOTICE_QUEUE_URL'),
    });
    expect(find(await examine(config, { ...env, SLACK_SECRET: '' }), 'Slack tokens')?.what).toContain('SLACK_SECRET');
  });
});
