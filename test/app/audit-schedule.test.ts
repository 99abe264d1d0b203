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

describe('audits of two hundred clusters', () => {
  const MINUTE = 60_000;
  /** Twice what they ask for: 200 an hour. */
  const STARTS_MAX = 7;

  async function createMany() {
    const world = createWorld({
      settings: (settings) => {
        delete settings.alarms;
        const { 'cluster-a': cluster } = settings.clusters;
        if (cluster === undefined) throw new Error('no such cluster');
        const names = Array.from({ length: 200 }, (_, number) => `cluster-${number}`);
        const copies = names.map((name) => [name, { ...cluster, name, audit: { everyMinutes: 60 } }]);
        settings.clusters = Object.fromEntries(copies);
      },
    });
    const { tick } = createTick(world.parts);
    const { audits, jobs } = world.parts.store;
    const names = Object.keys(world.parts.settings.clusters);
    const done = new Set<string>();
    return {
      names,
      /** What a worker would do with those that were started. Answers the clusters. */
      async minute() {
        await world.clock.advance(MINUTE);
        await tick();
        const open = (await jobs.listOpen()).filter(({ id }) => !done.has(id));
        for (const job of open) {
          done.add(job.id);
          const ended = { ...job, state: 'in-place' as const, settledAt: job.createdAt, version: job.version + 1 };
          await jobs.save(ended);
          const now = { at: world.clock.now().toISOString(), eventKey: 0, hosts: [], reported: '' };
          await audits.put({ cluster: job.cluster, jobId: job.id, now });
        }
        return open.map(({ cluster }) => cluster);
      },
    };
  }

  it('are started a few at a time where all are due at once, until each has had its own', async () => {
    const world = await createMany();
    const minutes: string[][] = [];
    for (let minute = 0; minute < 40; minute += 1) minutes.push(await world.minute());
    expect(Math.max(...minutes.map((started) => started.length))).toBe(STARTS_MAX);
    expect(new Set(minutes.flat())).toEqual(new Set(world.names));
  });

  it('are spread over their time from then on, and none is left out', async () => {
    const world = await createMany();
    for (let minute = 0; minute < 120; minute += 1) await world.minute();
    const minutes: string[][] = [];
    for (let minute = 0; minute < 60; minute += 1) minutes.push(await world.minute());
    expect(Math.max(...minutes.map((started) => started.length))).toBeLessThanOrEqual(STARTS_MAX);
    expect(minutes.filter((started) => started.length > 0).length).toBeGreaterThan(40);
    expect(minutes.flat().toSorted()).toEqual(world.names.toSorted());
  });
});

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
