import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { createLabSlack, type LabSlack } from '../../infra/lab/slack/workspace.ts';
import { type Check, checkSkew } from '../../infra/local/doctor/check.ts';
import { examine } from '../../infra/local/doctor/examine.ts';
import { renderChecks } from '../../infra/local/doctor/render-checks.ts';

const LAB_CONFIG = fileURLToPath(new URL('../../infra/lab/vmotion.yaml', import.meta.url));
const DOCTOR = fileURLToPath(new URL('../../infra/local/doctor.ts', import.meta.url));
const LIMIT = 60_000;

type Config = {
  vcenters: Record<string, { url: string }>;
  clusters: Record<string, { access: object; channel: string }>;
};

let folder: string;
let slack: LabSlack;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmotion-doctor-'));
  slack = await createLabSlack({
    signingSecret: 's',
    botToken: 'xoxb-lab',
    appToken: 'xapp-lab',
    commandUrl: () => '',
  });
});
afterEach(async () => {
  await slack.close();
  await rm(folder, { recursive: true, force: true });
});

/** The lab's vCenter beside one that nobody answers for, so that Slack is a real one; `change` is what is wrong. */
async function aConfig(change: (config: Config) => void = () => undefined): Promise<string> {
  const config = parse(await readFile(LAB_CONFIG, 'utf8')) as Config;
  Object.assign(config.vcenters, { away: { url: 'https://127.0.0.1:9', secret: 'away', trust: { system: true } } });
  for (const name of Object.keys(config.clusters)) if (name !== 'cluster-a') delete config.clusters[name];
  change(config);
  const path = join(folder, 'vmotion.yaml');
  await writeFile(path, stringify(config));
  return path;
}

const env = (over: Record<string, string> = {}) => ({
  SLACK_BOT_TOKEN: 'xoxb-lab',
  SLACK_SIGNING_SECRET: '0123456789abcdef'.repeat(2),
  SLACK_API_URL: slack.apiUrl,
  ...over,
});
/** By the beginning of what it is about: how many share a channel is the lab's matter. */
const find = (checks: Check[], about: string) => checks.find((check) => check.about.startsWith(about));

