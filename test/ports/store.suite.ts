// What every implementation of the store does alike: run against memory and against the table.
import { describe, expect, it } from 'vitest';
import { type AuditEntry, sealEntry } from '../../shared/domain/audit-entry.ts';
import type { Freeze } from '../../shared/domain/freeze.ts';
import type { AuditSnapshot } from '../../shared/domain/drift.ts';
import type { DeadLetter } from '../../shared/domain/dead-letter.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Cell } from '../../shared/domain/matrix.ts';
import type { Lease, Store } from '../../shared/ports.ts';
import { createRandom } from '../support/random.ts';
import { aHostRecord, aJob } from './rows.ts';

/** `count` entries of one chain, each sealed after the one before. */
function chainOf(chain: string, count: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const draft = {
      chain,
      key: `key${seq}`,
      at: at(seq % 60),
      actor: 'U1',
      action: 'requested' as const,
      detail: { seq },
    };
    entries.push(sealEntry(draft, entries.at(-1), String));
  }
  return entries;
}

/** `open` gives a store with nothing in it. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name}: freezes`, () => {
    const freeze = (id: string): Freeze => ({ id, scope: 'all', channel: 'C1', reason: 'x', by: 'U1', at: at(0) });

    it('are kept and replaced, each by itself', async () => {
      const { freezes } = await open();
      expect(await freezes.list()).toEqual([]);
      await freezes.put(freeze('f-2'));
      await freezes.put({ ...freeze('f-1'), until: at(9) });
      await freezes.put({ ...freeze('f-2'), reason: 'y' });
      expect(await freezes.list()).toEqual([
        { ...freeze('f-1'), until: at(9) },
        { ...freeze('f-2'), reason: 'y' },
      ]);
    });
  });

  describe(`${name}: user groups`, () => {
    it('are kept as they were read last', async () => {
      const { groups } = await open();
      expect(await groups.find('S1')).toBeUndefined();
      await groups.put({ group: 'S1', members: ['U1', 'U2'], readAt: at(0) });
      await groups.put({ group: 'S1', members: [], readAt: at(1) });
      await groups.put({ group: 'S2', members: ['U1'], readAt: at(0) });
      expect(await groups.find('S1')).toEqual({ group: 'S1', members: [], readAt: at(1) });
    });
  });

  describe(`${name}: where the app is installed`, () => {
    it('is kept as it was read last', async () => {
      const { installation } = await open();
      expect(await installation.find()).toBeUndefined();
      await installation.put({ teams: ['T1'], readAt: at(0) });
      await installation.put({ teams: ['T1', 'T2'], organisation: 'E1', readAt: at(1) });
      expect(await installation.find()).toEqual({ teams: ['T1', 'T2'], organisation: 'E1', readAt: at(1) });
    });
  });

  describe(`${name}: the audit log`, () => {
    it('gives back each chain in its order, page by page, and its end', async () => {
      const { auditLog } = await open();
      const entries = chainOf('a', 12);
      for (const entry of entries) expect(await auditLog.add(entry)).toBe(true);
      await auditLog.add(chainOf('b', 1)[0] as AuditEntry);
      expect(await auditLog.list('a', 0, 100)).toEqual(entries);
      expect(await auditLog.list('a', 3, 5)).toEqual(entries.slice(3, 8));
      expect(await auditLog.last('a')).toEqual(entries.at(-1));
      expect(await auditLog.last('nobody')).toBeUndefined();
      expect(await auditLog.chains()).toEqual(['a', 'b']);
    });

    it('takes each number once, and keeps the first', async () => {
      const { auditLog } = await open();
      const [first] = chainOf('a', 1) as [AuditEntry];
      await auditLog.add(first);
      expect(await auditLog.add({ ...first, actor: 'U2' })).toBe(false);
      expect(await auditLog.list('a', 0, 10)).toEqual([first]);
    });

    it('lets exactly one of many writers have a number', async () => {
      const { auditLog } = await open();
      const [first] = chainOf('a', 1) as [AuditEntry];
      const writers = Array.from({ length: 10 }, (_, index) => auditLog.add({ ...first, actor: `U${index}` }));
      expect((await Promise.all(writers)).filter(Boolean)).toHaveLength(1);
    });
  });

  describe(`${name}: dead letters`, () => {
    const letter = (id: string, minute: number): DeadLetter => ({
      id,
      queue: 'jobs',
      content: { kind: 'job', jobId: 'j-1', cluster: 'cluster-a', cursor: 3 },
      body: '{"jobId":"j-1"}',
      why: 'vCenter did not answer.',
      at: at(minute),
      receives: 3,
    });

    it('are found by their id and listed by their age', async () => {
      const { deadLetters } = await open();
      expect(await deadLetters.list()).toEqual([]);
      await deadLetters.put(letter('d-2', 9));
      await deadLetters.put({ ...letter('d-9', 5), queue: 'notices', content: { kind: 'unreadable' } });
      const ofCard = { kind: 'card', card: 'a-1', version: 2 } as const;
      await deadLetters.put({ ...letter('d-4', 7), queue: 'cards', content: ofCard });
      expect(await deadLetters.find('d-2')).toEqual(letter('d-2', 9));
      expect(await deadLetters.find('d-3')).toBeUndefined();
      expect((await deadLetters.list()).map(({ id, queue }) => [id, queue])).toEqual([
        ['d-9', 'notices'],
        ['d-4', 'cards'],
        ['d-2', 'jobs'],
      ]);
    });

    it('are replaced by their newer state', async () => {
      const { deadLetters } = await open();
      await deadLetters.put(letter('d-2', 9));
      const redriven = { ...letter('d-2', 9), redriven: { by: 'U1', at: at(10) } };
      await deadLetters.put(redriven);
      expect(await deadLetters.list()).toEqual([redriven]);
    });
  });

  describe(`${name}: jobs`, () => {
    it('gives back what was written, whatever becomes of what it gave before', async () => {
      const { jobs } = await open();
      const job = aJob();
      expect(await jobs.create(job)).toBe(true);
      job.hosts.push({ name: 'late', moref: 'host-9', outcome: 'pending', steps: 0, stepsDone: 0 });
      const first = await jobs.find(job.id);
      expect(first).toEqual(aJob());
      tryTo(() => first?.hosts.splice(0));
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
      await baselines.remove(baseline);
      expect(await baselines.list('cluster-a')).toEqual([]);
      expect(await baselines.list('cluster-b')).toHaveLength(1);
      await baselines.remove(baseline);
    });

    it('take the place of what their own job stored with an older version of the record, and of nothing else', async () => {
      const { baselines } = await open();
      const rowOf = (jobId: string, version: number) => {
        const record = { ...aHostRecord(), jobId, version };
        return { cluster: 'cluster-a', host: 'host-1', name: 'esx1', jobId, at: at(version), record };
      };
      const after = async (row: ReturnType<typeof rowOf>) => {
        await baselines.putNewer(row);
        return baselines.list('cluster-a');
      };
      expect(await after(rowOf('job1', 2))).toEqual([rowOf('job1', 2)]);
      for (const other of [rowOf('job1', 1), { ...rowOf('job1', 2), at: 'later' }, rowOf('job2', 9)])
        expect(await after(other)).toEqual([rowOf('job1', 2)]);
      expect(await after(rowOf('job1', 3))).toEqual([rowOf('job1', 3)]);
    });

    it('are removed only as they were read', async () => {
      const { baselines } = await open();
      const record = aHostRecord();
      const row = { cluster: 'cluster-a', host: 'host-1', name: 'esx1', jobId: 'job1', at: at(1), record };
      await baselines.putIfAbsent(row);
      for (const other of [
        { ...row, record: { ...record, version: 9 } },
        { ...row, jobId: 'job2' },
      ]) {
        await baselines.remove(other);
        expect(await baselines.list('cluster-a')).toEqual([row]);
      }
    });
  });

  describe(`${name}: audits`, () => {
    const snapshot = (reported: string): AuditSnapshot => ({
      at: at(1),
      eventKey: 17,
      hosts: [{ name: 'esx01', moref: 'host-1', fields: { 'vmk2 MTU': '9000', 'vmk2 address': '172.16.1.51/24' } }],
      reported,
    });

    it('keep the newest state of each cluster', async () => {
      const { audits } = await open();
      expect(await audits.find('cluster-a')).toBeUndefined();
      const first = { cluster: 'cluster-a', jobId: 'j-000001', now: snapshot('one') };
      const second = { ...first, jobId: 'j-000002', now: snapshot('two'), before: { ...first.now, same: ['host-2'] } };
      await audits.put(first);
      await audits.put(second);
      expect(await audits.find('cluster-a')).toEqual(second);
      expect(await audits.find('cluster-b')).toBeUndefined();
    });

    it('hold a cluster of 512 hosts', async () => {
      const { audits } = await open();
      // As many fields as six adapters on two switches have; a third of the values are like no others.
      const random = createRandom(7);
      const fieldsOf = (host: number) =>
        Object.fromEntries(
          Array.from({ length: 75 }, (_, index) => [
            `vmk${index % 6} field ${index}`,
            index % 3 === 0 ? `00:50:56:${random.below(2 ** 24).toString(16)}` : `172.16.${index}.${host % 250}/24`,
          ]),
        );
      const hosts = Array.from({ length: 512 }, (_, index) => ({
        name: `esx${index}`,
        moref: `host-${index}`,
        fields: fieldsOf(index),
      }));
      const now = { ...snapshot(''), hosts };
      await audits.put({ cluster: 'large', jobId: 'j-000001', now, before: { ...now, hosts: [], same: [] } });
      expect((await audits.find('large'))?.now.hosts).toEqual(hosts);
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
    it('keeps what was written by whoever had read the last', async () => {
      const { notices } = await open();
      expect(await notices.find('job1')).toBeUndefined();
      const notice = { jobId: 'job1', channel: 'C1', ts: '1.2', shownVersion: 3, shownAt: at(1) };
      await notices.put({ ...notice, shownVersion: 2 });
      const read = await notices.find('job1');
      expect(read).toEqual({ ...notice, shownVersion: 2, seq: 1 });
      await notices.put({ ...notice, seq: read?.seq });
      expect(await notices.find('job1')).toEqual({ ...notice, seq: 2 });
      // Whoever has not read that stands before a wall.
      await expect(notices.put({ ...notice, shownVersion: 1, seq: 1 })).rejects.toMatchObject({
        code: 'write-conflict',
      });
      await expect(notices.put({ ...notice, shownVersion: 1 })).rejects.toMatchObject({ code: 'write-conflict' });
      expect(await notices.find('job1')).toEqual({ ...notice, seq: 2 });
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

/** A store may also give what nobody can change. */
function tryTo(change: () => unknown): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

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
