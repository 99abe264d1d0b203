// What a failure means to the slice it happened in.
import type { JobFailure } from '../domain/job.ts';
import { OpsError } from '../errors.ts';

/** Failures that end the slice, not the work: the message comes again, and the rows say where to go on. */
const NEXT_SLICE_CODES: ReadonlySet<string> = new Set(['lease-lost', 'lease-held', 'out-of-time', 'write-conflict', 'table-failed', 'queue-failed']);

/** Whether the step itself is not to blame: another slice shall go on from the rows. */
export function isForNextSlice(error: unknown): boolean {
  return !(error instanceof OpsError) || NEXT_SLICE_CODES.has(error.code) || error.code === 'vcenter-unreachable';
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
