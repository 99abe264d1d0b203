import { commandOf } from '../domain/command-of.ts';
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

type RefusedBecause = 'own-request' | 'already-approved' | 'digest-differs' | 'expired' | 'not-approved';

function refuseApproval(job: Job, because: RefusedBecause): Refusal {
  const missing = (job.approval?.required ?? 0) - (job.approval?.approvedBy.length ?? 0);
  const askAnother = `Ask somebody else to type: /vmotion approve ${job.id}`;
  switch (because) {
    case 'own-request':
      return refuse({
        code: 'own-request',
        exitCode: 3,
        what: 'This approval does not count: it is your own request.',
        why: 'A change needs a second person.',
        fix: askAnother,
      });
    case 'already-approved':
      return refuse({
        code: 'already-approved',
        exitCode: 3,
        what: 'You have approved this plan already.',
        why: 'Each person counts once.',
        fix: askAnother,
      });
    case 'digest-differs':
      return refuse({
        code: 'digest-differs',
        exitCode: 6,
        what: 'This approval does not count: it was for another plan.',
        why: "The message you pressed shows a plan that is not this job's.",
        fix: `/vmotion show ${job.id}`,
      });
    case 'expired':
      return refuse({
        code: 'expired',
        exitCode: 7,
        what: 'The request has expired. Nothing was changed.',
        why: `It could be approved until ${job.approval?.expiresAt ?? 'then'}.`,
        fix: commandOf(job),
      });
    case 'not-approved':
      return refuse({
        code: 'not-approved',
        exitCode: 3,
        what: `${job.id} is not approved yet.`,
        why: `It needs ${missing} more approval${missing === 1 ? '' : 's'}, not from the requester.`,
        fix: `/vmotion approve ${job.id}`,
      });
    default:
      throw new Error(`unknown reason ${because satisfies never}`);
  }
}

function notWaiting(job: Job): Refusal {
  return refuse({
    code: 'not-waiting',
    exitCode: 2,
    what: `${job.id} is ${job.state}.`,
    why: isEnded(job.state)
      ? 'It has ended, so there is nothing to decide.'
      : 'It is past that point, or not there yet.',
    fix: `/vmotion show ${job.id}`,
  });
}

export function unknownJob(jobId: string): Refusal {
  return refuse({
    code: 'job-not-found',
    exitCode: 2,
    what: `There is no job ${jobId}.`,
    why: 'No row with that id is stored.',
    fix: '/vmotion history',
  });
}

function refuse(refusal: Omit<Refusal, 'kind'>): Refusal {
  return { kind: 'refused', ...refusal };
}
