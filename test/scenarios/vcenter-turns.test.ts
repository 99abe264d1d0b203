// Many clusters of one vCenter at once: the sessions there stay few, and everybody gets a turn.
import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/domain/job.ts';
import { OpsError } from '../../shared/errors.ts';
import { takeTurn } from '../../shared/app/vcenter-turn.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { type Crowd, createCrowd } from '../support/crowd.ts';
import { createWorld } from '../support/world.ts';

const HOUR_MS = 3_600_000;
const LAB = { hosts: 2, latency: 'lan' } as const;

async function runAll(crowd: Crowd, verb: string): Promise<string[]> {
  const jobs = [];
  for (const cluster of crowd.clusters) jobs.push(await crowd.type(`/vmotion ${verb} ${cluster}`));
  await crowd.play(HOUR_MS);
  for (const { id } of jobs) await crowd.approve(id);
  await crowd.play(HOUR_MS);
  return Promise.all(jobs.map(async ({ id }) => (await crowd.parts.store.jobs.find(id))?.state ?? 'gone'));
}

/** A job that a worker elsewhere is at. */
const otherThan = (job: Job): Job => ({ ...job, id: 'j-elsewhere', cluster: 'cluster-elsewhere' });

describe('turns at a vCenter', () => {
  it('keep its sessions to what vmotion.yaml says, and every job ends as it would alone', {
    timeout: 120_000,
  }, async () => {
    const crowd = createCrowd({ clusters: 20, vcenters: 2, functions: 20, workers: 3, lab: LAB });
    const states = await runAll(crowd, 'enable');
    expect(new Set(states)).toEqual(new Set(['done']));
    for (const vcenter of crowd.vcenters) expect(crowd.sessionsMax(vcenter)).toBe(3);
    expect(crowd.deadLetters()).toEqual([]);
    expect(crowd.sessionsNow()).toBe(0);
    for (const vcenter of crowd.vcenters) {
      expect(await crowd.parts.store.slots.find(vcenter)).toMatchObject({ holders: [], waiting: [] });
    }
  });

  it('are waited for in the open, and shown as no trouble', { timeout: 60_000 }, async () => {
    const crowd = createCrowd({ clusters: 2, vcenters: 1, functions: 2, workers: 1, lab: LAB });
    const { parts, clock } = crowd;
    const second = await crowd.type('/vmotion status cluster-1');
    const turn = await takeTurn(parts, otherThan(second), new Date(clock.now().getTime() + HOUR_MS));
    await crowd.play(10 * 60_000);
    const row = await parts.store.jobs.find(second.id);
    expect(row).toMatchObject({ state: 'queued', waits: { busy: 1, workers: 1 } });
    expect(row?.stalledSince).toBeUndefined();
    expect(JSON.stringify(crowd.chat.messages())).toContain('1 of 1 worker is busy there');
    if (turn.kind !== 'taken') throw new Error(turn.kind);
    await turn.leave();
    await crowd.play(10 * 60_000);
    expect(await parts.store.jobs.find(second.id)).toMatchObject({ state: 'done' });
    expect((await parts.store.jobs.find(second.id))?.waits).toBeUndefined();
    expect(crowd.deadLetters()).toEqual([]);
  });

  it('come free when the worker that had one is dead', { timeout: 60_000 }, async () => {
    const crowd = createCrowd({ clusters: 2, vcenters: 1, functions: 2, workers: 1, lab: LAB });
    const job = await crowd.type('/vmotion status cluster-1');
    await takeTurn(crowd.parts, otherThan(job), new Date(crowd.clock.now().getTime() + 130_000));
    await crowd.play(4 * 60_000);
    expect(await crowd.parts.store.jobs.find(job.id)).toMatchObject({ state: 'done' });
  });

  it('are called out to whoever is next once in half a minute, however many come in between', async () => {
    const settings = ({ vcenters }: Settings) => void Object.assign(vcenters['lab'] ?? {}, { workers: 1 });
    const world = createWorld({ settings });
    const { parts, clock, queue } = world;
    const ask = async (text: string) => {
      const reply = await world.type(text);
      if (reply.kind !== 'queued') throw new Error(reply.kind);
      return world.job(reply.job.id);
    };
    const [next, later] = [await ask('status cluster-a'), await ask('status cluster-l3')];
    const called = () => {
      const messages = [];
      for (let one = queue.takeJob(); one !== undefined; one = queue.takeJob()) messages.push(one.jobId);
      return messages;
    };
    const come = async (job: Job) => takeTurn(parts, job, new Date(clock.now().getTime() + 60_000));
    await come(otherThan(next));
    expect([await come(next), await come(later)]).toMatchObject([{ kind: 'busy' }, { kind: 'busy' }]);
    called();
    // The worker is dead, and the turn is that of the next one, which stands still.
    await clock.advance(61_000);
    for (let time = 0; time < 20; time += 1) expect(await come(later)).toMatchObject({ kind: 'busy', busy: 0 });
    expect(called()).toEqual([next.id]);
    await clock.advance(31_000);
    await come(later);
    expect(called()).toEqual([next.id]);
  });

  it('pass by whoever was cancelled while waiting', { timeout: 60_000 }, async () => {
    const crowd = createCrowd({ clusters: 3, vcenters: 1, functions: 3, workers: 1, lab: LAB });
    const { parts, clock } = crowd;
    const cancelled = await crowd.type('/vmotion status cluster-1');
    const turn = await takeTurn(parts, otherThan(cancelled), new Date(clock.now().getTime() + HOUR_MS));
    if (turn.kind !== 'taken') throw new Error(turn.kind);
    await crowd.play(5_000);
    await crowd.say(`/vmotion cancel ${cancelled.id}`);
    const third = await crowd.type('/vmotion status cluster-2');
    await crowd.play(5_000);
    await turn.leave();
    await crowd.play(20_000);
    expect(await parts.store.jobs.find(third.id)).toMatchObject({ state: 'done' });
  });
});

