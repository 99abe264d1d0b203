// One round of the clock over the jobs there are: what is late, what was lost, and what an end still owes.
import { describe, expect, it } from 'vitest';
import { createTick } from '../../shared/app/tick.ts';
import { mayRemind } from '../../shared/app/may-remind.ts';
import type { Job, JobState } from '../../shared/domain/job.ts';
import type { HostPhase } from '../../shared/domain/record.ts';
import { aJob } from '../support/builders.ts';
import { createWavePlace, nameOf, type WavePlace } from '../support/wave-place.ts';

const SECOND = 1000;
const HELD = {
  cluster: { type: 'ClusterComputeResource', value: 'domain-c1' },
  was: 'fullyAutomated',
  isReleased: false,
} as const;

async function aPlace(job: Partial<Job> = {}): Promise<WavePlace> {
  const place = await createWavePlace({ job: { state: 'applying', cursor: 3, ...job } });
  return place;
}
const tick = async (place: WavePlace, seconds = 0) => {
  await place.clock.advance(seconds * SECOND);
  await createTick(place.parts).tick();
};
const told = (place: WavePlace, version: number, toldVersion?: number) =>
  place.parts.store.notices.put({
    jobId: 'j-000001',
    channel: 'C0VSPHERE',
    ts: '1.0',
    shownVersion: version,
    shownAt: place.clock.now().toISOString(),
    toldVersion,
  });
const lease = (place: WavePlace) => place.parts.store.leases.find('cluster-a');
const take = (place: WavePlace, holder: string, seconds: number, jobId = 'j-000001') => {
  const now = place.clock.now();
  const until = new Date(now.getTime() + seconds * SECOND);
  return place.parts.store.leases.acquire({ cluster: 'cluster-a', jobId, holder, now, until });
};

describe('a job that runs', () => {
  it('is shown as stalled once, after two minutes without a sign of life', async () => {
    const place = await aPlace();
    await tick(place, 119);
    expect((await place.job()).stalledSince).toBeUndefined();
    await tick(place, 1);
    const since = (await place.job()).stalledSince;
    expect(since).toBe(place.clock.now().toISOString());
    await tick(place, 60);
    expect((await place.job()).stalledSince).toBe(since);
    expect(place.logs.filter((line) => line.includes('"job-stalled"'))).toHaveLength(1);
  });

  it('gets its message again after 45 seconds of silence, as one that the queue has not seen', async () => {
    const place = await aPlace({ attempt: 2 });
    await tick(place, 44);
    expect(place.queue.peekJobs()).toEqual([]);
    await tick(place, 1);
    expect(place.queue.peekJobs()).toEqual([{ jobId: 'j-000001', cluster: 'cluster-a', cursor: 3, attempt: 3 }]);
    expect(await place.job()).toMatchObject({ attempt: 3, nudged: { count: 1 } });
  });

  it('gets none while a slice has the cluster for it, until that one’s time is over', async () => {
    const place = await aPlace();
    await take(place, 'slice-1', 100);
    await tick(place, 99);
    expect(place.queue.peekJobs()).toEqual([]);
    await tick(place, 1);
    expect(place.queue.peekJobs()).toHaveLength(1);
  });

  it('gets one where the cluster is its own and no slice is at work, or is another job’s', async () => {
    for (const [holder, jobId] of [
      ['', 'j-000001'],
      ['slice-1', 'j-other'],
    ] as const) {
      const place = await aPlace();
      await take(place, holder, 1000, jobId);
      await tick(place, 50);
      expect(place.queue.peekJobs()).toHaveLength(1);
    }
  });

  it.each<JobState>(['paused', 'awaiting-approval', 'planned'])(
    'but waits for people (%s) gets none',
    async (state) => {
      const place = await aPlace({ state });
      await tick(place, 300);
      expect(place.queue.peekJobs()).toEqual([]);
      expect((await place.job()).stalledSince).toBeUndefined();
    },
  );

  it('is shown again where the channel has not got its newest state', async () => {
    const place = await aPlace();
    await told(place, 1);
    await tick(place);
    expect(place.queue.peekNotices()).toEqual([]);
    const behind = await aPlace({ version: 4 });
    await told(behind, 3);
    await tick(behind, 60);
    const attempt = Math.floor(behind.clock.now().getTime() / SECOND);
    expect(behind.queue.peekNotices()[0]).toEqual({ jobId: 'j-000001', version: 4, attempt });
    await tick(behind, 10);
    expect(behind.queue.peekNotices()).toHaveLength(1);
    await tick(behind, 40);
    expect(behind.queue.peekNotices()).toHaveLength(2);
    // Shown, but its thread is not complete.
    const half = await aPlace({ version: 4 });
    await told(half, 4, 3);
    await tick(half, 60);
    expect(half.queue.peekNotices()).not.toEqual([]);
  });
});

