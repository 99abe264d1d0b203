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
