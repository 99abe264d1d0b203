import { expect, it } from 'vitest';
import { exitCodeOf, isEnded } from '../../shared/domain/exit-code.ts';
import type { JobState } from '../../shared/domain/job.ts';

it.each<{ state: JobState; code: number; ended: boolean }>([
  { state: 'queued', code: 0, ended: false },
  { state: 'planning', code: 0, ended: false },
  { state: 'planned', code: 0, ended: false },
  { state: 'awaiting-approval', code: 0, ended: false },
  { state: 'approved', code: 0, ended: false },
  { state: 'applying', code: 0, ended: false },
  { state: 'verifying', code: 0, ended: false },
  { state: 'done', code: 0, ended: true },
  { state: 'in-place', code: 0, ended: true },
  { state: 'invalid', code: 2, ended: true },
  { state: 'rejected', code: 3, ended: true },
  { state: 'rolled-back', code: 4, ended: true },
  { state: 'needs-hands', code: 5, ended: true },
  { state: 'stale', code: 6, ended: true },
  { state: 'expired', code: 7, ended: true },
  { state: 'aborted', code: 8, ended: true },
  { state: 'cancelled', code: 8, ended: true },
  { state: 'partial', code: 9, ended: true },
  { state: 'unreachable', code: 10, ended: true },
])('$state exits with $code', ({ state, code, ended }) => {
  expect(exitCodeOf(state)).toBe(code);
  expect(isEnded(state)).toBe(ended);
});
