import type { EndState, JobState } from './job.ts';

/** What a process or a job document answers for each end. Documented in docs/errors.md; scripts rely on it. */
const EXIT_CODES: Record<EndState, number> = {
  done: 0,
  'in-place': 0,
  invalid: 2,
  rejected: 3,
  'rolled-back': 4,
  'needs-hands': 5,
  stale: 6,
  expired: 7,
  aborted: 8,
  cancelled: 8,
  partial: 9,
  unreachable: 10,
};

export const END_STATES = Object.keys(EXIT_CODES) as EndState[];

/** Whether nothing more will happen to the job. */
export function isEnded(state: JobState): state is EndState {
  return Object.hasOwn(EXIT_CODES, state);
}

/** The exit code of a job in this state. A job that has not ended has done nothing wrong yet: 0. */
export function exitCodeOf(state: JobState): number {
  return isEnded(state) ? EXIT_CODES[state] : 0;
}
