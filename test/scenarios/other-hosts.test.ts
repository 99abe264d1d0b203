// A reference is not a host: what a revert does where vCenter no longer calls the same machine by the same one.
import { expect, it } from 'vitest';
import { allHosts } from '../../infra/lab/vcenter/model.ts';
import { createWorld, type World } from '../support/world.ts';

const writes = (world: World) =>
  world.lab.calls().filter((call) => /^(Add|Update|Remove|Select|Deselect)/.test(call.operation)).length;

async function changed() {
  const world = createWorld();
  const job = await world.run('enable cluster-a');
  const [summary] = job.hosts;
  const host = allHosts(world.lab.model).find((one) => one.moref.value === summary?.moref);
  if (host === undefined) throw new Error('no host');
  return { world, job, host, name: host.name };
}

it('refuses to give a host the network of another one that had its reference', async () => {
  const { world, job, host, name } = await changed();
  host.name = 'esx-of-another-vcenter';
  const before = writes(world);
  for (const command of ['revert cluster-a', `revert ${job.id}`]) {
    const reverted = await world.run(command);
    expect(reverted).toMatchObject({ state: 'invalid', failure: { code: 'host-not-the-same' } });
    expect(reverted.failure?.what).toContain(name);
    expect(reverted.failure?.what).toContain('esx-of-another-vcenter');
    expect(reverted.failure?.remedy).toContain('by hand');
  }
  expect(writes(world)).toBe(before);
});

it('gives a host an image of its own where another one had its reference, and reverts to that', async () => {
  const { world, host, name } = await changed();
  const { baselines } = world.parts.store;
  const own = async () => (await baselines.list('cluster-a')).find((one) => one.host === host.moref.value);
  const image = await own();
  if (image === undefined) throw new Error('no baseline');
  expect(await world.run('revert cluster-a')).toMatchObject({ state: 'done' });
  // Of a machine that another vCenter had under this reference.
  await baselines.putIfAbsent({ ...image, name: 'esx-of-another-vcenter' });
  const before = structuredClone(host.network.vmks);
  expect(await world.run('enable cluster-a')).toMatchObject({ state: 'done' });
  expect((await own())?.name).toBe(name);
  expect(await world.run('revert cluster-a')).toMatchObject({ state: 'done' });
  expect(host.network.vmks.map(({ ipv4 }) => ipv4)).toEqual(before.map(({ ipv4 }) => ipv4));
  expect(world.logLines.join('')).toContain('baseline-dropped');
});

it('says that a host which was removed and added again is left out, and reverts the others', async () => {
  const { world, host, name } = await changed();
  const { baselines } = world.parts.store;
  const own = (await baselines.list('cluster-a')).find((one) => one.host === host.moref.value);
  if (own === undefined) throw new Error('no baseline');
  // As if the host had been changed under another reference than it has now.
  await baselines.remove(own);
  await baselines.putIfAbsent({ ...own, host: 'host-9001' });
  const reverted = await world.run('revert cluster-a');
  expect(reverted).toMatchObject({ failure: undefined, state: 'partial' });
  const found = reverted.plan?.findings.find((one) => one.code === 'host-left-out');
  expect(found).toMatchObject({ severity: 'warning', host: name });
  expect(found?.message).toContain(host.moref.value);
  expect(reverted.hosts.filter((one) => one.outcome === 'put-back')).toHaveLength(3);
});