describe('a wrong password', () => {
  it('is tried three times by forty jobs, so that the account is not locked', { timeout: 60_000 }, async () => {
    let password: string | undefined = 'wrong';
    const credentials = () => (password === undefined ? {} : { password });
    const crowd = createCrowd({ clusters: 40, vcenters: 1, functions: 40, workers: 16, lab: LAB, credentials });
    const states = await runAll(crowd, 'status');
    expect(new Set(states)).toEqual(new Set(['unreachable']));
    expect(crowd.logins('vc-0')).toBe(3);
    // Somebody mends the secret: after the pause the next job finds out.
    password = undefined;
    const [cluster = ''] = crowd.clusters;
    const early = await crowd.type(`/vmotion status ${cluster}`);
    await crowd.play(60_000);
    const failure = (await crowd.parts.store.jobs.find(early.id))?.failure;
    expect(failure).toMatchObject({ code: 'vcenter-login-failed' });
    expect(failure?.what).toContain('refused the account');
    await crowd.clock.advance(6 * 60_000);
    const later = await crowd.type(`/vmotion status ${cluster}`);
    await crowd.play(60_000);
    expect(await crowd.parts.store.jobs.find(later.id)).toMatchObject({ state: 'done' });
    expect(crowd.sessionsNow()).toBe(0);
  });
});

describe('a table that does not answer', () => {
  it('keeps nobody from being logged out', { timeout: 60_000 }, async () => {
    const crowd = createCrowd({ clusters: 1, vcenters: 1, functions: 1, workers: 1, lab: LAB });
    const job = await crowd.type('/vmotion status cluster-0');
    const turn = await takeTurn(crowd.parts, job, new Date(crowd.clock.now().getTime() + 130_000));
    if (turn.kind !== 'taken') throw new Error(turn.kind);
    const trouble = new OpsError('table-failed', 'The job table did not answer.', { retry: 'later', remedy: 'Wait.' });
    crowd.parts.store.slots.save = async () => Promise.reject(trouble);
    const use = turn.vsphere.withSession('vc-0', `vmotion-ops-${job.id}-0`, async () => undefined);
    await expect(use).rejects.toBe(trouble);
    await turn.leave();
    expect(crowd.sessionsNow()).toBe(0);
  });
});
