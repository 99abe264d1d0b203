// The job's state machine: one pure function from a job and an event to the next job and what must follow.
import { approve, requestApproval } from './approval.ts';
import { commandOf } from './command-of.ts';
import { END_STATES, isEnded } from './exit-code.ts';
import type { HostOutcome, Job, JobFailure, JobState } from './job.ts';
import type { JobEvent } from './job-event.ts';
import { end, type JobDecision, move, NOTIFY, NUDGE, someSkipped } from './job-move.ts';

/** States in which a worker has something to do. */
export const RUNNING: JobState[] = ['queued', 'planning', 'approved', 'applying', 'verifying'];

/** Where each event may happen. What is not listed is ignored, so that a repeated event changes nothing. */
const ALLOWED: Record<JobEvent['kind'], JobState[]> = {
  'planning-started': ['queued'],
  planned: ['planning'],
  'found-in-place': ['planning'],
  blocked: ['planning'],
  'probing-started': ['planning'],
  read: ['planning'],
  checked: ['planning'],
  'evidence-read': ['planning'],
  'trial-moved': ['applying'],
  tried: ['applying'],
  approve: ['awaiting-approval', 'planned'],
  reject: ['awaiting-approval', 'planned'],
  apply: ['planned'],
  expire: ['awaiting-approval', 'planned'],
  'wave-started': ['approved', 'applying'],
  'host-moved': ['applying'],
  'wave-passed': ['applying'],
  stopped: RUNNING,
  troubled: RUNNING,
  settled: END_STATES,
  'drs-held': ['applying'],
  'drs-released': ['applying', 'verifying', ...END_STATES],
  'slice-over': RUNNING,
  proven: ['verifying'],
  stalled: RUNNING,
  'nudged-again': RUNNING,
};

