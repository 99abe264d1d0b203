// A job tried again is a new job that asks for the same thing.
import { describe, expect, it } from 'vitest';
import { control } from '../../shared/app/control.ts';
import { retryJob } from '../../shared/app/retry-job.ts';
import type { Job, JobState } from '../../shared/domain/job.ts';
import { aJob } from '../support/builders.ts';
import { createWavePlace } from '../support/wave-place.ts';

const REQUEST = { requestId: 'retry-1', text: 'retry', user: 'U0BOB', channel: 'C0VSPHERE' };

async function retry(job: Partial<Job>) {
  const place = await createWavePlace({ job: { state: 'done' } });
  const old = aJob({ id: 'j-old', state: 'rolled-back', reason: 'new fabric', ticket: 'CHG1', ...job });
  return retryJob(place.parts, REQUEST, old);
}

it.each<{ state: JobState; code: string }>([
  { state: 'applying', code: 'not-ended' },
  { state: 'paused', code: 'not-ended' },
  { state: 'awaiting-approval', code: 'not-ended' },
  { state: 'done', code: 'nothing-to-retry' },
  { state: 'in-place', code: 'nothing-to-retry' },
])('a job that is $state is not tried again', async ({ state, code }) => {
  expect(await retry({ state })).toMatchObject({ kind: 'refused', code, exitCode: 2, fix: '/vmotion show j-old' });
});

describe('is asked for as it was', () => {
  const ASKED = { requestedBy: 'U0BOB', retryOf: 'j-old', cluster: 'cluster-a', state: 'queued' };
  const GROUNDS = { reason: 'new fabric', ticket: 'CHG1' };

  it.each<Partial<Job>>([
    { kind: 'enable', onlyHost: 'esx02.lab.local' },
    { kind: 'repair', onlyHost: 'esx02.lab.local' },
    { kind: 'enable', start: 'on-apply', onlyHost: 'esx02.lab.local' },
    { kind: 'repair', start: 'on-apply' },
    { kind: 'revert', undoes: 'j-first' },
    { kind: 'revert', start: 'on-apply' },
    { kind: 'revert' },
  ])('%o', async (asked) => {
    const reply = await retry({ ...asked });
    const { undoes, onlyHost, start = 'on-approval', kind } = asked;
    expect(reply).toMatchObject({ kind: 'queued', job: { ...ASKED, ...GROUNDS, kind, start } });
    expect(reply).toHaveProperty('job.undoes', undoes);
    expect(reply).toHaveProperty('job.onlyHost', onlyHost);
  });

  it.each(['status', 'check', 'evidence', 'audit'] as const)('%s', async (kind) => {
    const reply = await retry({ kind, state: 'unreachable', start: 'on-apply' });
    expect(reply).toMatchObject({ kind: 'queued', job: { ...ASKED, kind, start: 'on-approval' } });
  });

  it('test, with the file that was wanted', async () => {
    expect(await retry({ kind: 'test', output: 'csv' })).toMatchObject({ job: { kind: 'test', output: 'csv' } });
  });

  it('trial, with its machine and its hosts', async () => {
    const request = { vm: 'app-a-01', from: 'esx01', to: 'esx02', isReturning: true };
    const reply = await retry({ kind: 'trial', trial: { request } });
    expect(reply).toMatchObject({ job: { ...ASKED, ...GROUNDS, kind: 'trial', trial: { request } } });
    await expect(retry({ kind: 'trial' })).rejects.toThrow('j-old is a trial of nothing');
  });
});

it('is for those who may: the command for it, and the one that it stands for', async () => {
  const place = await createWavePlace({ job: { state: 'rolled-back' } });
  const ask = () => control(place.parts, REQUEST, { verb: 'retry', job: 'j-000001' });
  place.settings.access = { operators: ['U0ANN'], approvers: 'any', verbs: { retry: ['U0BOB'] } };
  expect(await ask()).toMatchObject({ kind: 'refused', exitCode: 3 });
  place.settings.access = { operators: ['U0BOB'], approvers: 'any', verbs: { retry: ['U0ANN'] } };
  expect(await ask()).toMatchObject({ kind: 'refused', exitCode: 3 });
  place.settings.access = { operators: ['U0BOB'], approvers: 'any' };
  expect(await ask()).toMatchObject({ kind: 'queued', job: { retryOf: 'j-000001' } });
});
