// What a failure means to the slice it happened in.
import type { JobFailure } from '../domain/job.ts';
import { OpsError } from '../errors.ts';

const BOOKKEEPING_CODES: ReadonlySet<string> = new Set([
  'lease-lost',
  'lease-held',
  'out-of-time',
  'write-conflict',
  'table-failed',
  'queue-failed',
]);

/** Whether the host is not to blame: another slice shall go on from the rows. A write that failed for good is `never`. */
export function isForNextSlice(error: unknown): boolean {
  return !(error instanceof OpsError) || isBookkeeping(error) || error.retry !== 'never';
}

/** Our own rows and queues failing, or another worker having taken over. */
export function isBookkeeping(error: OpsError): boolean {
  return BOOKKEEPING_CODES.has(error.code);
}

/** A failure for the channel. Never a stack, never raw XML. */
export function toFailure(error: unknown): JobFailure {
  if (error instanceof OpsError) return { code: error.code, what: error.message, remedy: error.remedy };
  return {
    code: 'bug',
    what: 'A worker stopped on an error it did not expect.',
    remedy: 'Look for "slice-failed" with this job\'s id in the worker\'s log, and report it.',
  };
}
