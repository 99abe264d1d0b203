// A worker that died at the wrong moment may leave the cluster to a job that has long ended.
import { expect, it } from 'vitest';
import { createTick } from '../../shared/app/tick.ts';
import { createWorld, type World } from '../support/world.ts';

const HOUR_MS = 3_600_000;

/** The lease of a job that has ended, taken by a worker that died right after. */
async function takenByTheDead(world: World): Promise<string> {
  const asked = await world.type('status cluster-a');
  if (asked.kind !== 'queued') throw new Error('not queued');
  await world.settle();
  const { id } = asked.job;
  expect(await world.job(id)).toMatchObject({ state: 'done' });
  const now = world.clock.now();
  const until = new Date(now.getTime() + HOUR_MS);
  await world.parts.store.leases.acquire({ cluster: 'cluster-a', jobId: id, holder: 'dead', now, until });
  return id;
}

it('the clock frees the cluster of a job of which nothing is left to do', async () => {
  const world = createWorld();
  const { leases } = world.parts.store;
  const tick = createTick(world.parts);
  const id = await takenByTheDead(world);
  await tick.tick();
  await world.settle();
  await tick.tick();
  expect(await world.job(id)).toMatchObject({ settledAt: expect.any(String) });
  const now = world.clock.now();
  await leases.acquire({
    cluster: 'cluster-a',
    jobId: id,
    holder: 'dead',
    now,
    until: new Date(now.getTime() + HOUR_MS),
  });
  await tick.tick();
  expect(await leases.find('cluster-a')).toBeUndefined();
});

it('the clock leaves the cluster to a job that is at work', async () => {
  const world = createWorld();
  const { leases } = world.parts.store;
  const asked = await world.type('enable cluster-a');
  if (asked.kind !== 'queued') throw new Error('not queued');
  const now = world.clock.now();
  const until = new Date(now.getTime() + HOUR_MS);
  await leases.acquire({ cluster: 'cluster-a', jobId: asked.job.id, holder: 'alive', now, until });
  await createTick(world.parts).tick();
  expect((await leases.find('cluster-a'))?.jobId).toBe(asked.job.id);
});

it('the next change takes the cluster from a job that has ended', async () => {
  const world = createWorld();
  const { leases } = world.parts.store;
  await takenByTheDead(world);
  const until = new Date(world.clock.now().getTime() + HOUR_MS);
  const second = await world.type('enable cluster-a');
  if (second.kind !== 'queued') throw new Error('not queued');
  await world.settle();
  await world.press({ jobId: second.job.id, decision: 'approve', user: 'U0BOB' });
  await world.settle();
  expect(await world.job(second.job.id)).toMatchObject({ state: 'done' });
  expect(world.clock.now().getTime()).toBeLessThan(until.getTime());
  expect((await leases.find('cluster-a'))?.jobId ?? '').toBe('');
});
