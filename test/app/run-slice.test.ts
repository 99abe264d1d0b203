// One slice of a job: what the row says is to be done, by whom it may be done now, and what stays behind.
import { describe, expect, it } from 'vitest';
import { createMoveJob } from '../../shared/app/move-job.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { takeTurn } from '../../shared/app/vcenter-turn.ts';
import type { ClusterSettings } from '../../shared/domain/settings.ts';
import type { Job, JobKind } from '../../shared/domain/job.ts';
import { aHost, aJob, aProfile } from '../support/builders.ts';
import { onDistributed } from '../domain/network-shapes.ts';
import { createWavePlace, fault, nameOf, type WaveOptions, type WavePlace } from '../support/wave-place.ts';

const HOLD = { rollout: { canary: 1, wave: 9, pingGateway: false, holdDrs: true } };
const HELD = {
  cluster: { type: 'ClusterComputeResource', value: 'domain-c1' },
  was: 'fullyAutomated',
  isReleased: false,
} as const;

const at = (place: WavePlace, ms: number) => new Date(place.clock.now().getTime() + ms);
/** The slice that the newest message asks for. */
async function run(place: WavePlace, cursor?: number) {
  const job = await place.job();
  const message = { jobId: job.id, cluster: job.cluster, cursor: cursor ?? job.cursor, attempt: job.attempt };
  return createRunSlice(place.parts)(message, at(place, 120_000));
}
const lease = (place: WavePlace) => place.parts.store.leases.find('cluster-a');
const rowIs = async (place: WavePlace, change: Partial<Job>) => {
  const job = await place.job();
  await place.parts.store.jobs.save({ ...job, ...change, version: job.version + 1 });
};

describe('a message', () => {
  it('whose cursor is not the row’s any more, or whose job has ended, does nothing', async () => {
    const place = await createWavePlace();
    expect(await run(place, 1)).toBe('dropped');
    await rowIs(place, { state: 'done' });
    expect(await run(place)).toBe('dropped');
    expect([place.sessions, place.writes]).toEqual([[], []]);
  });

  it('of a job that is not there does nothing', async () => {
    const place = await createWavePlace();
    const message = { jobId: 'j-none', cluster: 'cluster-a', cursor: 0, attempt: 0 };
    expect(await createRunSlice(place.parts)(message, at(place, 120_000))).toBe('dropped');
  });

  it.each(['awaiting-approval', 'planned', 'paused'] as const)(
    'that comes while people decide (%s) does nothing, and takes no turn at vCenter',
    async (state) => {
      const place = await createWavePlace({ job: { state } });
      expect(await run(place)).toBe('dropped');
      expect(await place.parts.store.slots.find('lab')).toBeUndefined();
    },
  );
});

