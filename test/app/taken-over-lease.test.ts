// A worker that died at the wrong moment may leave the cluster to a job that has long ended.
import { expect, it } from 'vitest';
import { createWorld } from '../support/world.ts';

const HOUR_MS = 3_600_000;

it('the next change takes the cluster from a job that has ended', async () => {
  const world = createWorld();
  const { leases } = world.parts.store;
  const first = await world.type('status cluster-a');
  if (first.kind !== 'queued') throw new Error('not queued');
  await world.settle();
  expect(await world.job(first.job.id)).toMatchObject({ state: 'done' });
  const now = world.clock.now();
  const until = new Date(now.getTime() + HOUR_MS);
  await leases.acquire({ cluster: 'cluster-a', jobId: first.job.id, holder: 'dead', now, until });
  const second = await world.type('enable cluster-a');
  if (second.kind !== 'queued') throw new Error('not queued');
  await world.settle();
  await world.press({ jobId: second.job.id, decision: 'approve', user: 'U0BOB' });
  await world.settle();
  expect(await world.job(second.job.id)).toMatchObject({ state: 'done' });
  expect(world.clock.now().getTime()).toBeLessThan(until.getTime());
  expect((await leases.find('cluster-a'))?.jobId ?? '').toBe('');
});