describe('an approval', () => {
  it.each<JobState>(['awaiting-approval', 'planned'])('that nobody gave in time (%s) expires', async (state) => {
    const place = await aPlace({ state });
    const at = place.clock.now().getTime();
    const job = await place.job();
    const approval: Job['approval'] = {
      digest: 'd',
      required: 1,
      approvedBy: [],
      requestedBy: job.requestedBy,
      expiresAt: new Date(at + 600 * SECOND).toISOString(),
    };
    await place.parts.store.jobs.save({ ...job, approval, version: job.version + 1 });
    await tick(place, 599);
    expect((await place.job()).state).toBe(state);
    await tick(place, 1);
    expect((await place.job()).state).toBe('expired');
  });
});

describe('a job that has ended', () => {
  it('is settled once it is told: its cluster is free, and its story is in the log', async () => {
    const place = await aPlace({ state: 'rolled-back', endedAt: '2026-01-02T03:04:05.000Z' });
    await take(place, 'dead', 1000);
    await told(place, 1);
    await tick(place);
    expect(await place.job()).toMatchObject({ settledAt: place.clock.now().toISOString() });
    expect(await lease(place)).toBeUndefined();
    expect(JSON.stringify(await place.parts.store.auditLog.list('cluster-a', 0, 99))).toContain('"ended"');
    expect(place.queue.peekNotices()).toEqual([]);
  });

  it('is not settled before it is told', async () => {
    const place = await aPlace({ state: 'rolled-back' });
    await take(place, 'dead', 1000);
    await tick(place, 60);
    expect((await place.job()).settledAt).toBeUndefined();
    expect(await lease(place)).toBeUndefined();
    expect(place.queue.peekNotices()).toHaveLength(1);
  });

  it('and holds DRS has a worker asked for it, and is not settled, told or not', async () => {
    const place = await aPlace({ state: 'rolled-back', endedAt: '2026-01-02T03:04:05.000Z', drs: HELD });
    await told(place, 1);
    await tick(place, 60);
    const attempt = Math.floor(place.clock.now().getTime() / SECOND);
    expect(place.queue.peekJobs()).toEqual([{ jobId: 'j-000001', cluster: 'cluster-a', cursor: 3, attempt }]);
    expect((await place.job()).settledAt).toBeUndefined();
    // Not with each round.
    await tick(place, 10);
    expect(place.queue.peekJobs()).toHaveLength(1);
    await tick(place, 40);
    expect(place.queue.peekJobs()).toHaveLength(2);
    const job = await place.job();
    await place.parts.store.jobs.save({ ...job, drs: { ...HELD, isReleased: true }, version: job.version + 1 });
    await tick(place, 60);
    expect(place.queue.peekJobs()).toHaveLength(2);
  });

  it('and holds DRS is shown all the same', async () => {
    const place = await aPlace({ state: 'rolled-back', drs: HELD });
    await tick(place, 60);
    expect(place.queue.peekNotices()).toHaveLength(1);
  });
});

describe('one job’s trouble', () => {
  it('keeps the clock from no other', async () => {
    const place = await aPlace();
    const other = { id: 'j-000002', requestId: 'r-2', state: 'applying', cluster: 'cluster-b' } as const;
    await place.parts.store.jobs.create(aJob({ ...other }));
    const { find } = place.parts.store.notices;
    place.parts.store.notices.find = async (jobId) => {
      if (jobId === 'j-000001') throw new Error('a row that can not be read');
      return find(jobId);
    };
    await tick(place, 60);
    expect(place.queue.peekJobs().map(({ jobId }) => jobId)).toEqual(['j-000002']);
    expect(place.logs.join('')).toContain('"tick-failed"');
  });

  it('of a row of another version is logged with its code, and the rest is done', async () => {
    const place = await aPlace();
    const { listOpen } = place.parts.store.jobs;
    place.parts.store.jobs.listOpen = async (skip) => {
      skip?.({ code: 'row-invalid', message: 'of version 9' });
      return listOpen(skip);
    };
    await tick(place, 60);
    expect(place.logs.join('')).toContain('of version 9');
    expect(place.queue.peekJobs()).toHaveLength(1);
  });
});

