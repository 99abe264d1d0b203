import { describe, expect, it } from 'vitest';
import { END_STATES } from '../../shared/domain/exit-code.ts';
import type { Job, JobState } from '../../shared/domain/job.ts';
import { judgeJob } from '../../shared/domain/job-verdict.ts';
import { cancelled, putBackFailure, stopped } from '../../shared/domain/stopped.ts';
import { aJob } from '../support/builders.ts';

const matrix = { pairs: 2, ok: 1, failed: 1, unexpected: 1, verdict: [], failures: [] };
const failedBy = (code: string) => ({ code, what: 'it', remedy: 'mend' });
const verdictsOf = (states: JobState[], change: Partial<Job> = {}) => [
  ...new Set(states.map((state) => judgeJob(aJob({ ...change, state })))),
];

describe('what a job says about the rule that started it', () => {
  it.each(['queued', 'planning', 'awaiting-approval', 'approved', 'applying', 'verifying', 'paused'] as const)(
    'is nothing while it is %s',
    (state) => {
      expect(judgeJob(aJob({ state }))).toBeUndefined();
    },
  );

  it('is a success where the cluster is as it should be', () => {
    expect(verdictsOf(['done', 'in-place'])).toEqual(['success']);
  });

  it('is a failure at every other end that nobody wished for', () => {
    const wished = ['done', 'in-place', 'rejected', 'expired', 'cancelled'];
    const others = END_STATES.filter((state) => !wished.includes(state));
    expect(others).toContain('rolled-back');
    expect(verdictsOf(others, { failure: failedBy('gate-failed'), matrix })).toEqual(['failure']);
    expect(verdictsOf(others)).toEqual(['failure']);
  });

  it('is nothing where people or a freeze have ended it, whatever they have used for it', () => {
    const job = aJob();
    expect(verdictsOf(['rejected', 'expired', 'cancelled'])).toEqual(['neutral']);
    expect(verdictsOf(['cancelled'], { failure: cancelled(job, 'U0ANN') })).toEqual(['neutral']);
    for (const failure of [stopped(job, 'U0ANN'), putBackFailure(job, 'U0ANN')])
      expect(verdictsOf(['aborted'], { failure })).toEqual(['neutral']);
    expect(verdictsOf(['aborted'], { failure: failedBy('frozen') })).toEqual(['neutral']);
  });

  it('is a success for a test that was carried through, whatever it has found', () => {
    const test = { kind: 'test' as const };
    expect(verdictsOf(['done'], test)).toEqual(['success']);
    expect(verdictsOf(['partial'], { ...test, matrix })).toEqual(['success']);
    expect(verdictsOf(['partial', 'unreachable', 'in-place'], test)).toEqual(['failure']);
    expect(verdictsOf(['unreachable'], { ...test, matrix })).toEqual(['failure']);
    expect(verdictsOf(['aborted'], { ...test, matrix, failure: stopped(aJob(test), 'U0ANN') })).toEqual(['neutral']);
  });
});
