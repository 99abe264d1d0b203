import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { Refusal, Reply } from '../domain/reply.ts';
import { findDenial } from './access.ts';
import { createMoveJob, type MoveJob } from './move-job.ts';
import type { EdgeParts } from './parts.ts';
import { findBusy } from './find-busy.ts';

/** `digest`: what the button carries, at least the first twelve hex digits of the plan's digest. */
export type DecisionRequest = {
  requestId: string;
  jobId: string;
  decision: 'approve' | 'reject' | 'apply';
  digest?: string | undefined;
  reason?: string | undefined;
  user: string;
  channel: string;
};

/** One person's approval, rejection or start, decided from the row whatever a button said. */
export function createDecideApproval(parts: EdgeParts): (request: DecisionRequest) => Promise<Reply> {
  const moveJob = createMoveJob(parts);
  return async function decideApproval(request) {
    const job = await parts.store.jobs.find(request.jobId);
    if (job === undefined) return unknownJob(request.jobId);
    const cluster = parts.settings.clusters[job.cluster];
    if (cluster === undefined) return unknownJob(request.jobId);
    const denial = findDenial(cluster, request.decision, request);
    if (denial !== undefined) return denial;
    if (request.decision === 'reject') return reject(moveJob, job, request);
    const busy = await findBusy(parts, job.cluster, job.id);
    if (busy !== undefined) return busy;
    return request.decision === 'apply' ? apply(moveJob, job, request) : approve(moveJob, job, request);
  };
}

async function reject(moveJob: MoveJob, job: Job, { user, reason }: DecisionRequest): Promise<Reply> {
  const moved = await moveJob(job.id, { kind: 'reject', by: user, reason: reason || 'no reason given' });
  if (moved.decision.kind !== 'moved') return notWaiting(moved.job);
  return { kind: 'decided', job: moved.job, decision: 'rejected', remaining: 0 };
}

async function approve(moveJob: MoveJob, job: Job, request: DecisionRequest): Promise<Reply> {
  const digest = request.digest ?? job.approval?.digest ?? '';
  const { job: after, decision } = await moveJob(job.id, { kind: 'approve', by: request.user, digest });
  if (decision.kind === 'ignored') return notWaiting(after);
  if (decision.kind === 'refused') return refuseApproval(after, decision.reason);
  const remaining = (after.approval?.required ?? 0) - (after.approval?.approvedBy.length ?? 0);
  return { kind: 'decided', job: after, decision: 'approved', remaining: Math.max(0, remaining) };
}

async function apply(moveJob: MoveJob, job: Job, request: DecisionRequest): Promise<Reply> {
  const { job: after, decision } = await moveJob(job.id, { kind: 'apply', by: request.user });
  if (decision.kind === 'ignored') return notWaiting(after);
  if (decision.kind === 'refused') return refuseApproval(after, decision.reason);
  return { kind: 'decided', job: after, decision: 'applied', remaining: 0 };
}

function refuseApproval(
  job: Job,
  reason: 'own-request' | 'already-approved' | 'digest-differs' | 'expired' | 'not-approved',
): Refusal {
  const again = `/vmotion ${job.kind} ${job.cluster}`;
  switch (reason) {
    case 'own-request':
      return refusal(
        'own-request',
        3,
        'This approval does not count: it is your own request.',
        'A change needs a second person.',
        `Ask somebody else to type: /vmotion approve ${job.id}`,
      );
    case 'already-approved':
      return refusal(
        'already-approved',
        3,
        'You have approved this plan already.',
        'Each person counts once.',
        `Ask somebody else to type: /vmotion approve ${job.id}`,
      );
    case 'digest-differs':
      return refusal(
        'digest-differs',
        6,
        'This approval does not count: it was for another plan.',
        "The message you pressed shows a plan that is not this job's.",
        `Read the plan that is: /vmotion show ${job.id}`,
      );
    case 'expired':
      return refusal(
        'expired',
        7,
        'The request has expired. Nothing was changed.',
        `It could be approved until ${job.approval?.expiresAt ?? 'then'}.`,
        again,
      );
    case 'not-approved': {
      const missing = (job.approval?.required ?? 0) - (job.approval?.approvedBy.length ?? 0);
      return refusal(
        'not-approved',
        3,
        `${job.id} is not approved yet.`,
        `It needs ${missing} more approval${missing === 1 ? '' : 's'}, not from the requester.`,
        `/vmotion approve ${job.id}`,
      );
    }
    default:
      throw new Error(`unknown reason ${reason satisfies never}`);
  }
}

function notWaiting(job: Job): Refusal {
  const why = isEnded(job.state)
    ? 'It has ended, so there is nothing to decide.'
    : 'It is past that point, or not there yet.';
  return refusal('not-waiting', 2, `${job.id} is ${job.state}.`, why, `/vmotion show ${job.id}`);
}

export function unknownJob(jobId: string): Refusal {
  return refusal('job-not-found', 2, `There is no job ${jobId}.`, 'No row with that id is stored.', '/vmotion history');
}

function refusal(code: string, exitCode: number, what: string, why: string, fix: string): Refusal {
  return { kind: 'refused', code, what, why, fix, exitCode };
}