describe('the doctor', () => {
  it('finds the lab in order, by its command', { timeout: LIMIT }, async () => {
    const child = spawn(process.execPath, [DOCTOR, '--json'], { stdio: ['ignore', 'pipe', 'inherit'], env: {} });
    const exited = once(child, 'exit');
    const document = JSON.parse(await text(child.stdout)) as { ok: boolean; checks: Check[] };
    expect(await exited).toEqual([0, null]);
    expect(document.ok).toBe(true);
    expect(document.checks.filter((check) => check.state !== 'ok')).toEqual([]);
    const about = document.checks.map((check) => check.about);
    for (const one of ['Slack scopes', 'Slack signing secret', 'vCenter lab login', 'cluster cluster-a privileges'])
      expect(about).toContain(one);
    for (const one of [
      'table',
      'queue jobs',
      'queue notices',
      'queue cards',
      'clock, against Slack',
      'clock, against vCenter lab',
    ])
      expect(about).toContain(one);
  });

  it('ends with 1 and says what to do where something is wrong', { timeout: LIMIT }, async () => {
    const args = [DOCTOR, '--config', await aConfig()];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: env() });
    const exited = once(child, 'exit');
    const said = await text(child.stdout);
    expect(await exited).toEqual([1, null]);
    expect(said).toMatch(/^FAIL {2}vCenter away .*\n +-> /m);
    expect(said).toContain('1 of ');
  });

  it('ends with 2 for an option that it does not have', { timeout: LIMIT }, async () => {
    const child = spawn(process.execPath, [DOCTOR, '--confg', 'x'], { stdio: 'ignore', env: {} });
    expect(await once(child, 'exit')).toEqual([2, null]);
  });

  it('says which scopes are missing', { timeout: LIMIT }, async () => {
    slack.faults.scopes = slack.faults.scopes.filter((scope) => scope !== 'files:write');
    const found = find(await examine(await aConfig(), env()), 'Slack scopes');
    expect(found).toMatchObject({ state: 'fail', what: 'Missing: files:write.' });
    expect(found?.remedy).toContain('npm run manifest');
  });

  it('says which scopes are too many', { timeout: LIMIT }, async () => {
    slack.faults.scopes.push('channels:history');
    const found = find(await examine(await aConfig(), env()), 'Slack scopes');
    expect(found).toMatchObject({ state: 'warn', what: 'More than is needed: channels:history.' });
  });

  it('says where the app is not invited', { timeout: LIMIT }, async () => {
    slack.faults.notInChannels.push('C0VSPHERE');
    const found = find(await examine(await aConfig(), env()), 'channel of cluster-a');
    expect(found).toMatchObject({ state: 'fail', remedy: 'Type there: /invite @vmotion-ops' });
  });

  it('says which channel and which user group there is none of', { timeout: LIMIT }, async () => {
    const config = await aConfig(({ clusters }) => {
      Object.assign(clusters['cluster-a'] ?? {}, {
        channel: 'C0NOWHERE',
        access: { operators: [], approvers: ['S0NOBODY'] },
      });
    });
    const checks = await examine(config, env());
    expect(find(checks, 'channel of cluster-a')).toMatchObject({ state: 'fail' });
    expect(find(checks, 'user group S0NOBODY')).toMatchObject({ state: 'fail' });
  });

  it('counts the people of the user groups that decide', { timeout: LIMIT }, async () => {
    const config = await aConfig(({ clusters }) => {
      Object.assign(clusters['cluster-a'] ?? {}, { access: { operators: ['U0ANN'], approvers: ['S0VSPHERE'] } });
    });
    expect(find(await examine(config, env()), 'user group S0VSPHERE')).toMatchObject({
      state: 'ok',
      what: '2 people.',
    });
  });

  it.each([
    { what: 'no token', over: { SLACK_BOT_TOKEN: '' }, about: 'Slack tokens', state: 'fail' },
    {
      what: 'a token that Slack does not know',
      over: { SLACK_BOT_TOKEN: 'xoxb-no' },
      about: 'Slack bot token',
      state: 'fail',
    },
    {
      what: 'a cut signing secret',
      over: { SLACK_SIGNING_SECRET: '0123' },
      about: 'Slack signing secret',
      state: 'warn',
    },
    { what: 'an app token that works', over: { SLACK_APP_TOKEN: 'xapp-lab' }, about: 'Slack requests', state: 'ok' },
    { what: 'one that does not', over: { SLACK_APP_TOKEN: 'xapp-no' }, about: 'Slack requests', state: 'fail' },
    {
      what: 'a Slack that is away',
      over: { SLACK_API_URL: 'http://127.0.0.1:9/api/' },
      about: 'Slack bot token',
      state: 'fail',
    },
  ])('looks at $what', { timeout: LIMIT }, async ({ over, about, state }) => {
    const found = find(await examine(await aConfig(), env(over)), about);
    expect(found).toMatchObject({ state });
    expect(JSON.stringify(found)).not.toMatch(/xoxb-(no|lab)|xapp-(no|lab)|\b0123/);
  });

  it('goes on with everything else where one vCenter is away', { timeout: LIMIT }, async () => {
    const checks = await examine(await aConfig(), env());
    expect(find(checks, 'vCenter away')).toMatchObject({ state: 'fail' });
    expect(find(checks, 'vCenter lab login')).toMatchObject({ state: 'ok' });
    expect(find(checks, 'table')).toMatchObject({ state: 'ok' });
  });

  it('says that a cluster is not where the configuration says', { timeout: LIMIT }, async () => {
    const config = await aConfig(({ clusters }) => {
      Object.assign(clusters['cluster-a'] ?? {}, { path: '/DC1/host/cluster-x' });
    });
    expect(find(await examine(config, env()), 'cluster cluster-a')).toMatchObject({ state: 'fail' });
  });

  it('stops at a configuration that is none', async () => {
    const [only, ...others] = await examine(join(folder, 'nothing.yaml'), {});
    expect(only).toMatchObject({ about: 'configuration', state: 'fail' });
    expect(others).toEqual([]);
  });
});

describe('clocks', () => {
  const now = new Date('2026-11-21T10:00:00.500Z');
  it.each([
    { date: 'Sat, 21 Nov 2026 10:00:00 GMT', state: 'ok', says: '0 s' },
    { date: 'Sat, 21 Nov 2026 10:00:29 GMT', state: 'ok', says: '29 s behind' },
    { date: 'Sat, 21 Nov 2026 09:59:30 GMT', state: 'warn', says: '30 s ahead' },
    { date: 'Sat, 21 Nov 2026 10:04:00 GMT', state: 'fail', says: '240 s behind' },
    { date: undefined, state: 'warn', says: 'no time' },
    { date: 'yesterday', state: 'warn', says: 'no time' },
  ])('$date is $state', ({ date, state, says }) => {
    const check = checkSkew('clock', { date, now, tookMs: 0 });
    expect(check).toMatchObject({ state, what: expect.stringContaining(says) });
  });
});

it('prints a line for each, the remedy under it, and the sum', () => {
  const text = renderChecks([
    { about: 'one', state: 'ok', what: 'Fine.' },
    { about: 'another', state: 'warn', what: 'Hm.', remedy: 'Do this.' },
  ]);
  expect(text).toBe(
    'OK    one      Fine.\nWARN  another  Hm.\n               -> Do this.\n\nAll in order, but for 1 to look at.\n',
  );
});
