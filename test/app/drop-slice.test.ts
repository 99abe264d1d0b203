// A message whose job has gone on: nothing happens, unless the job's end still owes something.
import { expect, it } from 'vitest';
import { dropSlice } from '../../shared/app/drop-slice.ts';
import { createMoveJob } from '../../shared/app/move-job.ts';
import { takeTurn } from '../../shared/app/vcenter-turn.ts';
import type { Job } from '../../shared/domain/job.ts';
import { aJob } from '../support/builders.ts';
import { createWavePlace, fault, type WavePlace } from '../support/wave-place.ts';

const HELD = {
  cluster: { type: 'ClusterComputeResource', value: 'domain-c1' },
  was: 'fullyAutomated',
  isReleased: false,
} as const;
const MESSAGE = { jobId: 'j-000001', cluster: 'cluster-a', cursor: 0, attempt: 4 };

async function ended(job: Partial<Job> = {}): Promise<WavePlace> {
  const place = await createWavePlace({ job: { state: 'aborted', ...job } });
  place.drs = 'manual';
  const until = new Date(place.clock.now().getTime() + 60_000);
  const now = place.clock.now();
  await place.parts.store.leases.acquire({ cluster: 'cluster-a', jobId: 'j-000001', holder: 'dead', now, until });
  return place;
}

const drop = async (place: WavePlace, job: Job | undefined) => {
  const deadline = new Date(place.clock.now().getTime() + 120_000);
  return dropSlice({ parts: place.parts, moveJob: createMoveJob(place.parts), deadline }, MESSAGE, job);
};
const lease = (place: WavePlace) => place.parts.store.leases.find('cluster-a');

it('an ended job frees its cluster and is told, once more', async () => {
  const place = await ended();
  expect(await drop(place, await place.job())).toBe('dropped');
  expect(await lease(place)).toBeUndefined();
  expect(place.queue.peekNotices()).toMatchObject([{ jobId: 'j-000001', version: 1, attempt: 4 }]);
  expect(place.sessions).toEqual([]);
});

it('a job that is settled, that goes on, or that there is not, gets nothing done', async () => {
  for (const change of [{ settledAt: 'then' }, { state: 'applying', cursor: 1 }] as const) {
    const place = await ended({ ...change, drs: HELD });
    expect(await drop(place, await place.job())).toBe('dropped');
    expect(await lease(place)).toMatchObject({ jobId: 'j-000001' });
    expect([place.queue.peekNotices(), place.writes]).toEqual([[], []]);
  }
  const place = await ended();
  expect(await drop(place, undefined)).toBe('dropped');
  expect(place.queue.peekNotices()).toEqual([]);
});

it('DRS that the job still holds is put back, in a session that is left', async () => {
  const place = await ended({ drs: HELD });
  expect(await drop(place, await place.job())).toBe('finished');
  expect(place.writes).toEqual(['DRS fullyAutomated']);
  expect(place.sessions).toEqual(['lab vmotion-ops-j-000001-0']);
  expect(await place.job()).toMatchObject({ drs: { isReleased: true } });
  expect(await place.parts.store.slots.find('lab')).toMatchObject({ holders: [] });
  // As every write, it stands in the log.
  expect(JSON.stringify(await place.parts.store.auditLog.list('cluster-a', 0, 99))).toContain('setDrs');
});

it('DRS stays while another job changes the cluster, and where it was put back', async () => {
  const place = await ended({ drs: HELD });
  await place.parts.store.leases.release('cluster-a', 'j-000001');
  const now = place.clock.now();
  const until = new Date(now.getTime() + 60_000);
  await place.parts.store.leases.acquire({ cluster: 'cluster-a', jobId: 'j-other', holder: 'alive', now, until });
  expect(await drop(place, await place.job())).toBe('dropped');
  const done = await ended({ drs: { ...HELD, isReleased: true } });
  expect(await drop(done, await done.job())).toBe('dropped');
  expect([place.writes, done.writes]).toEqual([[], []]);
});

it('DRS waits for a turn at vCenter, and for a vCenter that is away: the clock asks again', async () => {
  const place = await ended({ drs: HELD });
  Object.assign(place.parts.settings.vcenters['lab'] ?? {}, { workers: 1 });
  const until = new Date(place.clock.now().getTime() + 60_000);
  await takeTurn(place.parts, aJob({ id: 'j-other' }), until);
  expect(await drop(place, await place.job())).toBe('finished');
  expect(place.sessions).toEqual([]);
  expect(place.logs.join('')).not.toContain('drs-still-held');
  const away = await ended({ drs: HELD });
  away.parts.vsphere.withSession = async () => Promise.reject(fault('Away.', 'later', 'vcenter-unreachable'));
  expect(await drop(away, await away.job())).toBe('finished');
  expect(away.logs.join('')).toContain('drs-still-held');
  expect(await away.parts.store.slots.find('lab')).toMatchObject({ holders: [] });
});
