// What every implementation of the store does alike: run against memory and against the table.
import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/domain/job.ts';
import type { Cell } from '../../shared/domain/matrix.ts';
import type { Lease, Store } from '../../shared/ports.ts';
import { aHostRecord, aJob } from './rows.ts';

/** `open` gives a store with nothing in it. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name}: jobs`, () => {
    it('gives back what was written, and copies of it', async () => {
      const { jobs } = await open();
      const job = aJob();
      expect(await jobs.create(job)).toBe(true);
      job.hosts.push({ name: 'late', moref: 'host-9', outcome: 'pending', steps: 0, stepsDone: 0 });
      const first = await jobs.find(job.id);
      expect(first).toEqual(aJob());
      first?.hosts.splice(0);
      expect(await jobs.find(job.id)).toEqual(aJob());
    });

    it('creates an id once, and keeps the first', async () => {
      const { jobs } = await open();
      await jobs.create(aJob());
      expect(await jobs.create(aJob({ requestedBy: 'U2' }))).toBe(false);
      expect((await jobs.find('job1'))?.requestedBy).toBe('U1');
    });

    it('finds nothing under an unknown id', async () => {
      const { jobs } = await open();
      expect(await jobs.find('nobody')).toBeUndefined();
    });

    it('refuses a write that was not made from the current version', async () => {
      const { jobs } = await open();
      await jobs.create(aJob({ version: 1 }));
      await jobs.save(aJob({ version: 2, state: 'planning' }));
      const late = jobs.save(aJob({ version: 2, state: 'applying' }));
      await expect(late).rejects.toMatchObject({ code: 'write-conflict', retry: 'later' });
      expect((await jobs.find('job1'))?.state).toBe('planning');
    });

    it('refuses to save a job that was never created', async () => {
      const { jobs } = await open();
      await expect(jobs.save(aJob({ version: 1 }))).rejects.toMatchObject({ code: 'write-conflict' });
    });

    it('lets exactly one of many writers of the same version win', async () => {
      const { jobs } = await open();
      await jobs.create(aJob({ version: 1 }));
      const writers = Array.from({ length: 10 }, (_, index) =>
        jobs.save(aJob({ version: 2, requestedBy: `U${index}` })),
      );
      const outcomes = await Promise.allSettled(writers);
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    });

    it('lists the jobs of one cluster, newest first, up to the limit', async () => {
      const { jobs } = await open();
      for (const minute of [3, 1, 2]) await jobs.create(aJob({ id: `a${minute}`, createdAt: at(minute) }));
      await jobs.create(aJob({ id: 'other', cluster: 'cluster-b' }));
      expect(ids(await jobs.listByCluster('cluster-a', 10))).toEqual(['a3', 'a2', 'a1']);
      expect(ids(await jobs.listByCluster('cluster-a', 2))).toEqual(['a3', 'a2']);
      expect(await jobs.listByCluster('cluster-c', 2)).toEqual([]);
    });

    it('lists as open every job that is not settled, the oldest first', async () => {
      const { jobs } = await open();
      await jobs.create(aJob({ id: 'untold', state: 'done', createdAt: at(2) }));
      await jobs.create(aJob({ id: 'runs', state: 'applying', createdAt: at(1) }));
      await jobs.create(aJob({ id: 'ends', state: 'verifying', createdAt: at(3) }));
      await jobs.save(aJob({ id: 'ends', state: 'done', version: 2, createdAt: at(3), settledAt: at(4) }));
      expect(ids(await jobs.listOpen())).toEqual(['runs', 'untold']);
    });

    it('keeps a job of five hundred hosts whole', async () => {
      const { jobs } = await open();
      const hosts = Array.from({ length: 500 }, (_, index) => ({
        name: `esx${index}.lab.example`,
        moref: `host-${index}`,
        outcome: 'pending' as const,
        steps: 6,
        stepsDone: 0,
        digest: 'd'.repeat(64),
        note: 'A sentence about what will happen to this host, as long as such sentences are.',
      }));
      await jobs.create(aJob({ hosts }));
      expect((await jobs.find('job1'))?.hosts).toEqual(hosts);
    });
  });

  describe(`${name}: host records`, () => {
    it('replaces a plan that nobody has begun to apply', async () => {
      const { records } = await open();
      await records.put(aHostRecord({ digest: 'one' }));
      await records.put(aHostRecord({ digest: 'two' }));
      expect((await records.find('job1', 'host-1'))?.digest).toBe('two');
    });

    it('never replaces a record that is being applied', async () => {
      const { records } = await open();
      await records.put(aHostRecord({ version: 1 }));
      await records.save(aHostRecord({ version: 2, phase: 'applying' }));
      await expect(records.put(aHostRecord())).rejects.toMatchObject({ code: 'write-conflict' });
      expect((await records.find('job1', 'host-1'))?.phase).toBe('applying');
    });

    it('refuses a write that was not made from the current version', async () => {
      const { records } = await open();
      await records.put(aHostRecord({ version: 1 }));
      await records.save(aHostRecord({ version: 2 }));
      await expect(records.save(aHostRecord({ version: 2, digest: 'x' }))).rejects.toMatchObject({
        code: 'write-conflict',
      });
    });

    it('lists the records of one job by the hosts’ references', async () => {
      const { records } = await open();
      for (const moref of ['host-3', 'host-1', 'host-2']) await records.put(aHostRecord({}, moref));
      await records.put(aHostRecord({ jobId: 'job2' }, 'host-4'));
      const listed = await records.list('job1');
      expect(listed.map((record) => record.host.moref.value)).toEqual(['host-1', 'host-2', 'host-3']);
      expect(await records.find('job1', 'host-4')).toBeUndefined();
    });

    it('keeps a record with two thousand port groups whole', async () => {
      const { records } = await open();
      const record = aHostRecord();
      const portGroups = Array.from({ length: 2000 }, (_, index) => ({
        name: `VM network of tenant ${index}`,
        switchName: 'vSwitch1',
        vlanId: index % 4094,
        uplinks: { active: ['vmnic2', 'vmnic3'], standby: [] },
        overridesUplinks: true,
        teaming: 'loadbalance_srcid',
      }));
      const network = { ...record.observed!, portGroups };
      await records.put({ ...record, observed: network, before: network });
      expect(await records.find('job1', 'host-1')).toEqual({ ...record, observed: network, before: network });
    });
  });

  describe(`${name}: baselines`, () => {
    it('keeps the older one until it is removed', async () => {
      const { baselines } = await open();
      const record = aHostRecord();
      const baseline = { cluster: 'cluster-a', host: 'host-1', name: 'esx1', jobId: 'job1', at: at(1), record };
      await baselines.putIfAbsent(baseline);
      await baselines.putIfAbsent({ ...baseline, jobId: 'job2', at: at(2) });
      await baselines.putIfAbsent({ ...baseline, cluster: 'cluster-b' });
      expect(await baselines.list('cluster-a')).toEqual([baseline]);
      await baselines.remove('cluster-a', 'host-1');
      expect(await baselines.list('cluster-a')).toEqual([]);
      expect(await baselines.list('cluster-b')).toHaveLength(1);
    });
  });

  describe(`${name}: matrix`, () => {
    it('replaces one source’s cells and lists all by source', async () => {
      const { matrix } = await open();
      await matrix.putRow('job1', 'esx2', [aCell('esx2', 'lost')]);
      await matrix.putRow('job1', 'esx1', [aCell('esx1', 'lost')]);
      await matrix.putRow('job1', 'esx2', [aCell('esx2', 'not-tested'), aCell('esx2', 'lost')]);
      await matrix.putRow('job2', 'esx3', [aCell('esx3', 'lost')]);
      expect(await matrix.list('job1')).toEqual([
        aCell('esx1', 'lost'),
        aCell('esx2', 'not-tested'),
        aCell('esx2', 'lost'),
      ]);
    });
  });

  describeLeases(name, open);

  describe(`${name}: once`, () => {
    it('claims a key once, until its time is over', async () => {
      const { once } = await open();
      const now = new Date(at(0));
      expect(await once.claim('trigger', now, 600)).toBe(true);
      expect(await once.claim('trigger', now, 600)).toBe(false);
      expect(await once.claim('another', now, 600)).toBe(true);
      expect(await once.claim('trigger', new Date(at(9)), 600)).toBe(false);
      expect(await once.claim('trigger', new Date(at(10)), 600)).toBe(true);
    });

    it('lets exactly one of many claims win', async () => {
      const { once } = await open();
      const claims = Array.from({ length: 10 }, () => once.claim('trigger', new Date(at(0)), 600));
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    });
  });

  describe(`${name}: notices`, () => {
    it('keeps the last one written', async () => {
      const { notices } = await open();
      expect(await notices.find('job1')).toBeUndefined();
      const notice = { jobId: 'job1', channel: 'C1', ts: '1.2', shownVersion: 3, shownAt: at(1) };
      await notices.put({ ...notice, shownVersion: 2 });
      await notices.put(notice);
      expect(await notices.find('job1')).toEqual(notice);
    });
  });
}

function describeLeases(name: string, open: () => Promise<Store>): void {
  const want = (over: Partial<{ jobId: string; holder: string; now: Date; until: Date }> = {}) => ({
    cluster: 'cluster-a',
    jobId: 'job1',
    holder: 'slice1',
    now: new Date(at(0)),
    until: new Date(at(4)),
    ...over,
  });

  async function acquire(store: Store, over: Parameters<typeof want>[0] = {}): Promise<Lease> {
    const answer = await store.leases.acquire(want(over));
    expect(answer.kind).toBe('acquired');
    return answer.lease;
  }

  describe(`${name}: leases`, () => {
    it('takes a free cluster, with a fence that grows by one each time', async () => {
      const store = await open();
      expect((await acquire(store)).fence).toBe(1);
      await store.leases.release('cluster-a', 'job1');
      expect((await acquire(store, { jobId: 'job2' })).fence).toBe(2);
    });

    it('says who has it, to another job, even after the slice’s time is over', async () => {
      const store = await open();
      const lease = await acquire(store);
      expect(await store.leases.acquire(want({ jobId: 'job2' }))).toEqual({ kind: 'held', lease });
      const later = await store.leases.acquire(want({ jobId: 'job2', now: new Date(at(60)), until: new Date(at(64)) }));
      expect(later).toEqual({ kind: 'held', lease });
    });

    it('says held to another slice of the same job until the first one’s time is over', async () => {
      const store = await open();
      const lease = await acquire(store);
      expect(await store.leases.acquire(want({ holder: 'slice2' }))).toEqual({ kind: 'held', lease });
      const taken = await acquire(store, { holder: 'slice2', now: new Date(at(4)), until: new Date(at(8)) });
      expect(taken).toMatchObject({ holder: 'slice2', fence: 2 });
    });

    it('gives the same slice its lease again under a new fence', async () => {
      const store = await open();
      await acquire(store);
      expect((await acquire(store)).fence).toBe(2);
    });

    it('goes to the job’s next slice at once after a yield, and to no other job', async () => {
      const store = await open();
      await store.leases.yield(await acquire(store));
      const other = await store.leases.acquire(want({ jobId: 'job2' }));
      expect(other).toMatchObject({ kind: 'held', lease: { jobId: 'job1', holder: '' } });
      expect((await acquire(store, { holder: 'slice2' })).fence).toBe(2);
    });

    it('ignores the yield of a slice that lost the lease', async () => {
      const store = await open();
      const first = await acquire(store);
      await acquire(store, { holder: 'slice2', now: new Date(at(5)), until: new Date(at(9)) });
      await store.leases.yield(first);
      expect(await store.leases.find('cluster-a')).toMatchObject({ holder: 'slice2' });
    });

    it('is prolonged by its holder', async () => {
      const store = await open();
      const lease = await acquire(store);
      await store.leases.renew(lease, new Date(at(9)));
      expect(await store.leases.find('cluster-a')).toEqual({ ...lease, expiresAt: at(9) });
    });

    it('refuses to prolong a lease that has moved on', async () => {
      const store = await open();
      const lease = await acquire(store);
      await acquire(store, { holder: 'slice2', now: new Date(at(5)), until: new Date(at(9)) });
      await expect(store.leases.renew(lease, new Date(at(9)))).rejects.toMatchObject({ code: 'lease-lost' });
    });

    it('refuses to prolong a lease that was released, yielded or never taken', async () => {
      const store = await open();
      const lease = await acquire(store);
      await store.leases.yield(lease);
      await expect(store.leases.renew(lease, new Date(at(9)))).rejects.toMatchObject({ code: 'lease-lost' });
      await store.leases.release('cluster-a', 'job1');
      await expect(store.leases.renew(lease, new Date(at(9)))).rejects.toMatchObject({ code: 'lease-lost' });
      const never = { ...lease, cluster: 'cluster-b' };
      await expect(store.leases.renew(never, new Date(at(9)))).rejects.toMatchObject({ code: 'lease-lost' });
    });

    it('is released only by the job that has it', async () => {
      const store = await open();
      const lease = await acquire(store);
      await store.leases.release('cluster-a', 'job2');
      await store.leases.release('cluster-b', 'job2');
      expect(await store.leases.find('cluster-a')).toEqual(lease);
      await store.leases.release('cluster-a', 'job1');
      expect(await store.leases.find('cluster-a')).toBeUndefined();
    });

    it('goes to exactly one of many who want it at once', async () => {
      const store = await open();
      const wants = Array.from({ length: 20 }, (_, index) => store.leases.acquire(want({ jobId: `job${index}` })));
      const answers = await Promise.all(wants);
      expect(answers.filter((answer) => answer.kind === 'acquired')).toHaveLength(1);
    });
  });
}

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 8, minute)).toISOString();
const ids = (jobs: Job[]) => jobs.map((job) => job.id);

function aCell(host: string, kind: 'lost' | 'not-tested'): Cell {
  const from = {
    host,
    device: 'vmk1',
    address: '172.16.1.11',
    prefixLength: 24,
    netstack: 'vmotion',
    mtuBytes: 9000,
    island: 1,
  };
  return { from, to: { ...from, address: '172.16.1.12' }, expected: 'reachable', result: { kind } };
}