describe('the first slice', () => {
  it.each<{ kind: JobKind; state: Job['state'] }>([
    { kind: 'status', state: 'done' },
    { kind: 'test', state: 'verifying' },
  ])('of $kind reads the cluster and goes to $state', async ({ kind, state }) => {
    for (const was of ['queued', 'planning'] as const) {
      const place = await createWavePlace({ job: { kind, state: was, hosts: [] } });
      expect(await run(place)).toBe('finished');
      expect(await place.job()).toMatchObject({ state, soapCalls: 7 });
      expect((await place.job()).hosts.map(({ name }) => name)).toEqual([1, 2, 3, 4].map(nameOf));
      expect(place.sessions).toEqual(['lab vmotion-ops-j-000001-0']);
      expect(await place.parts.store.slots.find('lab')).toMatchObject({ holders: [], waiting: [] });
    }
  });

  it.each<{ kind: JobKind; shows: Partial<Record<keyof Job, unknown>> }>([
    { kind: 'check', shows: { plan: { waves: expect.any(Number) } } },
    { kind: 'evidence', shows: { evidence: { migrations: [] } } },
    { kind: 'audit', shows: { audit: expect.anything() } },
    { kind: 'repair', shows: { state: 'in-place' } },
    { kind: 'enable', shows: { state: 'awaiting-approval' } },
    { kind: 'trial', shows: { state: 'invalid' } },
  ])('of $kind does what that is for', async ({ kind, shows }) => {
    const trial = { request: { vm: 'no-such-vm', from: 'esx01', to: 'esx02', isReturning: false } };
    const place = await createWavePlace({
      job: { kind, state: 'queued', hosts: [], plan: undefined, ...(kind === 'trial' ? { trial } : {}) },
    });
    expect(await run(place)).toBe('finished');
    expect(await place.job()).toMatchObject(shows);
  });

  it('of a revert that has nothing to revert says so', async () => {
    const place = await createWavePlace({ job: { kind: 'revert', state: 'queued' } });
    expect(await run(place)).toBe('finished');
    expect(await place.job()).toMatchObject({ state: 'invalid', failure: { code: 'nothing-to-revert' } });
  });

  it('of a cluster that vmotion.yaml has lost says so', async () => {
    const place = await createWavePlace({ job: { kind: 'status', state: 'queued' } });
    place.parts.settings.clusters = {};
    expect(await run(place)).toBe('finished');
    expect(await place.job()).toMatchObject({
      state: 'invalid',
      failure: { code: 'cluster-not-found', what: 'cluster-a is not in vmotion.yaml any more.' },
    });
  });

  it('that fails ends the job, and leaves its turn', async () => {
    const place = await createWavePlace({ job: { kind: 'status', state: 'queued' } });
    place.session.readCluster = async () => Promise.reject(fault('Away.', 'later', 'vcenter-unreachable'));
    expect(await run(place)).toBe('finished');
    expect(await place.job()).toMatchObject({ state: 'unreachable' });
    expect(await place.parts.store.slots.find('lab')).toMatchObject({ holders: [] });
  });

  it('waits in the open for its turn at vCenter, and says when it has it', async () => {
    const place = await createWavePlace({ job: { kind: 'status', state: 'queued' } });
    Object.assign(place.parts.settings.vcenters['lab'] ?? {}, { workers: 1 });
    const turn = await takeTurn(place.parts, aJob({ id: 'j-other' }), at(place, 600_000));
    expect(await run(place)).toBe('finished');
    expect(await place.job()).toMatchObject({ state: 'queued', waits: { busy: 1, workers: 1 } });
    expect(place.sessions).toEqual([]);
    if (turn.kind === 'taken') await turn.leave();
    const { readCluster } = place.session;
    let waits: Job['waits'];
    place.session.readCluster = async (path) => {
      ({ waits } = await place.job());
      return readCluster(path);
    };
    expect(await run(place)).toBe('finished');
    expect(await place.job()).toMatchObject({ state: 'done' });
    // Nobody reads that it waits while it works.
    expect(waits).toBeUndefined();
  });

  it('holds its turn until ten seconds after its deadline', async () => {
    const place = await createWavePlace({ job: { kind: 'status', state: 'queued' } });
    const { readCluster } = place.session;
    let until: string | undefined;
    place.session.readCluster = async (path) => {
      until = (await place.parts.store.slots.find('lab'))?.holders[0]?.until;
      return readCluster(path);
    };
    await run(place);
    expect(until).toBe(at(place, 130_000).toISOString());
  });
});

