import { ruleFor } from '../domain/access.ts';
import { countMissing, type NeededExtra } from '../domain/approval.ts';
import { commandOf, planCommandOf } from '../domain/command-of.ts';
import type { StartBar } from '../domain/job-event.ts';
import type { JobDecision } from '../domain/job-move.ts';
import type { Job } from '../domain/job.ts';
import type { Refusal, Reply } from '../domain/reply.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { nextOpening } from '../domain/windows.ts';
import { findDenial, findWrongChannel, refuseByRule } from './access.ts';
import { refuseApproval } from './approval-refusal.ts';
import { findBusyFor } from './find-busy.ts';
import { findGroundless } from './grounds.ts';
import { notWaiting, unknownJob } from './job-refusal.ts';
import { APPROVAL_MAX_AGE_MS, isAmong, refuseUnknownGroup } from './membership.ts';
import { createMoveJob, type MoveJob } from './move-job.ts';
import type { EdgeParts } from './parts.ts';
import { explainBar, findStartBar } from './start-bar.ts';

/** `digest`: what the button carries, at least the first twelve hex digits of the plan's digest. */
export type DecisionRequest = {
  requestId: string;
  jobId: string;
  decision: 'approve' | 'reject' | 'apply' | 'withdraw';
  digest?: string | undefined;
  reason?: string | undefined;
  comment?: string | undefined;
  user: string;
  channel: string;
};

type Deciding = { parts: EdgeParts; moveJob: MoveJob; job: Job; cluster: ClusterSettings; request: DecisionRequest };

/** One person's approval, rejection, withdrawal or start, decided from the row whatever a button said. */
export function createDecideApproval(parts: EdgeParts): (request: DecisionRequest) => Promise<Reply> {
  const moveJob = createMoveJob(parts);
  return async function decideApproval(request) {
    const job = await parts.store.jobs.find(request.jobId);
    const cluster = job === undefined ? undefined : parts.settings.clusters[job.cluster];
    if (job === undefined || cluster === undefined) return unknownJob(request.jobId);
    const elsewhere = findWrongChannel(cluster, request.decision, request);
    if (elsewhere !== undefined) return elsewhere;
    const deciding = { parts, moveJob, job, cluster, request };
    switch (request.decision) {
      case 'approve':
        return approve(deciding);
      case 'apply':
        return apply(deciding);
      case 'reject':
        return reject(deciding);
      case 'withdraw':
        return withdraw(deciding);
      default:
        throw new Error(`unknown decision ${String(request.decision satisfies never)}`);
    }
  };
}

async function approve(deciding: Deciding): Promise<Reply> {
  const { moveJob, job, request } = deciding;
  const standing = await judgeApprover(deciding);
  if (standing.kind === 'refused') return standing;
  const groundless = findGroundlessJob(deciding);
  if (groundless !== undefined) return groundless;
  const { user: by, comment } = request;
  const digest = request.digest ?? job.approval?.digest ?? '';
  const barred = await findBar(deciding);
  const { job: after, decision } = await moveJob(job.id, {
    kind: 'approve',
    by,
    digest,
    comment,
    barred,
    as: standing.as,
  });
  if (decision.kind !== 'moved') return explain(deciding, after, decision);
  const remaining = after.approval === undefined ? 0 : countMissing(after.approval);
  return { kind: 'decided', job: after, decision: 'approved', remaining };
}

async function apply(deciding: Deciding): Promise<Reply> {
  const { parts, moveJob, job, cluster, request } = deciding;
  const denial = await findDenial(parts, cluster, 'apply', request);
  if (denial !== undefined) return denial;
  const groundless = findGroundlessJob(deciding);
  if (groundless !== undefined) return groundless;
  const barred = await findBar(deciding);
  const { job: after, decision } = await moveJob(job.id, { kind: 'apply', by: request.user, barred });
  if (decision.kind !== 'moved') return explain(deciding, after, decision);
  return { kind: 'decided', job: after, decision: 'applied', remaining: 0 };
}

