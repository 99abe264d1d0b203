import { describe, expect, it } from 'vitest';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import type { Cluster, HostNetwork } from '../../shared/domain/inventory.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import { differences } from '../../shared/domain/network-fields.ts';
import { ANN, BOB, createWorld, SLICE_MS, type World } from '../support/world.ts';

const networksOf = (cluster: Cluster): HostNetwork[] =>
  cluster.hosts.map((host) => {
    if (host.network === undefined) throw new Error(`${host.name} gives no network`);
    return host.network;
  });
const outcomes = async (world: World, id: string) => (await world.job(id)).hosts.map((host) => host.outcome);
const writes = (world: World) =>
  world.lab.calls().filter((call) => /^(Add|Update|Remove|Select|Deselect)/.test(call.operation)).length;

describe.each(['cluster-a', 'cluster-l3'])('%s', (cluster) => {
  it('is enabled, tested and reverted to what it was, field by field', async () => {
    const world = createWorld();
    const before = networksOf(await world.read(cluster));
    const enabled = await world.run(`enable ${cluster}`);
    expect(enabled).toMatchObject({ state: 'done', hosts: Array.from({ length: 4 }, () => ({ outcome: 'kept' })) });
    expect(enabled.matrix).toMatchObject({ failed: 0, unexpected: 0 });
    expect(enabled.matrix?.pairs).toBeGreaterThan(0);
    for (const network of networksOf(await world.read(cluster))) {
      expect(network.netstacks.find((stack) => stack.key === 'vmotion')?.isLive).toBe(true);
    }
    expect(await world.run(`test ${cluster}`)).toMatchObject({ state: 'done', matrix: { unexpected: 0 } });
    expect(await world.run(`revert ${cluster}`)).toMatchObject({ state: 'done' });
    const after = networksOf(await world.read(cluster));
    expect(after.map((network, index) => differences(before[index] ?? network, network))).toEqual([[], [], [], []]);
    expect(after).toEqual(before);
    expect(world.lab.sessions()).toBe(0);
  });

  it('is left alone by a second enable, which says so', async () => {
    const world = createWorld();
    await world.run(`enable ${cluster}`);
    const before = writes(world);
    expect(await world.run(`enable ${cluster}`)).toMatchObject({ state: 'in-place' });
    expect(writes(world)).toBe(before);
  });

  it('puts the failing host back and leaves the others as reported', async () => {
    const world = createWorld({ scenarios: ['fails-midway'] });
    const before = await world.read(cluster);
    const job = await world.run(`enable ${cluster}`);
    expect(job.state).toBe('rolled-back');
    const after = await world.read(cluster);
    const stood = job.hosts.map((host) => host.outcome);
    expect(stood).toContain('put-back');
    for (const [index, host] of job.hosts.entries()) {
      const [then, now] = [before.hosts[index]?.network, after.hosts[index]?.network];
      if (host.outcome === 'kept') expect(now?.vmks.some((vmk) => vmk.netstack === 'vmotion')).toBe(true);
      else expect(now).toEqual(then);
    }
    expect(job.failure?.what).toContain(job.hosts.find((host) => host.outcome === 'put-back')?.name);
  });

  it('names the path and the MTU that passes when a path is not jumbo, and keeps nothing unproven', async () => {
    const world = createWorld({ scenarios: ['mtu-hole'] });
    const job = await world.run(`enable ${cluster}`);
    expect(job.state).toBe('rolled-back');
    expect(job.matrix?.verdict.join(' ')).toContain('1500 bytes');
    expect(await outcomes(world, job.id)).toContain('put-back');
  });

  it('goes on where sessions expire, one host is slow, or runtime information is late', async () => {
    const world = createWorld({ scenarios: ['session-expires', 'slow-host'], switches: { runtimeLagReads: 3 } });
    expect(await world.run(`enable ${cluster}`)).toMatchObject({ state: 'done' });
    expect(await world.run(`revert ${cluster}`)).toMatchObject({ state: 'done' });
  });

  it('changes the hosts it can reach and says which it could not', async () => {
    const world = createWorld({ scenarios: ['host-down'] });
    const job = await world.run(`enable ${cluster}`);
    expect(job.state).toBe('partial');
    expect(job.hosts.filter((host) => host.outcome === 'skipped')).toHaveLength(1);
    expect(job.hosts.filter((host) => host.outcome === 'kept')).toHaveLength(3);
  });
});

it('stops before a host whose address already answers', async () => {
  const world = createWorld({ scenarios: ['duplicate-ip'] });
  const job = await world.run('enable cluster-a');
  expect(job).toMatchObject({ state: 'partial', failure: { code: 'address-answers' } });
  expect(job.hosts.map((host) => host.outcome)).toContain('untouched');
});

it('puts a host back whose gateway does not answer', async () => {
  const world = createWorld({ scenarios: ['gateway-missing'] });
  const job = await world.run('enable cluster-l3');
  expect(job).toMatchObject({ state: 'rolled-back', failure: { code: 'gate-failed' } });
  expect(`${job.failure?.what} ${job.failure?.why}`).toMatch(/gateway/);
});

