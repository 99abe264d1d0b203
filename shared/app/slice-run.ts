// What every slice has in hand, and how the work of its one session moves the job on.
import type { JobEvent } from '../domain/job-event.ts';
import type { Job } from '../domain/job.ts';
import { operationOf } from '../domain/operation-id.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';
import type { VsphereSession } from '../ports.ts';
import { auditedSession } from './audited-session.ts';
import type { Heart } from './heartbeat.ts';
import { releaseDrs } from './hold-drs.ts';
import { getJob, type MoveJob } from './move-job.ts';
import type { Parts } from './parts.ts';

/** `retry`: the message must come again. `dropped`: its cursor is not the row's any more. */
export type SliceResult = 'finished' | 'dropped' | 'retry';

export type SliceRun = { parts: Parts; moveJob: MoveJob; job: Job; deadline: Date; heart: Heart };

/** What vmotion.yaml says of the job's cluster. Throws `cluster-not-found` when it names it no more. */
export function contextOf({ parts, job }: Pick<SliceRun, 'parts' | 'job'>): {
  parts: Parts;
  settings: ClusterSettings;
} {
  const settings = parts.settings.clusters[job.cluster];
  if (settings !== undefined) return { parts, settings };
  throw new OpsError('cluster-not-found', `${job.cluster} is not in vmotion.yaml any more.`, {
    retry: 'never',
    remedy: 'Put the cluster back into vmotion.yaml, or choose one of those it has: /vmotion status',
  });
}

/** Runs one session's work and moves the job on by what it answers. */
export async function concludeSession(
  run: SliceRun,
  work: (session: VsphereSession) => Promise<JobEvent>,
): Promise<SliceResult> {
  const { parts, job, moveJob, deadline } = run;
  let soapCalls = 0;
  const event = await parts.vsphere.withSession(job.vcenter, operationOf(job), async (plain) => {
    const session = auditedSession(parts, plain, job, deadline);
    try {
      const answer = await work(session);
      // Before the end is told, so that what is told includes it.
      if (isStopping(answer) && (await isStillIn(run))) await releaseDrs({ parts, session, moveJob, jobId: job.id });
      return answer;
    } finally {
      soapCalls = session.calls;
    }
  });
  const { decision } = await moveJob(job.id, event, { soapCalls });
  parts.log.info('slice-finished', {
    jobId: job.id,
    cursor: job.cursor,
    moved: event.kind,
    decision: decision.kind,
    soapCalls,
  });
  return 'finished';
}

/** Events after which no other slice follows, or none before a person says so. */
function isStopping({ kind }: JobEvent): boolean {
  return kind === 'stopped' || kind === 'proven' || kind === 'held';
}

/** While its matrix was tested, a person may have sent the job back to its hosts: those need DRS held. */
async function isStillIn({ parts, job }: SliceRun): Promise<boolean> {
  if (job.state !== 'verifying' || job.drs === undefined) return true;
  return (await getJob(parts.store, job.id)).state !== 'applying';
}
