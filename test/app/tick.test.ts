import { describe, expect, it } from 'vitest';
import { createTick } from '../../shared/app/tick.ts';
import type { HostOutcome } from '../../shared/domain/job.ts';
import type { HostPhase } from '../../shared/domain/record.ts';
import { aJob, aNetwork } from '../support/builders.ts';
import { createWorld } from '../support/world.ts';

const message = { jobId: 'j-000001', cluster: 'cluster-a', cursor: 3, attempt: 0 };

/** A job in the middle of its first wave, with one host whose record and row may disagree. */
async function givenUp(phase: HostPhase, said: HostOutcome) {
  const world = createWorld();
  const { store } = world.parts;
  const moref = { type: 'HostSystem', value: 'host-20' };
  const hosts = [{ name: 'esx01', moref: moref.value, wave: 0, outcome: said, steps: 2, stepsDone: 1 }];
  await store.jobs.create(aJob({ state: 'applying', cursor: 3, hosts }));
  const host = { moref, name: 'esx01' };
  const plan = { host, kind: 'change' as const, steps: [], findings: [], untouched: [] };
  const before = phase === 'planned' ? undefined : aNetwork();
  await store.records.put({
    schema: 1,
    jobId: 'j-000001',
    host,
    version: 1,
    phase,
    plan,
    digest: 'd',
    before,
    journal: [],
  });
  await createTick(world.parts).abandon(message);
  return world.job('j-000001');
}

describe('a job that is given up after three deliveries', () => {
  it.each([
    {
      phase: 'planned',
      said: 'applying',
      outcome: 'untouched',
      state: 'aborted',
      what: 'was announced and never written to',
    },
    {
      phase: 'applying',
      said: 'applying',
      outcome: 'needs-hands',
      state: 'needs-hands',
      what: 'was left in the middle',
    },
    {
      phase: 'applied',
      said: 'applied',
      outcome: 'needs-hands',
      state: 'needs-hands',
      what: 'was changed but never proven',
    },
    { phase: 'applied', said: 'kept', outcome: 'kept', state: 'partial', what: 'was proven before' },
    {
      phase: 'restoring',
      said: 'kept',
      outcome: 'needs-hands',
      state: 'needs-hands',
      what: 'was on its way back, whatever the row says',
    },
    {
      phase: 'restored',
      said: 'applying',
      outcome: 'put-back',
      state: 'partial',
      what: 'was put back, though nobody could say so any more',
    },
  ] as const)('says $outcome of a host that $what', async ({ phase, said, outcome, state }) => {
    expect(await givenUp(phase, said)).toMatchObject({ state, hosts: [{ outcome }] });
  });

  it('is left alone by a message of an earlier slice', async () => {
    const world = createWorld();
    await world.parts.store.jobs.create(aJob({ state: 'applying', cursor: 4 }));
    await createTick(world.parts).abandon(message);
    expect((await world.job('j-000001')).state).toBe('applying');
  });
});

describe('jobs that wait for a turn while every worker is busy elsewhere', () => {
  it('get fewer and fewer messages that would wait too', async () => {
    const world = createWorld();
    const { store, clock } = world.parts;
    const at = clock.now().toISOString();
    for (let number = 0; number < 30; number += 1) {
      const waits = { since: at, busy: 8, workers: 8 };
      const place = { id: `j-${number}`, requestId: `r-${number}`, cluster: `cluster-${number}` };
      await store.jobs.create(aJob({ ...place, state: 'queued', waits, attempt: 0, updatedAt: at, heartbeatAt: at }));
    }
    const sent: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.sleep(60_000);
      await createTick(world.parts).tick();
      sent.push(world.queue.peekJobs().length);
    }
    expect([sent[0], sent[9], sent[59]]).toEqual([30, 120, 210]);
    const ids = world.queue.peekJobs().map(({ jobId, cursor, attempt }) => `${jobId} ${cursor} ${attempt}`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
