import type { JobVerdict } from './breaker.ts';
import { isEnded } from './exit-code.ts';
import type { Job } from './job.ts';

/** What an ended job says about the rule that started it; nothing while it is open. People and a freeze may end a job
 * at any time, which says nothing about the rule. */
export function judgeJob({ state, kind, matrix, failure }: Job): JobVerdict | undefined {
  if (!isEnded(state)) return undefined;
  const isEndedByPeople = state === 'rejected' || state === 'expired' || state === 'cancelled';
  if (isEndedByPeople || failure?.code === 'stopped' || failure?.code === 'frozen') return 'neutral';
  // A test that finds something has done its work.
  if (kind === 'test') return state === 'done' || (state === 'partial' && matrix !== undefined) ? 'success' : 'failure';
  return state === 'done' || state === 'in-place' ? 'success' : 'failure';
}
