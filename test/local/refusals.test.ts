// What a person plays with npm start: who may do what, each refusal with its message and exit code.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LocalPlace, startLocalPlace } from '../../infra/local/local-place.ts';
import { type PlayedAnswer, runCommands } from '../../infra/local/run-commands.ts';
import { createTranscript } from '../../infra/local/transcript.ts';
import type { Job } from '../../shared/domain/job.ts';
import { silentLog } from '../../shared/log.ts';

let place: LocalPlace | undefined;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmotion-ops-'));
});
afterEach(async () => {
  await place?.stop();
  place = undefined;
  await rm(folder, { recursive: true });
});

/** The lab with its own configuration, as `change` leaves it. */
async function start(change: (yaml: string) => string = (yaml) => yaml): Promise<LocalPlace> {
  const yaml = await readFile(new URL('../../infra/lab/vmotion.yaml', import.meta.url), 'utf8');
  const changed = change(yaml);
  const config = join(folder, 'vmotion.yaml');
  await writeFile(config, changed);
  place = await startLocalPlace({ port: 0, hosts: 2, scenarios: [], latency: 'none', env: {}, log: silentLog, config });
  return place;
}

async function play(at: LocalPlace, commands: string[], over: { user?: string; approve?: boolean } = {}) {
  const answers: PlayedAnswer[] = [];
  const jobs: Job[] = [];
  const exitCode = await runCommands({
    place: at,
    commands,
    user: over.user ?? 'ann',
    approve: over.approve ?? false,
    transcript: createTranscript(() => undefined),
    onAnswer: (answer) => answers.push(answer),
    onJob: async (job) => void jobs.push(job),
  });
  return {
    exitCode,
    answers,
    jobs,
    refusals: answers.flatMap(({ user, refusal }) => (refusal ? [[user, refusal.code]] : [])),
  };
}

/** Asks for a change and answers its id while it waits. */
async function ask(at: LocalPlace, command: string): Promise<string> {
  const [job] = (await play(at, [command])).jobs;
  if (job === undefined) throw new Error(`${command} made no job`);
  return job.id;
}

it('two approvers are asked until the plan is approved, one of them of the group that it needs', async () => {
  const { exitCode, answers, jobs } = await play(await start(), ['/vmotion enable cluster-dvs'], { approve: true });
  expect(exitCode).toBe(0);
  expect(answers.map(({ user }) => user)).toEqual(['ann', 'bob', 'dan']);
  expect(answers[1]?.text).toContain('approved');
  expect(jobs[0]).toMatchObject({
    state: 'done',
    approval: { approvedBy: [{ user: 'U0BOB' }, { user: 'U0DAN', as: ['net-oncall'] }] },
  });
});

it('nobody approves their own request, and a rejection needs a reason', async () => {
  const at = await start();
  const id = await ask(at, '/vmotion enable cluster-a');
  expect(await play(at, [`/vmotion approve ${id}`])).toMatchObject({ exitCode: 3, refusals: [['ann', 'own-request']] });
  const bob = { user: 'bob' };
  expect(await play(at, [`/vmotion reject ${id}`], bob)).toMatchObject({
    exitCode: 2,
    refusals: [['bob', 'reason-missing']],
  });
  expect(await play(at, [`/vmotion reject ${id} wrong VLAN`], bob)).toMatchObject({ exitCode: 3, refusals: [] });
  expect(await play(at, [`/vmotion approve ${id}`], bob)).toMatchObject({
    exitCode: 2,
    refusals: [['bob', 'not-waiting']],
  });
});

it('who is named nowhere may look, and an unknown user may not even type', async () => {
  const at = await start();
  const eve = { user: 'eve' };
  expect(await play(at, ['/vmotion enable cluster-a'], eve)).toMatchObject({
    exitCode: 3,
    refusals: [['eve', 'denied']],
  });
  expect(await play(at, ['/vmotion status cluster-a'], eve)).toMatchObject({ exitCode: 0, refusals: [] });
  await expect(play(at, ['/vmotion help'], { user: 'zed' })).rejects.toMatchObject({ code: 'usage' });
});

it('a cluster of another channel is not for this one', async () => {
  const at = await start((yaml) => yaml.replace('channel: C0VSPHERE', 'channel: C0GENERAL'));
  const { exitCode, answers } = await play(at, ['/vmotion enable cluster-a']);
  expect(exitCode).toBe(3);
  expect(answers[0]?.refusal?.why).toBe('Its channel is <#C0GENERAL> (rule clusters.cluster-a.channel).');
});

it('outside its windows the last approval is refused, and the job waits', async () => {
  // A window that is never open on the day that the lab has.
  const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(new Date().getUTCDay() + 3) % 7];
  const window = `    windows: [{ days: [${day}], from: "10:00", to: "11:00", timeZone: UTC }]\n`;
  const at = await start((yaml) =>
    yaml.replace('    # One other person approves', `${window}    # One other person approves`),
  );
  const { exitCode, refusals, jobs } = await play(at, ['/vmotion enable cluster-a'], { approve: true });
  expect(exitCode).toBe(3);
  expect(refusals).toEqual([
    ['bob', 'outside-window'],
    ['dan', 'denied'],
    ['eve', 'denied'],
  ]);
  expect(jobs[0]).toMatchObject({ state: 'awaiting-approval', approval: { approvedBy: [] } });
});

it('a frozen cluster starts nothing until it is lifted', async () => {
  const at = await start();
  const frozen = ['/vmotion freeze cluster-a --reason "quarter end" --until 4h', '/vmotion enable cluster-a'];
  expect(await play(at, frozen)).toMatchObject({ exitCode: 3, refusals: [['ann', 'frozen']] });
  const lifted = ['/vmotion unfreeze cluster-a', '/vmotion enable cluster-a'];
  expect(await play(at, lifted, { approve: true })).toMatchObject({ exitCode: 0, jobs: [{ state: 'done' }] });
});

it('an approval is withdrawn by who has given it', async () => {
  const at = await start();
  const id = await ask(at, '/vmotion enable cluster-dvs');
  const bob = { user: 'bob' };
  expect(await play(at, [`/vmotion approve ${id}`, `/vmotion withdraw ${id}`], bob)).toMatchObject({
    exitCode: 0,
    refusals: [],
  });
  const again = await play(at, [`/vmotion withdraw ${id}`], bob);
  expect(again).toMatchObject({ exitCode: 2, refusals: [['bob', 'no-approval-given']] });
  expect((await at.store.jobs.find(id))?.approval?.approvedBy).toEqual([]);
});

it('a host that changes after the plan was made ends the job as stale', async () => {
  const at = await start();
  const id = await ask(at, '/vmotion enable cluster-a');
  at.vcenter?.lab.setScenario('config-drift', true);
  const { exitCode, jobs } = await play(at, [`/vmotion approve ${id}`], { user: 'bob' });
  expect(exitCode).toBe(6);
  expect(jobs[0]).toMatchObject({ state: 'stale', failure: { code: 'stale' } });
});
