// What a slice's failure makes of its job: an end with an answer, another try, or a dead letter.
import { describe, expect, it } from 'vitest';
import { endFailedSlice } from '../../shared/app/end-failed-slice.ts';
import { createMoveJob } from '../../shared/app/move-job.ts';
import { isBookkeeping, isForNextSlice, toFailure } from '../../shared/app/slice-error.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { createWavePlace, fault } from '../support/wave-place.ts';

async function failed(job: Partial<Job>, error: unknown) {
  const place = await createWavePlace({ job });
  const moveJob = createMoveJob(place.parts);
  const result = await endFailedSlice({ parts: place.parts, moveJob, job: await place.job() }, error);
  return { result, job: await place.job(), place };
}

describe('before anything was written', () => {
  it.each<[ErrorCode, Job['state']]>([
    ['vcenter-unreachable', 'unreachable'],
    ['vcenter-timeout', 'unreachable'],
    ['vcenter-login-failed', 'unreachable'],
    ['vcenter-untrusted', 'unreachable'],
    ['vcenter-session-lost', 'unreachable'],
    ['host-not-connected', 'unreachable'],
    ['cluster-not-found', 'invalid'],
    ['cluster-ambiguous', 'invalid'],
    ['config-invalid', 'invalid'],
    ['config-missing', 'invalid'],
    ['secret-missing', 'invalid'],
    ['vcenter-not-a-vcenter', 'invalid'],
    ['vcenter-version', 'invalid'],
    ['vcenter-fault', 'aborted'],
  ])('%s ends the job as %s, with the reason and its remedy', async (code, state) => {
    for (const was of ['queued', 'planning'] as const) {
      const { result, job } = await failed({ state: was }, fault('It says no.', 'later', code));
      expect(result).toBe('finished');
      expect(job).toMatchObject({ state, failure: { code, what: 'It says no.', remedy: 'Ask it.' } });
    }
  });

  it('a table that is away lets the message come again', async () => {
    const { result, job } = await failed({ state: 'planning' }, fault('Away.', 'later', 'table-failed'));
    expect(result).toBe('retry');
    expect(job).toMatchObject({ state: 'planning', trouble: { code: 'table-failed' } });
  });
});

describe('in the last test', () => {
  it('of a change leaves it partial: its hosts are changed', async () => {
    const { job } = await failed({ state: 'verifying' }, fault('Away.', 'later', 'vcenter-unreachable'));
    expect(job).toMatchObject({ state: 'partial', failure: { code: 'vcenter-unreachable' } });
  });

  it('of a job that only tests is the end that the failure is', async () => {
    const away = fault('Away.', 'later', 'vcenter-unreachable');
    const { job } = await failed({ state: 'verifying', kind: 'test' }, away);
    expect(job).toMatchObject({ state: 'unreachable' });
  });
});

describe('while hosts are written to', () => {
  it.each(['approved', 'applying'] as const)('(%s) what fails is tried again, and shown as trouble', async (state) => {
    const { result, job } = await failed({ state }, fault('Away.', 'later', 'vcenter-unreachable'));
    expect(result).toBe('retry');
    expect(job).toMatchObject({ state, trouble: { code: 'vcenter-unreachable', what: 'Away.' } });
  });

  it('a slice whose time is over hands on to the next one, and is no trouble', async () => {
    const { result, job, place } = await failed({ state: 'applying' }, fault('No time.', 'later', 'out-of-time'));
    expect([result, job.cursor, job.trouble]).toEqual(['finished', 1, undefined]);
    expect(place.queue.peekJobs()).toMatchObject([{ jobId: job.id, cursor: 1 }]);
  });
});

it.each(['planning', 'applying'] as const)('a defect (%s) is thrown, for a person to look at', async (state) => {
  const place = await createWavePlace({ job: { state } });
  const bug = new Error('a defect');
  const run = { parts: place.parts, moveJob: createMoveJob(place.parts), job: await place.job() };
  await expect(endFailedSlice(run, bug)).rejects.toBe(bug);
  expect((await place.job()).failure).toBeUndefined();
  expect(toFailure(bug)).toMatchObject({ code: 'bug', what: expect.not.stringContaining('a defect') });
});

describe('a failure at a host', () => {
  it.each<[ErrorCode, 'never' | 'later' | 'outcome-unknown', boolean]>([
    ['vcenter-fault', 'never', false],
    ['vcenter-object-gone', 'never', false],
    ['vcenter-fault', 'later', true],
    ['vcenter-timeout', 'outcome-unknown', true],
    ['lease-lost', 'never', true],
    ['lease-held', 'never', true],
    ['out-of-time', 'never', true],
    ['write-conflict', 'never', true],
    ['table-failed', 'never', true],
    ['queue-failed', 'never', true],
  ])('%s (%s) is for the next slice: %s', (code, retry, isNext) => {
    expect(isForNextSlice(fault('No.', retry, code))).toBe(isNext);
  });

  it('that is a defect is for the next slice too', () => expect(isForNextSlice(new Error('a defect'))).toBe(true));

  it('at vCenter is no failure of our own rows', () => {
    expect(isBookkeeping(fault('Away.', 'later', 'vcenter-unreachable'))).toBe(false);
  });
});