describe('a cluster that is held by a job of which nothing is left', () => {
  it('is freed, and no other cluster waits for one that can not be read', async () => {
    const place = await aPlace({ state: 'done', settledAt: 'then' });
    place.parts.settings.clusters = { 'cluster-0': place.settings, ...place.parts.settings.clusters };
    await take(place, 'dead', 1000);
    const { find } = place.parts.store.leases;
    place.parts.store.leases.find = async (cluster) => {
      if (cluster === 'cluster-0') throw new Error('the table is away');
      return find(cluster);
    };
    await tick(place);
    place.parts.store.leases.find = find;
    expect(await lease(place)).toBeUndefined();
    expect(place.logs.join('')).toContain('"lease-freed"');
    expect(place.logs.join('')).toContain('"tick-failed"');
  });

  it('is no trouble where nobody has it, or a job that is not there', async () => {
    const place = await aPlace();
    await tick(place);
    await take(place, 'dead', 1000, 'j-none');
    await tick(place);
    expect(await lease(place)).toMatchObject({ jobId: 'j-none' });
    expect(place.logs.join('')).not.toContain('"tick-failed"');
  });

  it('stays with a job that still works, or still owes something', async () => {
    for (const job of [{}, { state: 'done' }] as const) {
      const place = await aPlace({ ...job });
      place.parts.store.jobs.listOpen = async () => [];
      await take(place, 'alive', 1000);
      await tick(place);
      expect(await lease(place)).toMatchObject({ jobId: 'j-000001' });
    }
  });
});

