import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import { operationOf } from '../domain/operation-id.ts';
import type { JobMessage } from '../ports.ts';
import { auditedSession } from './audited-session.ts';
import { owesDrs, releaseDrs } from './hold-drs.ts';
import { leaseEnd } from './host-work.ts';
import { createPerform, type MoveJob } from './move-job.ts';
import type { Parts } from './parts.ts';
import { toFailure } from './slice-error.ts';
import type { SliceResult } from './slice-run.ts';
import { takeTurn } from './vcenter-turn.ts';

type Dropping = { parts: Parts; moveJob: MoveJob; deadline: Date };

/** A late copy. If it belongs to an ended job, whatever that end still owes is done once more. */
export async function dropSlice(dropping: Dropping, message: JobMessage, job: Job | undefined): Promise<SliceResult> {
  const { parts } = dropping;
  parts.log.info('message-dropped', { ...message, state: job?.state, rowCursor: job?.cursor });
  if (job !== undefined && isEnded(job.state) && job.settledAt === undefined) {
    await createPerform(parts)(job, [{ kind: 'release-lease' }, { kind: 'notify' }], message.attempt);
    if (await owesDrs(parts.store, job)) return releaseLate(dropping, job);
  }
  return 'dropped';
}

/** The job ended without its last slice: given up after three deliveries, or vCenter was away. */
async function releaseLate({ parts, moveJob, deadline }: Dropping, job: Job): Promise<SliceResult> {
  try {
    const turn = await takeTurn(parts, job, leaseEnd(deadline));
    if (turn.kind === 'busy') return 'finished';
    try {
      await turn.vsphere.withSession(job.vcenter, operationOf(job), (session) =>
        releaseDrs({ parts, session: auditedSession(parts, session, job), moveJob, jobId: job.id }),
      );
    } finally {
      await turn.leave();
    }
  } catch (error) {
    // The clock asks again.
    parts.log.warn('drs-still-held', { jobId: job.id, code: toFailure(error).code });
  }
  return 'finished';
}
