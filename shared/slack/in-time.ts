import { OpsError } from '../errors.ts';

/** Slack waits three seconds for an answer; some of them are on the way, and some for what stands around this. */
export const ANSWER_MS_MAX = 2200;

/** The work's outcome, if it comes in time. Throws `answer-late` otherwise: the person is told so instead of Slack's
 * "operation timed out". What still runs then runs on, and what it does is done once, however often it is asked. */
export async function inTime<T>(work: () => Promise<T>, ms: number = ANSWER_MS_MAX): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(answerLate()), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function answerLate(): OpsError {
  return new OpsError('answer-late', 'This takes longer than Slack waits for an answer.', {
    retry: 'outcome-unknown',
    remedy: 'Look before you ask again: /vmotion history. Where it stays so, the table or the queue does not answer.',
  });
}