export function decide(job: Job, event: JobEvent, at: Date): JobDecision {
  if (!ALLOWED[event.kind].includes(job.state))
    return { kind: 'ignored', why: isEnded(job.state) ? 'ended' : 'wrong-state' };
  switch (event.kind) {
    case 'planning-started':
      return move(job, at, { state: 'planning' }, [NOTIFY]);
    case 'planned': {
      const { hosts, plan, policy } = event;
      const approval = requestApproval(policy, { digest: plan.digest, requestedBy: job.requestedBy, at });
      const state = job.start === 'on-apply' ? 'planned' : 'awaiting-approval';
      const trial = event.trial ?? job.trial;
      return move(job, at, { state, hosts, plan, approval, trial, cursor: job.cursor + 1 }, [NOTIFY]);
    }
    case 'found-in-place':
      return end(job, at, someSkipped(event.hosts) ? 'partial' : 'in-place', { hosts: event.hosts, plan: event.plan });
    case 'blocked':
      return end(job, at, 'invalid', { hosts: event.hosts, plan: event.plan, failure: event.failure });
    case 'probing-started':
      return move(job, at, { state: 'verifying', hosts: event.hosts, cursor: job.cursor + 1 }, [NUDGE, NOTIFY]);
    case 'read':
      return end(job, at, someSkipped(event.hosts) ? 'partial' : 'done', { hosts: event.hosts });
    case 'checked': {
      const { hosts, plan, failure } = event;
      const state = failure !== undefined ? 'invalid' : someSkipped(hosts) ? 'partial' : 'done';
      return end(job, at, state, { hosts, plan, failure });
    }
    case 'evidence-read':
      return end(job, at, someSkipped(event.hosts) ? 'partial' : 'done', {
        hosts: event.hosts,
        evidence: event.evidence,
      });
    case 'trial-moved':
      return move(job, at, { trial: event.trial }, [NOTIFY]);
    case 'tried': {
      const { trial, failure } = event;
      return end(job, at, failure === undefined ? 'done' : 'partial', { trial, failure });
    }
    case 'approve':
      return decideApproval(job, event, at);
    case 'reject': {
      const what = `<@${event.by}> rejected the plan: ${event.reason}`;
      const failure: JobFailure = { code: 'rejected', what, remedy: commandOf(job) };
      return end(job, at, 'rejected', { failure });
    }
    case 'apply':
      if (!isApproved(job)) return { kind: 'refused', reason: 'not-approved' };
      return move(job, at, { state: 'approved' }, [NUDGE, NOTIFY]);
    case 'expire': {
      if (job.approval === undefined || at.toISOString() < job.approval.expiresAt)
        return { kind: 'ignored', why: 'wrong-state' };
      const what = 'Nobody approved the plan in time. Nothing was changed.';
      return end(job, at, 'expired', {
        failure: { code: 'expired', what, remedy: commandOf(job) },
      });
    }
    case 'wave-started':
      return move(job, at, { state: 'applying' }, [NOTIFY]);
    case 'host-moved': {
      const hosts = job.hosts.map((host) =>
        host.moref === event.moref
          ? { ...host, outcome: event.outcome, stepsDone: event.stepsDone, note: event.note ?? host.note }
          : host,
      );
      return move(job, at, { hosts }, [NOTIFY]);
    }
    case 'wave-passed': {
      const hosts = job.hosts.map((host) =>
        host.wave === job.wave && host.outcome === 'applied' ? { ...host, outcome: keptAs(job) } : host,
      );
      const isLast = job.wave + 1 >= (job.plan?.waves ?? 0);
      const next = isLast ? { state: 'verifying' as const } : { wave: job.wave + 1 };
      return move(job, at, { hosts, ...next, cursor: job.cursor + 1 }, [NUDGE, NOTIFY]);
    }
    case 'stopped':
      return end(job, at, event.state, { failure: event.failure, matrix: event.matrix });
    case 'troubled':
      return move(job, new Date(job.updatedAt), { trouble: event.failure }, [], { keepStalled: true });
    case 'drs-held':
      return move(job, at, { drs: { cluster: event.cluster, was: event.was, isReleased: false } }, [NOTIFY]);
    case 'drs-released': {
      if (job.drs === undefined || job.drs.isReleased) return { kind: 'ignored', why: 'wrong-state' };
      return move(job, new Date(job.updatedAt), { drs: { ...job.drs, isReleased: true } }, [NOTIFY], {
        keepStalled: true,
      });
    }
    case 'settled':
      return move(job, new Date(job.updatedAt), { settledAt: at.toISOString() }, [], { keepStalled: true });
    case 'slice-over':
      return move(job, at, { cursor: job.cursor + 1 }, [NUDGE, NOTIFY]);
    case 'proven': {
      const isWhole =
        event.matrix.unexpected === 0 &&
        (event.matrix.apart ?? 0) === 0 &&
        !someSkipped(job.hosts) &&
        event.failure === undefined;
      return end(job, at, isWhole ? 'done' : 'partial', { matrix: event.matrix, failure: event.failure });
    }
    case 'stalled':
      return move(job, new Date(job.updatedAt), { stalledSince: at.toISOString() }, [NOTIFY], { keepStalled: true });
    case 'nudged-again':
      return move(job, new Date(job.updatedAt), { attempt: job.attempt + 1 }, [NUDGE], { keepStalled: true });
    default:
      throw new Error(`unknown event ${event satisfies never}`);
  }
}

export function isApproved(job: Job): boolean {
  return job.approval !== undefined && job.approval.approvedBy.length >= job.approval.required;
}

function decideApproval(job: Job, press: { by: string; digest: string }, at: Date): JobDecision {
  if (job.approval === undefined) return { kind: 'ignored', why: 'wrong-state' };
  const decision = approve(job.approval, { ...press, at });
  if (decision.kind === 'refused') return decision;
  const isStarting = decision.isComplete && job.start === 'on-approval';
  const state = isStarting ? 'approved' : job.state;
  return move(job, at, { approval: decision.approval, state }, isStarting ? [NUDGE, NOTIFY] : [NOTIFY]);
}

/** A host that a revert has restored is put back; one that an enable has changed is kept. */
function keptAs(job: Job): HostOutcome {
  return job.kind === 'revert' ? 'put-back' : 'kept';
}
