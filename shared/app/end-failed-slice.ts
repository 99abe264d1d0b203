import { OpsError } from '../errors.ts';
import { isBookkeeping, toFailure } from './slice-error.ts';
import type { SliceResult, SliceRun } from './slice-run.ts';

/** What a slice's failure makes of its job. Throws what is a bug, for the dead-letter queue to keep. */
export async function endFailedSlice(
  { parts, moveJob, job }: Pick<SliceRun, 'parts' | 'moveJob' | 'job'>,
  error: unknown,
): Promise<SliceResult> {
  const failure = toFailure(error);
  parts.log.warn('slice-failed', { jobId: job.id, cursor: job.cursor, state: job.state, code: failure.code, error });
  const isWriting = job.state === 'approved' || job.state === 'applying';
  if (!(error instanceof OpsError)) throw error;
  // Nothing was written yet, so the person gets the answer at once and decides when to try again.
  if (!isWriting && !isBookkeeping(error)) {
    const state = job.state === 'verifying' && job.kind !== 'test' ? 'partial' : endOf(error);
    await moveJob(job.id, { kind: 'stopped', state, failure });
    return 'finished';
  }
  if (error.code === 'out-of-time') {
    await moveJob(job.id, { kind: 'slice-over' });
    return 'finished';
  }
  await moveJob(job.id, { kind: 'troubled', failure });
  return 'retry';
}

function endOf(error: OpsError): 'unreachable' | 'invalid' | 'aborted' {
  const away: string[] = [
    'vcenter-unreachable',
    'vcenter-timeout',
    'vcenter-login-failed',
    'vcenter-untrusted',
    'vcenter-session-lost',
    'host-not-connected',
  ];
  if (away.includes(error.code)) return 'unreachable';
  const wrong: string[] = [
    'cluster-not-found',
    'cluster-ambiguous',
    'config-invalid',
    'config-missing',
    'secret-missing',
    'vcenter-not-a-vcenter',
    'vcenter-version',
  ];
  return wrong.includes(error.code) ? 'invalid' : 'aborted';
}
