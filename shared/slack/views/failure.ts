import { OpsError } from '../../errors.ts';
import { type Answer, renderRefusal } from './reply.ts';

const WHY: Record<OpsError['retry'], string> = {
  never: 'Trying the same again will not help.',
  later: 'It may work in a moment; nothing was started twice.',
  'outcome-unknown': 'The answer was lost, so it may or may not have happened.',
};

/** A failure in three private lines: what, why, what to do. Never a stack, never an outsider's raw words. */
export function renderFailure(error: unknown, requestId: string): Answer {
  if (error instanceof OpsError) {
    return renderRefusal({ what: error.message, why: `${WHY[error.retry]} (${error.code})`, fix: error.remedy });
  }
  return renderRefusal({
    what: 'This request met a defect of vmotion-ops and was stopped.',
    why: `The log holds it under the request ${requestId}.`,
    fix: '/vmotion history',
  });
}