it('carries out an approved revert though the stack that it would wait for has fallen asleep meanwhile', async () => {
  const world = createWorld({ clusters: ['cluster-a'], hosts: 2 });
  await world.run('enable cluster-a');
  const [host] = world.lab.model.clusters[0]?.hosts ?? [];
  const stack = host?.network.netstacks.find(({ key }) => key === 'vmotion');
  if (host === undefined || stack === undefined) throw new Error('no stack');
  // Somebody has taken the adapters away by hand, and the kernel has not let go of the stack yet.
  host.network.vmks = host.network.vmks.filter(({ netstack }) => netstack !== 'vmotion');
  Object.assign(stack, { state: 'deactivating', deactivatingReadsLeft: 1000 });
  const reply = await world.type('revert cluster-a');
  if (reply.kind !== 'queued') throw new Error('not queued');
  await world.settle();
  const records = await world.parts.store.records.list(reply.job.id);
  expect(records.map(({ plan }) => plan.steps.filter(({ kind }) => kind === 'await-dormant').length)).toEqual([1, 1]);
  Object.assign(stack, { state: 'dormant', deactivatingReadsLeft: 0 });
  await world.press({ jobId: reply.job.id, decision: 'approve', user: BOB });
  await world.settle();
  expect(await world.job(reply.job.id)).toMatchObject({ state: 'done' });
});

it('makes an approved plan stale when a planned field changes, and names the field', async () => {
  const world = createWorld();
  const reply = await world.type('enable cluster-a');
  await world.settle();
  if (reply.kind !== 'queued') throw new Error('not queued');
  const host = [...world.lab.model.clusters].find((cluster) => cluster.name === 'cluster-a')?.hosts[1];
  const vmk = host?.network.vmks.find((one) => one.device === 'vmk1');
  if (vmk === undefined) throw new Error('no vmk1');
  vmk.mtuBytes = 1500;
  const calls = writes(world);
  await world.press({ jobId: reply.job.id, decision: 'approve', user: BOB });
  await world.settle();
  const job = await world.job(reply.job.id);
  expect(job).toMatchObject({ state: 'stale', failure: { what: expect.stringContaining('vmk1 MTU 9000 -> 1500') } });
  expect(job.hosts[1]?.outcome).toBe('untouched');
  expect(writes(world)).toBeGreaterThan(calls);
});

it('carries out no plan but the approved one where two workers planned, and the slower one stored its own last', async () => {
  const world = createWorld();
  const reply = await world.type('enable cluster-a');
  if (reply.kind !== 'queued') throw new Error('not queued');
  const vmk = world.lab.model.clusters[0]?.hosts[0]?.network.vmks.find((one) => one.device === 'vmk1');
  const message = world.queue.takeJob();
  if (vmk === undefined || message === undefined) throw new Error('no vmk1, or no message');
  const planOnce = async () => createRunSlice(world.parts)(message, new Date(world.clock.now().getTime() + SLICE_MS));
  const { records } = world.parts.store;
  const { put } = records;
  records.put = async (record) => {
    records.put = put;
    // The slower one has read the host; the faster one reads, and is done, before that one stores anything.
    vmk.mtuBytes = 9000;
    await planOnce();
    return put(record);
  };
  vmk.mtuBytes = 1500;
  await planOnce();
  vmk.mtuBytes = 1500;
  await world.press({ jobId: reply.job.id, decision: 'approve', user: BOB });
  await world.settle();
  expect(await world.job(reply.job.id)).toMatchObject({
    state: 'stale',
    failure: { what: expect.stringContaining('esx01.lab.local was planned twice') },
  });
  expect(writes(world)).toBe(0);
});

it('does not start what its own requester approves', async () => {
  const world = createWorld();
  const reply = await world.type('enable cluster-a');
  await world.settle();
  if (reply.kind !== 'queued') throw new Error('not queued');
  expect(await world.press({ jobId: reply.job.id, decision: 'approve', user: ANN })).toMatchObject({
    kind: 'refused',
    exitCode: 3,
  });
  expect((await world.job(reply.job.id)).state).toBe('awaiting-approval');
});

it('runs a plan made by "plan" only after approval and apply', async () => {
  const world = createWorld();
  const reply = await world.type('plan cluster-a');
  await world.settle();
  if (reply.kind !== 'queued') throw new Error('not queued');
  const { id } = reply.job;
  expect((await world.job(id)).state).toBe('planned');
  expect(await world.type(`apply ${id}`)).toMatchObject({ kind: 'refused', code: 'not-approved' });
  expect(await world.type(`approve ${id}`, BOB)).toMatchObject({ kind: 'decided', remaining: 0 });
  expect(await world.type(`apply ${id}`)).toMatchObject({ kind: 'decided', decision: 'applied' });
  await world.settle();
  expect((await world.job(id)).state).toBe('done');
});

it('stores the before-image before the first write, and what vCenter answers afterwards', async () => {
  const world = createWorld();
  const before = networksOf(await world.read('cluster-a'));
  const job = await world.run('enable cluster-a');
  const records = await world.parts.store.records.list(job.id);
  const byName = (a: HostRecord, b: HostRecord) => (a.host.name < b.host.name ? -1 : 1);
  expect(records.toSorted(byName).map((record) => record.before)).toEqual(before);
  expect(records.toSorted(byName).map((record) => record.after)).toEqual(networksOf(await world.read('cluster-a')));
});

it('shows in the channel what the row says, in one message a job', async () => {
  const world = createWorld();
  await world.run('enable cluster-a');
  expect(world.chat.messages()).toHaveLength(1);
  expect(world.chat.messages()[0]?.text).toMatch(/^OK/);
});