describe('a slice that changes hosts', () => {
  it('has the cluster while it works, and leaves it to the job', async () => {
    const place = await createWavePlace();
    let during: unknown;
    place.midway = async () => {
      during ??= await lease(place);
    };
    expect(await run(place)).toBe('finished');
    expect(during).toMatchObject({ jobId: 'j-000001', expiresAt: at(place, 130_000).toISOString() });
    expect((during as { holder: string }).holder).not.toBe('');
    expect(await lease(place)).toMatchObject({ jobId: 'j-000001', holder: '' });
    expect(await place.job()).toMatchObject({ state: 'applying', wave: 1, cursor: 1, fence: 1, soapCalls: 7 });
  });

  it('does not begin where its cluster was frozen since the approval, and goes on where it has begun', async () => {
    const place = await createWavePlace();
    const freeze = { id: 'f-1', scope: 'cluster-a', channel: 'C0VSPHERE', reason: 'year end', by: 'U0EVE', at: '' };
    await place.parts.store.freezes.put(freeze);
    expect(await run(place)).toBe('finished');
    expect(await place.job()).toMatchObject({ state: 'aborted', failure: { code: 'frozen' } });
    expect(place.sessions).toEqual([]);
    expect(await lease(place)).toBeUndefined();
    const begun = await createWavePlace({ job: { state: 'applying' } });
    await begun.parts.store.freezes.put(freeze);
    await run(begun);
    expect(await begun.job()).toMatchObject({ state: 'applying', wave: 1 });
  });

  it('of a trial moves a machine, and changes no host', async () => {
    const place = await createWavePlace({ job: { kind: 'trial' } });
    await run(place).catch(() => undefined);
    expect(place.writes).toEqual([]);
  });

  it('of a cluster that vmotion.yaml has lost is tried again, and says so', async () => {
    const place = await createWavePlace();
    place.parts.settings.clusters = {};
    expect(await run(place)).toBe('retry');
    expect(await place.job()).toMatchObject({ state: 'applying', trouble: { code: 'cluster-not-found' } });
    expect(await lease(place)).toMatchObject({ holder: '' });
  });

  it('comes again while another slice of its job is at work', async () => {
    const place = await createWavePlace();
    const want = { cluster: 'cluster-a', jobId: 'j-000001', holder: 'other', now: place.clock.now() };
    await place.parts.store.leases.acquire({ ...want, until: at(place, 60_000) });
    expect(await run(place)).toBe('retry');
    expect(place.sessions).toEqual([]);
    expect(await lease(place)).toMatchObject({ holder: 'other' });
  });

  it('leaves the cluster to another job that has it, and takes it from one that has ended or is not there', async () => {
    for (const state of ['applying', 'done', undefined] as const) {
      const place = await createWavePlace();
      if (state !== undefined) await place.parts.store.jobs.create(aJob({ id: 'j-other', state }));
      const want = { cluster: 'cluster-a', jobId: 'j-other', holder: 'other', now: place.clock.now() };
      await place.parts.store.leases.acquire({ ...want, until: at(place, 600_000) });
      expect(await run(place)).toBe('finished');
      const isHeld = state === 'applying';
      expect(await place.job()).toMatchObject({ state: isHeld ? 'approved' : 'applying', wave: isHeld ? 0 : 1 });
      expect(await lease(place)).toMatchObject({ jobId: isHeld ? 'j-other' : 'j-000001' });
      expect(place.logs.join('').includes('"lease-held"')).toBe(isHeld);
    }
  });

  it('of a job that a person ended just before gives the cluster back', async () => {
    const place = await createWavePlace();
    const { acquire } = place.parts.store.leases;
    place.parts.store.leases.acquire = async (want) => {
      await createMoveJob(place.parts)('j-000001', { kind: 'abort', by: 'U0BOB', isPuttingBack: false });
      return acquire(want);
    };
    expect(await run(place)).toBe('dropped');
    expect(await place.job()).toMatchObject({ state: 'aborted' });
    expect(await lease(place)).toBeUndefined();
    expect(place.sessions).toEqual([]);
  });

  it('that another one has overtaken keeps the cluster for the job', async () => {
    const place = await createWavePlace({ job: { fence: 9 } });
    expect(await run(place)).toBe('dropped');
    expect(await place.job()).toMatchObject({ state: 'approved' });
    expect(await lease(place)).toMatchObject({ jobId: 'j-000001', holder: '' });
  });

  it('that fails yields the cluster, and the message comes again', async () => {
    const place = await createWavePlace();
    place.midway = () => {
      throw fault('Away.', 'later', 'vcenter-unreachable');
    };
    expect(await run(place)).toBe('retry');
    expect(await lease(place)).toMatchObject({ holder: '' });
    expect(await place.job()).toMatchObject({ state: 'applying', trouble: { code: 'vcenter-unreachable' } });
  });

  it('whose table is away at its end lets its lease run out, and the log says so', async () => {
    const place = await createWavePlace();
    place.parts.store.leases.yield = async () => Promise.reject(fault('Away.', 'later', 'table-failed'));
    expect(await run(place)).toBe('finished');
    expect(place.logs.join('')).toContain('lease-not-yielded');
    const well = await createWavePlace();
    await run(well);
    expect(well.logs.join('')).not.toContain('lease-not-yielded');
  });
});

