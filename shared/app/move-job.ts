import { newInAudit } from '../domain/audit-of-job.ts';
import { decide } from '../domain/decide.ts';
import type { JobEvent } from '../domain/job-event.ts';
import type { JobDecision, JobEffect } from '../domain/job-move.ts';
import type { Job } from '../domain/job.ts';
import { type HeardMessage, withHeard } from '../domain/nudges.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type AppendAudit, createAppendAudit } from './append-audit.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import type { EdgeParts } from './parts.ts';

/** How often a write that lost against another one is decided anew: more than the ten people who can be asked to
 * approve, each of whom may win once while a hundred others press. */
const CONFLICTS_MAX = 25;

/** The job as it is after the event, and what was decided about it. */
export type Moved = { job: Job; decision: JobDecision };

/** `soapCalls`: what the caller has spent at vCenter since it last said so. `cursor`: where the row must still stand for
 * the event to count. `fence`: the lease under which the last slice must have begun. `heard`: the message that the caller
 * was given. */
export type MoveJob = (jobId: string, event: JobEvent, from?: MoveFrom) => Promise<Moved>;

type MoveFrom = {
  soapCalls?: number;
  cursor?: number | undefined;
  fence?: number | undefined;
  heard?: HeardMessage | undefined;
};

type MoveParts = Pick<EdgeParts, 'store' | 'queue' | 'clock' | 'sha256' | 'log'>;

/**
 * Applies an event to a job's row: checkpoint first, then what follows from it. Throws `job-not-found`. A crash after
 * the checkpoint loses only messages, which the clock sends again.
 */
export function createMoveJob({ store, queue, clock, sha256, log }: MoveParts): MoveJob {
  const perform = createPerform({ store, queue });
  const audit = createAuditMove({ append: createAppendAudit(store.auditLog, sha256), log });
  const oneAtATime = createOneAtATime();
  return async function moveJob(jobId, event, from = {}) {
    const { before, ...moved } = await oneAtATime(jobId, () => write(jobId, event, from));
    if (before === undefined || moved.decision.kind !== 'moved') return moved;
    log.info('job-moved', { jobId, on: event.kind, from: before.state, to: moved.job.state });
    await audit(before, moved.job);
    await perform(moved.job, moved.decision.effects);
    return moved;
  };

  /** `before`: the row that was replaced. */
  async function write(
    jobId: string,
    event: JobEvent,
    { soapCalls = 0, cursor, fence, heard }: MoveFrom,
  ): Promise<Moved & { before?: Job }> {
    for (let attempt = 0; attempt < CONFLICTS_MAX; attempt += 1) {
      const job = await getJob(store, jobId);
      const isOvertaken =
        (cursor !== undefined && cursor !== job.cursor) || (fence !== undefined && fence !== job.fence);
      if (isOvertaken) return { job, decision: { kind: 'ignored', why: 'already' } };
      const decision = decide(job, event, clock.now());
      if (decision.kind !== 'moved') return { job, decision };
      const spent = { ...decision.job, soapCalls: decision.job.soapCalls + soapCalls };
      const moved = withHeard(spent, job, heard);
      if (await trySave(store, moved)) return { job: moved, decision, before: job };
    }
    const remedy = 'Try again: many people or workers wrote this job at the same moment.';
    throw new OpsError('write-conflict', `The row of ${jobId} changed under every attempt to write it.`, {
      retry: 'later',
      remedy,
    });
  }
}

/** What a job's new state adds to the audit log. It follows from the row, so what is lost here is written when the job
 * is settled; a job must not stand still for it. */
function createAuditMove({ append, log }: { append: AppendAudit; log: Log }) {
  return async (before: Job, after: Job): Promise<void> => {
    for (const draft of newInAudit(before, after)) {
      try {
        await append(draft);
      } catch (error) {
        log.warn('audit-delayed', { jobId: after.id, key: draft.key, error });
      }
    }
  };
}

/** Carries out what follows from a job's new state. Each may happen twice without harm. */
export function createPerform({ store, queue }: Pick<EdgeParts, 'store' | 'queue'>) {
  return async function perform(job: Job, effects: JobEffect[], attempt = 0): Promise<void> {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'release-lease':
          await store.leases.release(job.cluster, job.id);
          break;
        case 'nudge':
          await queue.sendJob({ jobId: job.id, cluster: job.cluster, cursor: job.cursor, attempt: job.attempt });
          break;
        case 'notify':
          await queue.sendNotice({ jobId: job.id, version: job.version, attempt });
          break;
        default:
          throw new Error(`unknown effect ${effect satisfies never}`);
      }
    }
  };
}

/** The job's row. Throws `job-not-found`. */
export async function getJob(store: Pick<EdgeParts['store'], 'jobs'>, jobId: string): Promise<Job> {
  const job = await store.jobs.find(jobId);
  if (job !== undefined) return job;
  const remedy = 'See the jobs there are: /vmotion history';
  throw new OpsError('job-not-found', `There is no job ${jobId}.`, { retry: 'never', remedy });
}

async function trySave(store: EdgeParts['store'], job: Job): Promise<boolean> {
  try {
    await store.jobs.save(job);
    return true;
  } catch (error) {
    if (error instanceof OpsError && error.code === 'write-conflict') return false;
    throw error;
  }
}