describe('a job that is given up', () => {
  const abandon = async (place: WavePlace, message: Partial<{ jobId: string; cursor: number }> = {}) => {
    const about = { jobId: 'j-000001', cluster: 'cluster-a', cursor: 3, attempt: 0, ...message };
    await createTick(place.parts).abandon(about);
    return place.job();
  };
  const trouble = { code: 'vcenter-unreachable', what: 'vCenter is away.', remedy: 'Look.' };

  it('is left alone by a message of another place, and of no job', async () => {
    const place = await aPlace();
    expect((await abandon(place, { cursor: 2 })).state).toBe('applying');
    expect((await abandon(place, { jobId: 'j-none' })).state).toBe('applying');
  });

  it.each<{ phase: HostPhase; note: string | undefined }>([
    { phase: 'applying', note: 'left in the middle of its change' },
    { phase: 'applied', note: 'changed, but not proven by a ping' },
    { phase: 'restoring', note: 'left while it was being put back' },
    { phase: 'needs-hands', note: undefined },
  ])('with a host that is $phase needs hands, which is named', async ({ phase, note }) => {
    const place = await aPlace({ trouble });
    await place.save(2, { phase });
    const job = await abandon(place);
    expect(job).toMatchObject({
      state: 'needs-hands',
      failure: {
        ...trouble,
        why: `The work was given up after several attempts. ${nameOf(2)} may be half way.`,
        remedy: 'Once the cause is mended, put them back: /vmotion revert cluster-a',
      },
    });
    expect(job.hosts.map(({ outcome }) => outcome)).toEqual(['untouched', 'needs-hands', 'untouched', 'untouched']);
    expect(job.hosts[1]?.note).toBe(note);
  });

  it('names all of them', async () => {
    const place = await aPlace();
    for (const number of [2, 3]) await place.save(number, { phase: 'applying' });
    const { failure } = await abandon(place);
    expect(failure).toMatchObject({ code: 'bug', why: expect.stringContaining(`${nameOf(2)}, ${nameOf(3)} may be`) });
  });

  it('leaves a reverted host where its going back left it: on the new stack', async () => {
    const place = await createWavePlace({ job: { state: 'applying', cursor: 3, kind: 'revert' } });
    await place.save(1, { phase: 'restored' });
    const { hosts, state } = await abandon(place);
    expect([hosts[0]?.outcome, state]).toEqual(['kept', 'partial']);
  });

  it('leaves a reverted host as it is that was proven to be back', async () => {
    const place = await createWavePlace({ job: { state: 'applying', cursor: 3, kind: 'revert' } });
    await place.save(1, { phase: 'applied' });
    const job = await place.job();
    const hosts = job.hosts.map((host, index) => (index === 0 ? { ...host, outcome: 'put-back' as const } : host));
    await place.parts.store.jobs.save({ ...job, hosts, version: job.version + 1 });
    expect(await abandon(place)).toMatchObject({ state: 'partial', hosts: [{ outcome: 'put-back' }, {}, {}, {}] });
  });

  it('leaves no image of a host that was announced and never written to, and that of every other one', async () => {
    const place = await aPlace();
    const job = await place.job();
    const hosts = job.hosts.map((host) => ({ ...host, outcome: 'applying' as const }));
    await place.parts.store.jobs.save({ ...job, hosts, version: job.version + 1 });
    await place.save(2, { phase: 'applying' });
    for (const number of [1, 2, 3]) {
      const record = await place.record(number);
      const baseline = {
        cluster: 'cluster-a',
        host: record.host.moref.value,
        name: nameOf(number),
        at: 'then',
        record,
      };
      await place.parts.store.baselines.putIfAbsent({ ...baseline, jobId: number === 3 ? 'j-older' : 'j-000001' });
    }
    const { hosts: after } = await abandon(place);
    expect(after.map(({ outcome }) => outcome)).toEqual(['untouched', 'needs-hands', 'untouched', 'untouched']);
    const left = await place.parts.store.baselines.list('cluster-a');
    expect(left.map(({ name }) => name).toSorted()).toEqual([2, 3].map(nameOf));
    // Should its worker only stand still, it can't say any more that a host is begun, nor go on with one.
    const versions = await Promise.all([1, 2, 3, 4].map(async (number) => (await place.record(number)).version));
    expect(versions).toEqual([2, 3, 2, 2]);
  });

  it('before anything was written is unreachable where vCenter was, and else aborted', async () => {
    const place = await aPlace({ state: 'planning', trouble });
    expect(await abandon(place)).toMatchObject({
      state: 'unreachable',
      failure: { ...trouble, why: 'The work was given up after several attempts.' },
    });
    expect(await abandon(await aPlace({ state: 'planning' }))).toMatchObject({
      state: 'aborted',
      failure: { code: 'bug', what: 'The worker died each time it tried.' },
    });
  });

  it('in its last test is partial, and its records change nothing any more', async () => {
    const place = await aPlace({ state: 'verifying', trouble });
    const job = await place.job();
    const hosts = job.hosts.map((host) => ({ ...host, outcome: 'kept' as const }));
    await place.parts.store.jobs.save({ ...job, hosts, version: job.version + 1 });
    for (const number of [1, 2, 3, 4]) await place.save(number, { phase: 'applying' });
    expect(await abandon(place)).toMatchObject({ state: 'partial', hosts: hosts.map(({ outcome }) => ({ outcome })) });
  });

  it('as a trial whose machine was on its way says to look for it', async () => {
    const request = { vm: 'app-a-01', from: 'esx01', to: 'esx02', isReturning: true };
    const there = { state: 'begun', at: 'then' } as never;
    const on = async (trial: Job['trial']) => abandon(await aPlace({ kind: 'trial', trial, trouble }));
    expect(await on({ request, there })).toMatchObject({
      state: 'needs-hands',
      failure: {
        why: expect.stringContaining('app-a-01 may be on either host'),
        remedy: 'Look in vCenter where app-a-01 runs.',
      },
    });
    expect(await on({ request })).toMatchObject({ state: 'unreachable' });
  });
});

describe('a reminder', () => {
  it('comes each round at first, and with longer pauses the longer it is owed, by the newest of its times', async () => {
    const place = await aPlace();
    const since = place.clock.now().toISOString();
    const may = (owedSince: (string | undefined)[]) => mayRemind(place.parts, { of: 'x', owedSince });
    expect([await may([since]), await may([since])]).toEqual([true, false]);
    await place.clock.advance(50 * SECOND);
    expect(await may([undefined, since])).toBe(true);
    await place.clock.advance(3600 * SECOND);
    expect(await may([since, undefined])).toBe(true);
    await place.clock.advance(299 * SECOND);
    expect(await may([since])).toBe(false);
    await place.clock.advance(SECOND);
    expect(await may([since, place.clock.now().toISOString()])).toBe(true);
    await place.clock.advance(50 * SECOND);
    expect(await may([place.clock.now().toISOString()])).toBe(true);
  });
});
