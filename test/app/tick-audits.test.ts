// When an audit by schedule is due, without a worker that carries it out.
import { describe, expect, it } from 'vitest';
import { tickAudits } from '../../shared/app/tick-audits.ts';
import type { Job } from '../../shared/domain/job.ts';
import { aJob } from '../support/builders.ts';
import { createWavePlace, type WavePlace } from '../support/wave-place.ts';

const MINUTE = 60_000;

async function aPlace(clusters = 1, everyMinutes = 60): Promise<WavePlace> {
  const place = await createWavePlace({ job: { state: 'done', settledAt: 'then', cluster: 'elsewhere' } });
  const names = Array.from({ length: clusters }, (_, number) => `cluster-${number}`);
  place.parts.settings.clusters = Object.fromEntries(
    names.map((name) => [name, { ...place.settings, name, audit: { everyMinutes } }]),
  );
  return place;
}
const started = async (place: WavePlace, cluster = 'cluster-0') => {
  const jobs = await place.parts.store.jobs.listByCluster(cluster, 99);
  return jobs.filter(({ kind }) => kind === 'audit').toReversed();
};
/** Every cluster's, in the order of their names. */
const all = async (place: WavePlace) => {
  const jobs = await Promise.all(Object.keys(place.parts.settings.clusters).map((name) => started(place, name)));
  return jobs.map(({ length }) => length);
};
const over = async (place: WavePlace, job: Job | undefined, change: Partial<Job> = {}) => {
  if (job === undefined) throw new Error('no audit');
  await place.parts.store.jobs.save({ ...job, state: 'done', version: job.version + 1, ...change });
};
const outcome = (place: WavePlace, at = place.clock.now().toISOString()) =>
  place.parts.store.audits.put({ cluster: 'cluster-0', jobId: 'j', now: { at, eventKey: 0, hosts: [], reported: '' } });

describe('an audit by schedule', () => {
  it('is quiet, and asked for by nobody', async () => {
    const place = await aPlace();
    await tickAudits(place.parts);
    expect(await started(place)).toMatchObject([
      { kind: 'audit', requestedBy: 'schedule', isQuiet: true, start: 'on-approval', state: 'queued' },
    ]);
  });

  it('comes once in its time, and again in the next one', async () => {
    const place = await aPlace();
    await tickAudits(place.parts);
    const [first] = await started(place);
    await over(place, first);
    await outcome(place);
    await tickAudits(place.parts);
    expect(await started(place)).toHaveLength(1);
    await place.clock.advance(60 * MINUTE);
    await tickAudits(place.parts);
    expect(await started(place)).toHaveLength(2);
  });

  it('that ended without an outcome waits for the next time too', async () => {
    const place = await aPlace();
    await tickAudits(place.parts);
    const [first] = await started(place);
    await over(place, first, { state: 'unreachable', failure: { code: 'vcenter-timeout', what: '', remedy: '' } });
    await tickAudits(place.parts);
    expect(await started(place)).toHaveLength(1);
    await place.clock.advance(60 * MINUTE);
    await tickAudits(place.parts);
    // It knows what the one before ended with, so that the same is not told twice.
    expect((await started(place))[1]).toMatchObject({ knownFailure: 'vcenter-timeout' });
  });

  it('does not come while the one before still runs, whatever its time', async () => {
    const place = await aPlace();
    await tickAudits(place.parts);
    await place.clock.advance(60 * MINUTE);
    await tickAudits(place.parts);
    expect(await started(place)).toHaveLength(1);
  });

  it('is not kept away by an audit that a person asked for', async () => {
    const place = await aPlace();
    const asked = {
      id: 'j-person',
      requestId: 'r-person',
      cluster: 'cluster-0',
      kind: 'audit',
      state: 'queued',
    } as const;
    await place.parts.store.jobs.create(aJob(asked));
    await tickAudits(place.parts);
    expect(await started(place)).toHaveLength(2);
  });

  it('waits while a job has the cluster, and comes as soon as that has ended', async () => {
    const place = await aPlace();
    await place.parts.store.jobs.create(aJob({ id: 'j-2', requestId: 'r-2', cluster: 'cluster-0', state: 'applying' }));
    const now = place.clock.now();
    const until = new Date(now.getTime() + 60 * MINUTE);
    await place.parts.store.leases.acquire({ cluster: 'cluster-0', jobId: 'j-2', holder: 'x', now, until });
    await tickAudits(place.parts);
    expect(await started(place)).toEqual([]);
    await place.parts.store.leases.release('cluster-0', 'j-2');
    await tickAudits(place.parts);
    expect(await started(place)).toHaveLength(1);
  });
});

describe('audits of many clusters', () => {
  it('are started five in a minute at least', async () => {
    const place = await aPlace(12);
    await tickAudits(place.parts);
    expect(await all(place)).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
    await tickAudits(place.parts);
    expect((await all(place)).filter((count) => count === 1)).toHaveLength(10);
  });

  it('that have had theirs, or whose cluster is being changed, keep none from the others', async () => {
    const place = await aPlace(12);
    await tickAudits(place.parts);
    for (const name of ['cluster-0', 'cluster-1', 'cluster-2', 'cluster-3', 'cluster-4'])
      await over(place, (await started(place, name))[0]);
    await outcome(place);
    const busy = { id: 'j-2', requestId: 'r-2', cluster: 'cluster-5', state: 'applying' } as const;
    await place.parts.store.jobs.create(aJob({ ...busy }));
    const now = place.clock.now();
    const until = new Date(now.getTime() + 60 * MINUTE);
    await place.parts.store.leases.acquire({ cluster: 'cluster-5', jobId: 'j-2', holder: 'x', now, until });
    await tickAudits(place.parts);
    expect(await all(place)).toEqual([1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0]);
  });

  it('are started twice as often as their schedules ask for, where that is more', async () => {
    const place = await aPlace(12, 3);
    await tickAudits(place.parts);
    expect((await all(place)).filter((count) => count === 1)).toHaveLength(8);
  });

  it('leave out a cluster that wants none, which counts for nothing', async () => {
    const place = await aPlace(12, 3);
    for (const name of ['cluster-0', 'cluster-1', 'cluster-2', 'cluster-3', 'cluster-4', 'cluster-5']) {
      const cluster = place.parts.settings.clusters[name];
      if (cluster !== undefined) cluster.audit = undefined;
    }
    await tickAudits(place.parts);
    expect(await all(place)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0]);
    expect(place.logs.join('')).not.toContain('"audit-tick-failed"');
  });

  it('go on where one can not be started', async () => {
    const place = await aPlace(3);
    const { find } = place.parts.store.audits;
    place.parts.store.audits.find = async (cluster) => {
      if (cluster === 'cluster-1') throw new Error('the table is away');
      return find(cluster);
    };
    await tickAudits(place.parts);
    expect(await all(place)).toEqual([1, 0, 1]);
    expect(place.logs.join('')).toContain('"audit-tick-failed"');
  });

  it('are due at different moments, each cluster at its own', async () => {
    const place = await aPlace(5);
    for (const name of Object.keys(place.parts.settings.clusters)) {
      const now = { at: place.clock.now().toISOString(), eventKey: 0, hosts: [], reported: '' };
      await place.parts.store.audits.put({ cluster: name, jobId: 'j', now });
    }
    const minutes = new Set<number>();
    let before = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      await place.clock.advance(MINUTE);
      await tickAudits(place.parts);
      const now = (await all(place)).reduce((sum, count) => sum + count, 0);
      if (now > before) minutes.add(minute);
      before = now;
    }
    expect(before).toBe(5);
    expect(minutes.size).toBeGreaterThan(2);
  });
});
