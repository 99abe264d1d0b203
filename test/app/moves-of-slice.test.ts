import { expect, it } from 'vitest';
import { createMoveJob } from '../../shared/app/move-job.ts';
import { movesOfSlice } from '../../shared/app/moves-of-slice.ts';
import type { JobEvent } from '../../shared/domain/job-event.ts';
import type { Job } from '../../shared/domain/job.ts';
import { aJob } from '../support/builders.ts';
import { createWorld } from '../support/world.ts';

const CURSOR = 3;
const HERE = { cursor: CURSOR, attempt: 0 };
const host: Job['hosts'][number] = { moref: 'host-1', name: 'esx01', wave: 0, outcome: 'kept', steps: 2, stepsDone: 2 };

async function aRunningJob() {
  const { parts } = createWorld();
  const job = aJob({ state: 'applying', wave: 1, cursor: CURSOR, hosts: [host] });
  await parts.store.jobs.create(job);
  return { parts, job, move: createMoveJob(parts) };
}

it.each<{ says: string; event: JobEvent }>([
  { says: 'that it changes a host', event: { kind: 'host-moved', moref: 'host-1', outcome: 'applying', stepsDone: 1 } },
  { says: 'that its time is over', event: { kind: 'slice-over' } },
  { says: 'that it stands between two hosts', event: { kind: 'held' } },
  {
    says: 'that it failed',
    event: {
      kind: 'stopped',
      state: 'rolled-back',
      failure: { code: 'gate-failed', what: 'No ping.', remedy: 'Mend it.' },
    },
  },
])('a slice that another one has overtaken changes nothing when it says $says', async ({ event }) => {
  const { parts, job, move } = await aRunningJob();
  const { decision } = await movesOfSlice(move, { cursor: CURSOR - 1, attempt: 0 })(job.id, event);
  expect(decision).toEqual({ kind: 'ignored', why: 'already' });
  expect(await parts.store.jobs.find(job.id)).toEqual(job);
});

it('the slice whose turn it is moves its job, and what is no slice’s own is never ignored for its place', async () => {
  const { job, move } = await aRunningJob();
  const troubled = { kind: 'troubled', failure: { code: 'table-failed', what: 'Away.', remedy: 'Wait.' } } as const;
  expect((await movesOfSlice(move, { cursor: CURSOR - 1, attempt: 0 })(job.id, troubled)).decision.kind).toBe('moved');
  expect((await movesOfSlice(move, HERE)(job.id, { kind: 'slice-over' })).job.cursor).toBe(CURSOR + 1);
});

it('a slice whose lease another one has taken at the same place changes nothing any more', async () => {
  const { parts, job, move } = await aRunningJob();
  const [stalled, next] = [movesOfSlice(move, HERE), movesOfSlice(move, HERE)];
  await stalled(job.id, { kind: 'wave-started', fence: 4 });
  await next(job.id, { kind: 'wave-started', fence: 5 });
  const moved = { kind: 'host-moved', moref: 'host-1', outcome: 'put-back', stepsDone: 0 } as const;
  await next(job.id, moved);
  const { decision } = await stalled(job.id, { ...moved, outcome: 'kept' });
  expect(decision).toEqual({ kind: 'ignored', why: 'already' });
  expect((await stalled(job.id, { kind: 'slice-over' })).decision.kind).toBe('ignored');
  expect((await parts.store.jobs.find(job.id))?.hosts).toMatchObject([{ outcome: 'put-back' }]);
});

it('a slice that took its lease before another one, and wakes after it, does not begin', async () => {
  const { job, move } = await aRunningJob();
  await movesOfSlice(move, HERE)(job.id, { kind: 'wave-started', fence: 5 });
  const late = await movesOfSlice(move, HERE)(job.id, { kind: 'wave-started', fence: 4 });
  expect(late).toMatchObject({ decision: { kind: 'ignored' }, job: { fence: 5 } });
});
