// An enable or a repair of one host: planned with all of them, changed alone, proven against those that are there.
import { expect, it } from 'vitest';
import { createWorld, type World } from '../support/world.ts';

const adapters = async (world: World, cluster: string) => {
  const { hosts } = await world.read(cluster);
  return hosts.map((host) => host.network?.vmks.filter((vmk) => vmk.netstack === 'vmotion') ?? []);
};

it('gives one host the very address that it would get together with all others', async () => {
  const alone = createWorld();
  const together = createWorld();
  expect(
    (await alone.run('/vmotion enable cluster-l3 --host esx13')).hosts.filter((host) => host.outcome === 'kept'),
  ).toMatchObject([{ name: 'esx13.lab.local' }]);
  await together.run('/vmotion enable cluster-l3');
  const [one, all] = [await adapters(alone, 'cluster-l3'), await adapters(together, 'cluster-l3')];
  expect(one.map((vmks) => vmks.length)).toEqual([0, 0, 1, 0]);
  expect(one[2]?.[0]?.ipv4).toEqual(all[2]?.[0]?.ipv4);
});

it('leaves the others as they are, and pings those that are on the stack', async () => {
  const world = createWorld();
  await world.run('/vmotion enable cluster-a --host esx01');
  const job = await world.run('/vmotion enable cluster-a --host esx02');
  expect(job).toMatchObject({ state: 'done', onlyHost: 'esx02' });
  expect(job.hosts.map(({ name, outcome }) => [name.split('.')[0], outcome])).toEqual([
    ['esx01', 'in-place'],
    ['esx02', 'kept'],
    ['esx03', 'untouched'],
    ['esx04', 'untouched'],
  ]);
  // Two adapters on two hosts, each with its own kind, both ways.
  expect(job.matrix).toMatchObject({ unexpected: 0, ok: 4 });
});

it('is put back when the new network of the one host does not reach those that are there', async () => {
  const world = createWorld();
  await world.run('/vmotion enable cluster-a --host esx01');
  world.lab.setScenario('one-way', true);
  const job = await world.run('/vmotion enable cluster-a --host esx02');
  expect(job.state).toBe('rolled-back');
  expect((await adapters(world, 'cluster-a')).map((vmks) => vmks.length)).toEqual([2, 0, 0, 0]);
});

it('refuses a host that the cluster has not', async () => {
  const world = createWorld();
  const job = await world.run('/vmotion enable cluster-a --host esx99');
  expect(job).toMatchObject({ state: 'invalid', failure: { code: 'host-not-found' } });
});

it('proposes the host that may have been meant, in a command that works', async () => {
  const world = createWorld();
  const job = await world.run('/vmotion enable cluster-a --host exs02 --reason "new rack"');
  expect(job.failure).toMatchObject({
    what: 'cluster-a has no host exs02. Did you mean "esx02.lab.local"?',
    remedy: '/vmotion enable cluster-a --host esx02.lab.local --reason "new rack"',
  });
  expect((await world.run(job.failure?.remedy ?? '')).state).toBe('done');
});
