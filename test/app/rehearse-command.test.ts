// What is said before a command is sent is what is said when it is, and saying it leaves nothing behind.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createEdgeUseCases } from '../../shared/app/edge-use-cases.ts';
import { parseConfigFile } from '../../shared/contracts/config-file.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { Store } from '../../shared/ports.ts';
import { aJob } from '../ports/rows.ts';
import { createMemoryQueue } from '../support/memory-queue.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createMemoryMembership } from '../support/memory-views.ts';

const CONFIG = fileURLToPath(new URL('../../infra/lab/vmotion.yaml', import.meta.url));
const settings = parseConfigFile(readFileSync(CONFIG, 'utf8'), CONFIG, () => '');
const NOW = new Date('2026-11-21T10:00:00.000Z');
const BOB = { user: 'U0BOB', channel: 'C0VSPHERE' };

function aPlace() {
  const logged: string[] = [];
  const store = createMemoryStore();
  const queue = createMemoryQueue();
  const parts = {
    settings,
    store,
    queue,
    clock: { now: () => NOW, elapsedMs: () => 0, sleep: async () => undefined },
    ids: { next: (length: number) => 'abcdef0123456789'.slice(0, length) },
    sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
    log: createJsonLog((line) => logged.push(line)),
    groups: { members: async () => [] },
    installations: { read: async () => ({ teams: ['T0LAB'] }) },
    membership: createMemoryMembership({ U0BOB: ['C0VSPHERE', 'C0OTHER'], U0ANN: ['C0VSPHERE'], U0EVE: ['C0OTHER'] }),
  };
  return { store, queue, logged, useCases: createEdgeUseCases(parts) };
}

const rowsOf = async (store: Store) => ({
  jobs: await store.jobs.listByCluster('cluster-a', 100),
  freezes: await store.freezes.list(),
  chains: await store.auditLog.chains(),
  subscriptions: await store.subscriptions.list('cluster-a'),
});

describe('a rehearsal', () => {
  it.each([
    'enable cluster-a',
    'plan enable cluster-a',
    'test cluster-a',
    'enable cluster-x',
    'revert cluster-a',
    'freeze cluster-a --reason "quarter end"',
    'subscribe cluster-a alarms',
    'trial cluster-a --vm web01 --from esx1 --to esx1',
  ])('of "%s" answers as the command does, and leaves nothing behind', async (text) => {
    const { store, queue, useCases } = aPlace();
    const before = await rowsOf(store);
    const rehearsed = await useCases.rehearsal.command({ ...BOB, text });
    expect(await rowsOf(store)).toEqual(before);
    expect([queue.takeJob(), queue.takeNotice()]).toEqual([undefined, undefined]);
    const real = await useCases.receiveCommand({ ...BOB, text, requestId: 'r1' });
    expect(real.kind).toBe(rehearsed.kind);
    if (real.kind === 'refused') expect(rehearsed).toEqual(real);
  });

  it('says that a cluster is busy, and with what', async () => {
    const { store, useCases } = aPlace();
    await store.jobs.create(aJob({ id: 'j-000001', cluster: 'cluster-a', state: 'applying' }));
    const times = { now: NOW, until: new Date(NOW.getTime() + 60_000) };
    await store.leases.acquire({ cluster: 'cluster-a', jobId: 'j-000001', holder: 'slice', ...times });
    const reply = await useCases.rehearsal.command({ ...BOB, text: 'enable cluster-a' });
    expect(reply).toMatchObject({ kind: 'refused', code: 'cluster-busy', what: expect.stringContaining('j-000001') });
  });

  it('says who may not', async () => {
    const { useCases } = aPlace();
    const reply = await useCases.rehearsal.command({ user: 'U0EVE', channel: 'C0VSPHERE', text: 'enable cluster-a' });
    expect(reply).toMatchObject({ kind: 'refused', code: 'denied' });
  });
});

const waiting = (over: object = {}) =>
  aJob({
    id: 'j-000002',
    cluster: 'cluster-a',
    state: 'awaiting-approval',
    requestedBy: 'U0ANN',
    approval: {
      digest: 'd'.repeat(64),
      required: 1,
      requestedBy: 'U0ANN',
      expiresAt: '2026-11-21T12:00:00.000Z',
      approvedBy: [],
    },
    ...over,
  });