describe('DRS', () => {
  it('is held before the first write, and put back when the wave is the job’s end', async () => {
    const place = await createWavePlace({ hosts: [aHost(1)], profile: HOLD });
    place.midway = () => {
      throw fault('The host says no.');
    };
    await run(place);
    expect(await place.job()).toMatchObject({ state: 'rolled-back', drs: { was: 'fullyAutomated', isReleased: true } });
    expect(place.writes[0]).toBe('DRS manual');
    expect(place.drs).toBe('fullyAutomated');
  });

  it('stays held between two waves, and is put back when a person holds the job', async () => {
    const place = await createWavePlace({ profile: HOLD });
    await run(place);
    expect(place.drs).toBe('manual');
    await createMoveJob(place.parts)('j-000001', { kind: 'pause', by: 'U0BOB' });
    await run(place);
    expect(await place.job()).toMatchObject({ state: 'paused', drs: { isReleased: true } });
    expect(place.drs).toBe('fullyAutomated');
  });

  it('is put back once all paths are tested', async () => {
    const place = await createWavePlace({ job: { state: 'verifying', drs: HELD } });
    await run(place);
    expect((await place.job()).drs).toMatchObject({ isReleased: true });
    expect(place.writes).toEqual(['DRS fullyAutomated']);
  });

  it('stays held where a person has sent the job back to its hosts while they were tested', async () => {
    const place = await createWavePlace({ job: { state: 'verifying', drs: HELD } });
    const { readHosts } = place.session;
    place.session.readHosts = async (morefs) => {
      await rowIs(place, { state: 'applying', cursor: 1 });
      return readHosts(morefs);
    };
    await run(place);
    expect(place.writes).toEqual([]);
    expect((await place.job()).drs).toMatchObject({ isReleased: false });
  });
});

describe('the last test of a job', () => {
  it('ends ten seconds before its slice does', async () => {
    const place = await createWavePlace({ job: { state: 'verifying' } });
    const { ping } = place.session;
    const since = place.clock.now().getTime();
    let last = 0;
    place.session.ping = async (host, request) => {
      last = place.clock.now().getTime();
      await place.clock.sleep(60_000);
      return ping(host, request);
    };
    expect(await run(place)).toBe('finished');
    // A minute each: the third one would begin in the last ten seconds.
    expect(last - since).toBe(60_000);
  });

  it('stops where a person has ended it', async () => {
    const place = await createWavePlace({ job: { state: 'verifying', kind: 'test' } });
    const { ping } = place.session;
    let pings = 0;
    place.session.ping = async (host, request) => {
      pings += 1;
      await createMoveJob(place.parts)('j-000001', { kind: 'abort', by: 'U0BOB', isPuttingBack: false });
      await place.clock.sleep(11_000);
      return ping(host, request);
    };
    await run(place);
    expect(await place.job()).toMatchObject({ state: 'aborted' });
    // One of each host was under way; none was begun after the row was looked at.
    expect(pings).toBe(4);
  });
});

describe('two clusters with the same distributed port groups', () => {
  const adapters = aProfile().adapters.map((one) => ({ ...one, attach: onDistributed('A', 'Uplink 1') }));
  /** A job of the other cluster, which has that one's lease. */
  const beside = async (job: Partial<Job>, options: WaveOptions = {}) => {
    const place = await createWavePlace({ profile: { adapters }, ...options });
    const other: ClusterSettings = { ...place.settings, name: 'cluster-b' };
    place.parts.settings.clusters['cluster-b'] = other;
    await place.parts.store.jobs.create(aJob({ id: 'j-other', cluster: 'cluster-b', state: 'applying', ...job }));
    const want = { cluster: 'cluster-b', jobId: 'j-other', holder: 'other', now: place.clock.now() };
    await place.parts.store.leases.acquire({ ...want, until: at(place, 600_000) });
    return place;
  };

  it('are not changed at the same time: who has written nothing yet waits, and keeps nothing from others', async () => {
    const place = await beside({});
    expect(await run(place)).toBe('finished');
    expect(await place.job()).toMatchObject({ state: 'approved' });
    expect(await lease(place)).toBeUndefined();
    expect(place.logs.join('')).toContain('"lease-held"');
  });

  it('do not wait for each other where one has begun, and the other ended or only looks', async () => {
    for (const [job, own] of [
      [{}, { state: 'applying' }],
      [{ state: 'done' }, {}],
      [{ kind: 'test', state: 'verifying' }, {}],
    ] as const) {
      const place = await beside(job, { job: own });
      await run(place);
      expect(place.sessions).toHaveLength(1);
      expect(await lease(place)).not.toMatchObject({ jobId: 'j-other' });
    }
  });
});
