// A whole local place that meets a workspace by Socket Mode only: no address that the workspace could send anything to.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { createLabSlack, type LabSlack } from '../../infra/lab/slack/workspace.ts';
import { type LocalPlace, startLocalPlace } from '../../infra/local/local-place.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import { createJsonLog } from '../../shared/log.ts';

const LAB_CONFIG = fileURLToPath(new URL('../../infra/lab/vmotion.yaml', import.meta.url));
const ANN = { user: 'U0ANN', channel: 'C0VSPHERE' };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function aWorkspace(): Promise<LabSlack> {
  const commandUrl = () => 'http://127.0.0.1:9/nothing-listens-here';
  const lab = await createLabSlack({ signingSecret: 'unused', botToken: 'xoxb-lab', appToken: 'xapp-lab', commandUrl });
  closing.push(() => lab.close());
  return lab;
}

/** The lab's vCenter beside another one, so that Slack is a real one to the place. */
async function aConfig(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vmotion-socket-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const config = parse(await readFile(LAB_CONFIG, 'utf8')) as { vcenters: Record<string, object> };
  config.vcenters['other'] = { url: 'https://127.0.0.1:9', secret: 'other', trust: { system: true } };
  const path = join(folder, 'vmotion.yaml');
  await writeFile(path, stringify(config));
  return path;
}

async function aPlace(lab: LabSlack, env: Record<string, string> = {}) {
  const logged: string[] = [];
  const place: LocalPlace = await startLocalPlace({
    port: 0,
    hosts: 2,
    scenarios: [],
    latency: 'none',
    config: await aConfig(),
    env: { SLACK_BOT_TOKEN: 'xoxb-lab', SLACK_APP_TOKEN: 'xapp-lab', SLACK_API_URL: lab.apiUrl, ...env },
    log: createJsonLog((line) => logged.push(line)),
  });
  let isStopped = false;
  const stop = async () => {
    if (!isStopped) await place.stop();
    isStopped = true;
  };
  closing.push(stop);
  return { place, logged, stop };
}

/** Resolves once it holds; the test's own limit ends a wait for what never comes. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

const LIMIT = 30_000;

it('carries a change from the command over the approval to its end', { timeout: LIMIT }, async () => {
  const lab = await aWorkspace();
  const { place } = await aPlace(lab);
  expect(place.isSocketMode).toBe(true);
  expect((await lab.type({ ...ANN, text: '/vmotion enable cluster-a' })).text).toContain('Queued');
  await until(() => JSON.stringify(lab.messages()).includes('approve-plan'));
  const [message] = lab.messages();
  await lab.click({ user: 'U0BOB', channel: ANN.channel, ts: message?.ts ?? '', actionId: 'approve-plan' });
  const newest = async () => (await place.store.jobs.listByCluster('cluster-a', 1))[0];
  await until(async () => isEnded((await newest())?.state ?? 'queued'));
  expect((await newest())?.state).toBe('done');
});

it('opens modals, answers menus and makes the Home tab', { timeout: LIMIT }, async () => {
  const lab = await aWorkspace();
  await aPlace(lab);
  await lab.type({ ...ANN, text: '/vmotion' });
  const choice = { user: ANN.user, actionId: 'pick-verb', value: 'show' };
  await lab.fillIn(choice);
  const viewId = lab.modals(ANN.user).at(-1)?.id ?? '';
  expect(await lab.suggest({ user: ANN.user, viewId, actionId: 'pick-job', query: '' })).toEqual([]);
  await lab.openHome(ANN.user);
  // Events are acknowledged before they are worked on.
  await until(() => JSON.stringify(lab.home(ANN.user)?.content ?? '').includes('cluster-a'));
});

it('makes one job of an envelope that comes twice', { timeout: LIMIT }, async () => {
  const lab = await aWorkspace();
  const { place } = await aPlace(lab);
  lab.faults.duplicates = 'same-bytes';
  await lab.type({ ...ANN, text: '/vmotion test cluster-a' });
  expect(await place.store.jobs.listByCluster('cluster-a', 10)).toHaveLength(1);
});

it('does what comes in two envelopes once, and acknowledges the second', { timeout: LIMIT }, async () => {
  const lab = await aWorkspace();
  const { logged } = await aPlace(lab);
  await lab.type({ ...ANN, text: '/vmotion enable cluster-a' });
  await until(() => JSON.stringify(lab.messages()).includes('approve-plan'));
  lab.faults.duplicates = 'same-bytes';
  const ts = lab.messages()[0]?.ts ?? '';
  await lab.click({ user: 'U0BOB', channel: ANN.channel, ts, actionId: 'approve-plan' });
  // The second copy would be answered too: that he has approved already.
  expect(lab.privates('U0BOB')).toHaveLength(1);
  expect(logged.filter((line) => line.includes('"reason":"replayed"'))).toHaveLength(1);
  expect(logged.join('')).not.toContain('bolt-listener-failed');
});

it.each(['warning', 'refresh_requested'] as const)(
  'connects again when Slack asks for it (%s)',
  { timeout: LIMIT },
  async (reason) => {
    const lab = await aWorkspace();
    const { logged } = await aPlace(lab);
    lab.sockets.disconnect(reason);
    await until(() => logged.join('').includes('socket-mode-reconnected'));
    expect((await lab.type({ ...ANN, text: '/vmotion status' })).text).toContain('cluster');
  },
);

it('says why it cannot connect again, and does when it can', { timeout: LIMIT }, async () => {
  const lab = await aWorkspace();
  const { logged } = await aPlace(lab);
  lab.faults.rateLimited = 2;
  lab.sockets.disconnect('refresh_requested');
  await until(() => logged.join('').includes('socket-mode-reconnected'));
  expect(logged.filter((line) => line.includes('socket-mode-not-connected'))).toHaveLength(2);
});

it('ends what is under way and closes its connection when it is stopped', { timeout: LIMIT }, async () => {
  const lab = await aWorkspace();
  const { place, logged, stop } = await aPlace(lab);
  await lab.type({ ...ANN, text: '/vmotion test cluster-a' });
  expect(await place.store.jobs.listByCluster('cluster-a', 1)).toHaveLength(1);
  await stop();
  expect(lab.sockets.count()).toBe(0);
  expect(logged.join('')).not.toMatch(/slice-broke|bolt-listener-failed/);
});

it.each([
  { what: 'an app token that Slack does not know', env: { SLACK_APP_TOKEN: 'xapp-other' }, code: 'slack-refused' },
  { what: 'a bot token for an app token', env: { SLACK_APP_TOKEN: 'xoxb-1' }, code: 'environment-invalid' },
  { what: 'neither app token nor signing secret', env: { SLACK_APP_TOKEN: '' }, code: 'environment-invalid' },
  { what: 'an API without TLS', env: { SLACK_API_URL: 'http://slack.example/api/' }, code: 'environment-invalid' },
])('does not start with $what', { timeout: LIMIT }, async ({ env, code }) => {
  const lab = await aWorkspace();
  await expect(aPlace(lab, env)).rejects.toMatchObject({ code });
});
