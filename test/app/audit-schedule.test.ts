// Audits by the clock: when they start, and what the channel hears of them.
import { describe, expect, it } from 'vitest';
import { createTick } from '../../shared/app/tick.ts';
import type { Job } from '../../shared/domain/job.ts';
import { createWorld, type World } from '../support/world.ts';

const HOUR = 3_600_000;
const HOST = 'esx03.lab.local';

type Scheduled = World & { tick(): Promise<void>; audits(): Promise<Job[]>; posts(): number };

/** cluster-a is audited each hour; no rule mends what is found. */
function createScheduled(): Scheduled {
  const world = createWorld({
    settings: (settings) => {
      delete settings.alarms;
      const cluster = settings.clusters['cluster-a'];
      if (cluster !== undefined) cluster.audit = { everyMinutes: 60 };
    },
  });
  const { tick } = createTick(world.parts);
  return {
    ...world,
    async tick() {
      await tick();
      await world.settle();
    },
    async audits() {
      const jobs = await world.parts.store.jobs.listByCluster('cluster-a', 100);
      return jobs.filter(({ kind }) => kind === 'audit').reverse();
    },
    posts: () => world.chat.messages().length,
  };
}

describe('an audit by schedule', () => {
  it('starts once in its time however often the clock ticks, and again in the next', async () => {
    const world = createScheduled();
    for (let minute = 0; minute < 3; minute += 1) await world.tick();
    expect((await world.audits()).length).toBe(1);
    await world.clock.advance(HOUR);
    for (let minute = 0; minute < 3; minute += 1) await world.tick();
    expect((await world.audits()).map(({ requestedBy }) => requestedBy)).toEqual(['schedule', 'schedule']);
    expect(await world.parts.store.jobs.listByCluster('cluster-l3', 10)).toEqual([]);
  });

  it('posts what differs from the profile once, then nothing until something changes', async () => {
    const world = createScheduled();
    await world.tick();
    expect(world.posts()).toBe(1);
    await world.clock.advance(HOUR);
    await world.tick();
    await world.tick();
    const [first, second] = await world.audits();
    expect([first?.isQuiet, second?.isQuiet, world.posts()]).toEqual([undefined, true, 1]);
    // Nothing is owed: the clock has nothing left to remind of.
    expect(second?.settledAt).toBeDefined();
    await world.clock.advance(HOUR);
    world.lab.changes.breakHost('mtu-changed', HOST);
    await world.tick();
    expect((await world.audits()).at(-1)).toMatchObject({ state: 'done', isQuiet: undefined });
    expect((await world.audits()).at(-1)?.audit?.drifts[0]).toMatchObject({ kind: 'changed', host: HOST });
    expect(world.posts()).toBe(2);
  });

  it('is quiet about the product, however much that has changed', async () => {
    const world = createScheduled();
    await world.run('enable cluster-a');
    const before = world.posts();
    await world.tick();
    await world.clock.advance(HOUR);
    await world.tick();
    expect((await world.audits()).map(({ state, isQuiet }) => [state, isQuiet])).toEqual([
      ['in-place', true],
      ['in-place', true],
    ]);
    expect(world.posts()).toBe(before);
  });

  it('waits until nobody changes the cluster any more', async () => {
    const world = createScheduled();
    const { leases } = world.parts.store;
    const reply = await world.type('enable cluster-a');
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.settle();
    const now = world.clock.now();
    const until = new Date(now.getTime() + HOUR);
    await leases.acquire({ cluster: 'cluster-a', jobId: reply.job.id, holder: 'slice', now, until });
    await world.tick();
    expect(await world.audits()).toEqual([]);
    await leases.release('cluster-a', reply.job.id);
    await world.tick();
    expect((await world.audits()).length).toBe(1);
  });

  it('tells of a failure once, as long as it is the same one', async () => {
    const world = createScheduled();
    const read = world.parts.settings.clusters['cluster-a'];
    if (read === undefined) throw new Error('no such cluster');
    const { path } = read;
    read.path = '/DC1/host/nowhere';
    for (let hour = 0; hour < 3; hour += 1) {
      await world.tick();
      await world.clock.advance(HOUR);
    }
    const failed = await world.audits();
    expect(failed.map(({ state, isQuiet }) => [state, isQuiet])).toEqual([
      ['invalid', undefined],
      ['invalid', true],
      ['invalid', true],
    ]);
    expect(world.posts()).toBe(1);
    read.path = path;
    await world.tick();
    expect((await world.audits()).at(-1)?.state).toBe('done');
  });

  it('leaves no trace in the history where it had nothing to tell', async () => {
    const world = createScheduled();
    await world.tick();
    await world.clock.advance(HOUR);
    await world.tick();
    const reply = await world.type('history cluster-a');
    if (reply.kind !== 'history') throw new Error('no history');
    expect(reply.jobs.map(({ isQuiet }) => isQuiet)).toEqual([undefined]);
  });
});