async function reject(deciding: Deciding): Promise<Reply> {
  const { parts, moveJob, job, cluster, request } = deciding;
  const denial = await findDenial(parts, cluster, 'reject', request, job.kind);
  if (denial !== undefined) return denial;
  const reason = request.reason?.trim() ?? '';
  if (reason === '') return refuseSilence(job);
  const { job: after, decision } = await moveJob(job.id, { kind: 'reject', by: request.user, reason });
  if (decision.kind !== 'moved') return explain(deciding, after, decision);
  return { kind: 'decided', job: after, decision: 'rejected', remaining: 0 };
}

/** Whoever has approved may take it back, also when they could not approve any more. */
async function withdraw(deciding: Deciding): Promise<Reply> {
  const { moveJob, job, request } = deciding;
  const { job: after, decision } = await moveJob(job.id, { kind: 'withdraw', by: request.user });
  if (decision.kind !== 'moved') return explain(deciding, after, decision);
  const remaining = after.approval === undefined ? 0 : countMissing(after.approval);
  return { kind: 'decided', job: after, decision: 'withdrawn', remaining };
}

type Standing = { kind: 'may'; as: string[] } | Refusal;

/** Whether the person may approve this plan, and which of its extra rules they satisfy: asked afresh at every press.
 * Whoever an extra rule asks for may approve although the cluster's approvers are others. */
async function judgeApprover({ parts, job, cluster, request }: Deciding): Promise<Standing> {
  const rule = ruleFor(cluster, 'approve', job.kind);
  const person = { user: request.user, maxAgeMs: APPROVAL_MAX_AGE_MS };
  try {
    const as: NeededExtra[] = [];
    for (const extra of job.approval?.extra ?? []) {
      if (await isAmong(parts.groups, extra.from, person)) as.push(extra);
    }
    const isAllowed = as.length > 0 || (await isAmong(parts.groups, rule.people, person));
    return isAllowed ? { kind: 'may', as: as.map(({ name }) => name) } : refuseByRule(cluster, 'approve', rule);
  } catch (error) {
    return refuseUnknownGroup(error, rule.path);
  }
}

/** A plan may be made without grounds; carried out it is not. What a rule for alarms asked for has its grounds there. */
function findGroundlessJob({ cluster, job }: Deciding): Refusal | undefined {
  if (job.origin !== undefined) return undefined;
  const { reason, ticket } = job;
  return findGroundless(cluster, { reason, ticket }, (grounds) => {
    const again = { ...job, ...grounds };
    return (job.start === 'on-apply' ? planCommandOf(again) : undefined) ?? commandOf(again);
  });
}

async function findBar({ parts, job, cluster }: Deciding): Promise<StartBar | undefined> {
  const bar = await findStartBar(parts, cluster);
  return bar ?? ((await findBusyFor(parts, cluster, job)) === undefined ? undefined : 'cluster-busy');
}

async function explain(
  deciding: Deciding,
  job: Job,
  decision: Exclude<JobDecision, { kind: 'moved' }>,
): Promise<Reply> {
  if (decision.kind === 'ignored') return notWaiting(job);
  const { reason } = decision;
  if (reason === 'cluster-busy') return (await findBusyFor(deciding.parts, deciding.cluster, job)) ?? notWaiting(job);
  if (reason === 'frozen' || reason === 'outside-window')
    return explainBar(deciding.parts, deciding.cluster, reason, wayOn(deciding, job));
  return refuseApproval(job, reason);
}

/** What to do where the hour is the only thing that keeps the change from starting. */
function wayOn({ parts, cluster, request }: Deciding, job: Job): string {
  const opening = nextOpening(cluster.windows, parts.clock.now())?.toISOString();
  const expiresAt = job.approval?.expiresAt;
  if (opening !== undefined && expiresAt !== undefined && opening >= expiresAt) {
    return `This request expires before that, at ${expiresAt}. Ask again then: ${commandOf(job)}`;
  }
  if (request.decision === 'apply') return `Then type: /vmotion apply ${job.id}`;
  const plan = planCommandOf(job);
  if (plan === undefined) return `Then type: /vmotion approve ${job.id}`;
  return `Approve it then; or plan it now, have that approved, and apply it then: ${plan}`;
}

function refuseSilence({ id }: Job): Refusal {
  return {
    kind: 'refused',
    code: 'reason-missing',
    what: `Why is ${id} rejected?`,
    why: 'Who asked for the change reads your reason, and so does who looks later.',
    fix: `/vmotion reject ${id} --reason "the reason"`,
    exitCode: 2,
  };
}
