// Which of a cluster's own jobs may be behind a change of its hosts.
import { expect, it } from 'vitest';
import { readOwnWork } from '../../shared/app/own-work.ts';
import type { Job } from '../../shared/domain/job.ts';
import { aJob } from '../ports/rows.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { labSettings } from '../support/world.ts';

const NOW = new Date('2026-11-21T10:00:00.000Z');
const clock = { now: () => NOW, elapsedMs: () => 0, sleep: async () => undefined };
const settings = labSettings();
const SINCE = '2026-11-20T10:00:00.000Z';

const hosts: Job['hosts'] = [{ moref: 'host-21', name: 'esx21', outcome: 'kept', steps: 3, stepsDone: 3 }];
const anEnable = (override: Partial<Job> = {}) =>
  aJob({ kind: 'enable', state: 'done', createdAt: SINCE, endedAt: SINCE, hosts, ...override });

it('is known however many quiet audits there were after it', async () => {
  const store = createMemoryStore();
  await store.jobs.create(anEnable({ id: 'j-000001' }));
  for (let index = 0; index < 250; index += 1) {
    const createdAt = new Date(Date.parse(SINCE) + (index + 1) * 60_000).toISOString();
    const id = `j-1${String(index).padStart(5, '0')}`;
    await store.jobs.create(
      aJob({ id, kind: 'audit', state: 'in-place', isQuiet: true, createdAt, endedAt: createdAt }),
    );
  }
  expect(await readOwnWork({ settings, store, clock }, 'cluster-a', SINCE)).toEqual([
    { jobId: 'j-000001', from: SINCE, until: SINCE, hosts: ['esx21'] },
  ]);
});

it('is not what had ended before', async () => {
  const store = createMemoryStore();
  await store.jobs.create(anEnable({ endedAt: '2026-11-20T09:59:59.999Z' }));
  expect(await readOwnWork({ settings, store, clock }, 'cluster-a', SINCE)).toEqual([]);
});

it('may be that of a cluster with the same distributed port groups, and of no other', async () => {
  const store = createMemoryStore();
  await store.jobs.create(anEnable({ id: 'j-000002', cluster: 'cluster-dvs-2' }));
  await store.jobs.create(anEnable({ id: 'j-000003', cluster: 'cluster-v6' }));
  const work = await readOwnWork({ settings, store, clock }, 'cluster-dvs', SINCE);
  expect(work.map(({ jobId }) => jobId)).toEqual(['j-000002']);
});