describe('the Home', () => {
  it('shows each cluster once, to those who are in its channel', async () => {
    const { useCases } = aPlace();
    const { clusters } = await useCases.home.readHome('U0BOB');
    expect(clusters.map((one) => one.cluster)).toEqual(Object.keys(settings.clusters));
    expect((await useCases.home.readHome('U0EVE')).clusters).toEqual([]);
    expect((await useCases.home.readHome('U0NOBODY')).clusters).toEqual([]);
  });

  it('shows a waiting plan to those who could approve it, and leaves it as it is', async () => {
    const { store, useCases, logged } = aPlace();
    await store.jobs.create(waiting());
    expect((await useCases.home.readHome('U0BOB')).pending.map((job) => job.id)).toEqual(['j-000002']);
    // Nobody has approved it, so no line may say that it has moved.
    expect(logged.filter((line) => line.includes('job-moved'))).toEqual([]);
    expect((await useCases.home.readHome('U0ANN')).pending).toEqual([]);
    expect((await store.jobs.find('j-000002'))?.approval?.approvedBy).toEqual([]);
  });

  it('no longer shows a plan that the person has approved, or that has expired', async () => {
    const { store, useCases } = aPlace();
    const { approval } = waiting();
    const approvedBy = [{ user: 'U0BOB', at: NOW.toISOString() }];
    await store.jobs.create(waiting({ approval: { ...approval!, required: 2, approvedBy } }));
    await store.jobs.create(waiting({ id: 'j-000003', approval: { ...approval!, expiresAt: NOW.toISOString() } }));
    expect((await useCases.home.readHome('U0BOB')).pending).toEqual([]);
  });

  it('shows what runs, and who has the cluster', async () => {
    const { store, useCases } = aPlace();
    await store.jobs.create(aJob({ id: 'j-000001', cluster: 'cluster-a', state: 'applying' }));
    const times = { now: NOW, until: new Date(NOW.getTime() + 60_000) };
    await store.leases.acquire({ cluster: 'cluster-a', jobId: 'j-000001', holder: 'slice', ...times });
    const home = await useCases.home.readHome('U0BOB');
    expect(home.running.map((job) => job.id)).toEqual(['j-000001']);
    expect(home.clusters[0]?.heldBy?.id).toBe('j-000001');
  });

  it('shows what waits and what is paused, however many quiet audits came after it', async () => {
    const { store, useCases } = aPlace();
    await store.jobs.create(waiting({ createdAt: '2026-11-21T08:00:00.000Z' }));
    await store.jobs.create(aJob({ id: 'j-000001', state: 'paused', createdAt: '2026-11-21T08:00:01.000Z' }));
    for (let index = 0; index < 120; index += 1) {
      const createdAt = new Date(NOW.getTime() - 3_600_000 + index * 1_000).toISOString();
      const id = `j-1${String(index).padStart(5, '0')}`;
      await store.jobs.create(
        aJob({ id, kind: 'audit', state: 'in-place', isQuiet: true, createdAt, settledAt: createdAt }),
      );
    }
    const { pending, running } = await useCases.home.readHome('U0BOB');
    expect([pending, running].map((jobs) => jobs.map(({ id }) => id))).toEqual([['j-000002'], ['j-000001']]);
  });

  it('shows a job to nobody who is not in its channel', async () => {
    const { store, useCases } = aPlace();
    await store.jobs.create(waiting());
    expect((await useCases.home.readJob('U0BOB', 'j-000002')).reply.kind).toBe('job');
    const { reply, channel } = await useCases.home.readJob('U0EVE', 'j-000002');
    expect(reply).toMatchObject({ kind: 'refused' });
    expect(channel).toBe('');
    expect((await useCases.home.readJob('U0BOB', 'j-999999')).reply).toMatchObject({ kind: 'refused' });
  });
});

describe('suggestions', () => {
  it('are of the clusters, hosts and jobs of the channel, and of no other', async () => {
    const { store, useCases } = aPlace();
    const hosts = ['esx10', 'esx2', 'ESX1'].map((name) => ({ ...aJob().hosts[0]!, name, moref: name }));
    await store.jobs.create(aJob({ id: 'j-000001', cluster: 'cluster-a', hosts }));
    const ask = useCases.suggest;
    const channel = 'C0VSPHERE';
    expect(await ask({ about: 'clusters', typed: 'L3', channel })).toEqual({ kind: 'names', names: ['cluster-l3'] });
    const about = 'hosts' as const;
    const found = await ask({ about, typed: 'esx', channel, cluster: 'cluster-a' });
    expect(found).toEqual({ kind: 'names', names: ['ESX1', 'esx2', 'esx10'] });
    expect(await ask({ about, typed: '', channel: 'C0OTHER', cluster: 'cluster-a' })).toEqual({
      kind: 'names',
      names: [],
    });
    expect(await ask({ about: 'jobs', typed: '0001', channel })).toMatchObject({ jobs: [{ id: 'j-000001' }] });
    expect(await ask({ about: 'jobs', typed: '', channel: 'C0OTHER' })).toEqual({ kind: 'jobs', jobs: [] });
  });
});
