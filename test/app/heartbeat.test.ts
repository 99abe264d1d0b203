import { describe, expect, it } from 'vitest';
import { withHeartbeat } from '../../shared/app/heartbeat.ts';
import type { MoveJob } from '../../shared/app/move-job.ts';
import { createTick } from '../../shared/app/tick.ts';
import type { Job } from '../../shared/domain/job.ts';
import { createJsonLog } from '../../shared/log.ts';
import { aJob } from '../support/builders.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createWorld, SLICE_MS, type World, type WorldOptions } from '../support/world.ts';

const SECOND = 1_000;

/** A job of cluster-a, approved, whose slices have not begun. */
async function approved(options: WorldOptions): Promise<{ world: World; id: string }> {
  const world = createWorld(options);
  const reply = await world.type('enable cluster-a');
  if (reply.kind !== 'queued') throw new Error('not queued');
  await world.settle();
  await world.press({ jobId: reply.job.id, decision: 'approve', user: 'U0BOB' });
  return { world, id: reply.job.id };
}

describe('a slice at work', () => {
  it('shows a sign of life at least each 30 seconds while one call lasts, without a notice for it', async () => {
    const seen: { at: number; sign: number; version: number }[] = [];
    let world: World | undefined;
    let isSlow = true;
    const place = await approved({
      hooks: {
        async before(call) {
          if (call.operation !== 'AddVirtualNic' || !isSlow || world === undefined) return;
          isSlow = false;
          const [job] = await world.parts.store.jobs.listByCluster('cluster-a', 1);
          while (world.queue.takeNotice() !== undefined);
          for (let second = 0; second < 90; second += 1) {
            await world.clock.sleep(SECOND);
            const now = await world.job(job?.id ?? '');
            const sign = Date.parse(now.heartbeatAt ?? now.updatedAt);
            seen.push({ at: world.clock.now().getTime(), sign, version: now.version });
          }
          expect(world.queue.peekNotices()).toEqual([]);
        },
      },
    });
    world = place.world;
    await world.settle();
    expect(seen).toHaveLength(90);
    for (const { at, sign } of seen) expect(at - sign).toBeLessThanOrEqual(30 * SECOND);
    // Three or four writes in a minute and a half, not one a second.
    const writes = new Set(seen.map(({ version }) => version)).size;
    expect(writes).toBeLessThanOrEqual(6);
    expect(await world.job(place.id)).toMatchObject({ state: 'done' });
  });

  it('that dies is shown as stalled after two minutes, though its lease still holds, and recovers by itself', async () => {
    const { world, id } = await approved({});
    const { tick } = createTick(world.parts);
    const message = world.queue.takeJob();
    if (message === undefined) throw new Error('no message');
    // The slice that has the cluster is dead: it holds its lease, and nothing else of it is left.
    const until = new Date(world.clock.now().getTime() + 10 * 60 * SECOND);
    const lease = { cluster: 'cluster-a', jobId: id, holder: 'dead', now: world.clock.now(), until };
    expect(await world.parts.store.leases.acquire(lease)).toMatchObject({ kind: 'acquired' });
    await world.clock.advance(119 * SECOND);
    await tick();
    expect((await world.job(id)).stalledSince).toBeUndefined();
    await world.clock.advance(2 * SECOND);
    await tick();
    expect((await world.job(id)).stalledSince).toBeDefined();
    // A message meanwhile would only use up its deliveries.
    expect(world.queue.peekJobs()).toEqual([]);
    await world.clock.advance(10 * 60 * SECOND);
    await tick();
    await world.settle();
    expect(await world.job(id)).toMatchObject({ state: 'done', stalledSince: undefined });
  });

  it('leaves nothing behind that keeps time or a process busy', async () => {
    const { world } = await approved({});
    const message = world.queue.takeJob();
    if (message === undefined) throw new Error('no message');
    await createRunSlice(world.parts)(message, new Date(world.clock.now().getTime() + SLICE_MS));
    const over = world.clock.now().getTime();
    await world.clock.advance(0);
    expect(world.clock.now().getTime()).toBe(over);
  });

  it('survives a table that does not answer its heartbeat', async () => {
    const { world, id } = await approved({
      latency: 'lan',
      hooks: { before: (call) => (call.operation === 'AddVirtualNic' ? sleepOnce() : undefined) },
    });
    let isAsleep = false;
    async function sleepOnce(): Promise<void> {
      if (isAsleep) return;
      isAsleep = true;
      const { find } = world.parts.store.jobs;
      world.parts.store.jobs.find = async () => Promise.reject(new Error('throttled'));
      await world.clock.sleep(25 * SECOND);
      world.parts.store.jobs.find = find;
    }
    await world.settle();
    expect(world.logLines.some((line) => line.includes('heartbeat-failed'))).toBe(true);
    expect(await world.job(id)).toMatchObject({ state: 'done' });
  });
});

describe('the heart of a slice', () => {
  const at = async (events: { state: Job['state']; atMs: number }[], was: Job['state'], ms: number) => {
    const clock = createVirtualClock();
    const since = clock.now().getTime();
    const beats: number[] = [];
    const lines: string[] = [];
    const job = aJob({ state: was });
    const moveJob: MoveJob = async (_, event) => {
      expect(event).toEqual({ kind: 'heartbeat' });
      const passed = clock.now().getTime() - since;
      beats.push(passed);
      const state = events.findLast(({ atMs }) => atMs <= passed)?.state ?? was;
      return { job: { ...job, state }, decision: { kind: 'ignored', why: 'already' } };
    };
    const isOver = await withHeartbeat(
      { clock, log: createJsonLog((line) => lines.push(line)) },
      { moveJob, job },
      async (heart) => {
        await clock.sleep(ms);
        return heart.isOver();
      },
    );
    await clock.advance(60_000);
    return { beats, isOver };
  };

  it('beats each ten seconds, and no more once the work is over', async () => {
    expect(await at([], 'applying', 35_000)).toEqual({ beats: [10_000, 20_000, 30_000], isOver: false });
    expect((await at([], 'applying', 9_000)).beats).toEqual([]);
  });

  it.each<{ was: Job['state']; now: Job['state']; isOver: boolean }>([
    { was: 'verifying', now: 'aborted', isOver: true },
    { was: 'verifying', now: 'applying', isOver: true },
    { was: 'verifying', now: 'verifying', isOver: false },
    { was: 'applying', now: 'aborted', isOver: true },
    { was: 'applying', now: 'paused', isOver: false },
    { was: 'approved', now: 'applying', isOver: false },
  ])('hears that a job which was $was is $now', async ({ was, now, isOver }) => {
    expect((await at([{ state: now, atMs: 0 }], was, 15_000)).isOver).toBe(isOver);
  });

  it('hears what was said last', async () => {
    const events = [
      { state: 'applying' as const, atMs: 0 },
      { state: 'verifying' as const, atMs: 15_000 },
    ];
    expect((await at(events, 'verifying', 25_000)).isOver).toBe(false);
  });

  it('stops when the work fails, which is what is told', async () => {
    const clock = createVirtualClock();
    let beats = 0;
    const moveJob: MoveJob = async () => {
      beats += 1;
      throw new Error('the table is away');
    };
    const log = createJsonLog(() => undefined);
    const work = withHeartbeat({ clock, log }, { moveJob, job: aJob() }, async () => {
      await clock.sleep(25_000);
      throw new Error('the work failed');
    });
    await expect(work).rejects.toThrow('the work failed');
    await clock.advance(60_000);
    expect(beats).toBe(2);
  });
});
