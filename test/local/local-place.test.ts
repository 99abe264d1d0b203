import { afterEach, describe, expect, it } from 'vitest';
import { type JobDocument, toJobDocument } from '../../infra/local/json-document.ts';
import { type LocalPlace, type LocalPlaceOptions, startLocalPlace } from '../../infra/local/local-place.ts';
import { runCommands } from '../../infra/local/run-commands.ts';
import { createTranscript } from '../../infra/local/transcript.ts';
import { silentLog } from '../../shared/log.ts';

let place: LocalPlace | undefined;
afterEach(async () => {
  await place?.stop();
  place = undefined;
});

async function start(over: Partial<LocalPlaceOptions> = {}): Promise<LocalPlace> {
  place = await startLocalPlace({
    port: 0,
    hosts: 3,
    scenarios: [],
    latency: 'none',
    env: {},
    log: silentLog,
    ...over,
  });
  return place;
}

async function play(at: LocalPlace, commands: string[], over: { user?: string; approve?: boolean } = {}) {
  let text = '';
  const jobs: JobDocument[] = [];
  const exitCode = await runCommands({
    place: at,
    commands,
    user: over.user ?? 'ann',
    approve: over.approve ?? true,
    transcript: createTranscript((more) => {
      text += more;
    }),
    onJob: async (job) => {
      jobs.push(await toJobDocument(at, job));
    },
  });
  return { exitCode, text, jobs };
}

const writesOf = (at: LocalPlace) =>
  (at.vcenter?.lab.calls() ?? []).filter(({ operation }) => /^(Add|Update|Remove|Select|Deselect)/.test(operation))
    .length;

describe('the local place', () => {
  it.each(['cluster-a', 'cluster-l3'])('enables, tests and reverts %s as a person would see it', async (cluster) => {
    const at = await start();
    const { exitCode, text, jobs } = await play(at, [
      `/vmotion enable ${cluster}`,
      `/vmotion test ${cluster}`,
      `/vmotion revert ${cluster}`,
    ]);
    expect(exitCode).toBe(0);
    const [enable, test, revert] = jobs;
    expect(jobs.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['enable done', 'test done', 'revert done']);
    expect(enable?.hosts.every((host) => host.after?.vmks.some((vmk) => vmk.netstack === 'vmotion'))).toBe(true);
    expect(test?.matrix).toMatchObject({ failed: 0, unexpected: 0 });
    expect(revert?.hosts.map((host) => host.after)).toEqual(enable?.hosts.map((host) => host.before));
    expect(text).toContain('bob presses Approve');
    // One message a job, however often it was updated.
    expect(at.slack?.messages()).toHaveLength(3);
  });

  it('finds a second enable in place and writes nothing', async () => {
    const at = await start();
    await play(at, ['/vmotion enable cluster-a']);
    const before = writesOf(at);
    const { exitCode, jobs } = await play(at, ['/vmotion enable cluster-a']);
    expect({ exitCode, state: jobs[0]?.state, writes: writesOf(at) - before }).toEqual({
      exitCode: 0,
      state: 'in-place',
      writes: 0,
    });
  });

  it('puts a failing host back and exits with 4', async () => {
    const at = await start({ scenarios: ['fails-midway'] });
    const { exitCode, jobs } = await play(at, ['/vmotion enable cluster-a']);
    expect(exitCode).toBe(4);
    const putBack = jobs[0]?.hosts.filter((host) => host.outcome === 'put-back') ?? [];
    expect(putBack).toHaveLength(1);
    for (const host of putBack) expect(host.after).toEqual(host.before);
  });

  it.each([
    { typed: '/vmotion enable cluster-x', user: 'ann', exitCode: 2 },
    { typed: '/vmotion enabel cluster-a', user: 'ann', exitCode: 2 },
    { typed: '/vmotion enable cluster-a', user: 'eve', exitCode: 3 },
    { typed: '/vmotion help', user: 'eve', exitCode: 0 },
  ])('answers $typed by $user with exit code $exitCode and writes nothing', async ({ typed, user, exitCode }) => {
    const at = await start();
    const played = await play(at, [typed], { user });
    expect({ exitCode: played.exitCode, jobs: played.jobs, writes: writesOf(at) }).toEqual({
      exitCode,
      jobs: [],
      writes: 0,
    });
    expect(played.text).toContain(`(only ${user} sees)`);
  });

  it('rests while nobody approves, and changes nothing', async () => {
    const at = await start();
    const { exitCode, jobs } = await play(at, ['/vmotion enable cluster-a'], { approve: false });
    expect({ exitCode, state: jobs[0]?.state, writes: writesOf(at) }).toEqual({
      exitCode: 0,
      state: 'awaiting-approval',
      writes: 0,
    });
  });

  it('rests while a job is paused, and follows it again when somebody lets it go on', async () => {
    const at = await start({ hosts: 4, latency: 'lan' });
    let isAsked = false;
    at.vcenter?.onCall(() => void pauseOnce());
    const pauseOnce = async () => {
      const [job] = await at.store.jobs.listByCluster('cluster-a', 1);
      if (isAsked || job?.state !== 'applying') return;
      isAsked = true;
      await at.slack?.type({ user: 'U0ANN', channel: job.channel, text: `/vmotion pause ${job.id}` });
    };
    const paused = await play(at, ['/vmotion enable cluster-a']);
    expect({ exitCode: paused.exitCode, state: paused.jobs[0]?.state }).toEqual({ exitCode: 0, state: 'paused' });
    const resumed = await play(at, [`/vmotion resume ${paused.jobs[0]?.id}`]);
    expect({ exitCode: resumed.exitCode, state: resumed.jobs[0]?.state }).toEqual({ exitCode: 0, state: 'done' });
  });

  it.each([
    { what: 'a scenario that does not exist', over: { scenarios: ['flood'] }, code: 'usage' },
    { what: 'a configuration that is not there', over: { config: '/nowhere/vmotion.yaml' }, code: 'config-missing' },
  ])('does not start with $what', async ({ over, code }) => {
    await expect(start(over)).rejects.toMatchObject({ code });
  });
});
