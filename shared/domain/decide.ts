// The job's state machine: one pure function from a job and an event to the next job and what must follow.
import { approve, type Decision, requestApproval } from './approval.ts';
import { END_STATES, isEnded } from './exit-code.ts';
import { commandOf } from './command-of.ts';
import type {
  EndState,
  EvidenceSummary,
  HostOutcome,
  HostSummary,
  Job,
  JobFailure,
  JobState,
  PlanSummary,
} from './job.ts';
import type { MatrixSummary } from './matrix.ts';
import type { ApprovalPolicy } from './settings.ts';
import type { Trial } from './trial.ts';

export type JobEvent =
  | { kind: 'planning-started' }
  | {
      kind: 'planned';
      hosts: HostSummary[];
      plan: PlanSummary;
      policy: ApprovalPolicy;
      trial?: Trial | undefined;
    }
  /** Nothing to change on any host that could be read. */
  | { kind: 'found-in-place'; hosts: HostSummary[]; plan: PlanSummary }
  | { kind: 'blocked'; hosts: HostSummary[]; plan: PlanSummary; failure: JobFailure }
  /** Read-only kinds go from planning to verifying, or straight to their end. */
  | { kind: 'probing-started'; hosts: HostSummary[] }
  | { kind: 'read'; hosts: HostSummary[] }
  /** Everything was looked at; `failure` is set when something blocks. */
  | { kind: 'checked'; hosts: HostSummary[]; plan: PlanSummary; failure?: JobFailure | undefined }
  | { kind: 'evidence-read'; hosts: HostSummary[]; evidence: EvidenceSummary }
  /** A trial goes on: written before and after each of its moves. */
  | { kind: 'trial-moved'; trial: Trial }
  | { kind: 'tried'; trial: Trial; failure?: JobFailure | undefined }
  | { kind: 'approve'; by: string; digest: string }
  | { kind: 'reject'; by: string; reason: string }
  | { kind: 'apply'; by: string }
  | { kind: 'expire' }
  | { kind: 'wave-started' }
  | { kind: 'host-moved'; moref: string; outcome: HostOutcome; stepsDone: number; note?: string | undefined }
  | { kind: 'wave-passed' }
  | { kind: 'stopped'; state: StopState; failure: JobFailure; matrix?: MatrixSummary | undefined }
  /** A slice failed in a way that another slice may mend. */
  | { kind: 'troubled'; failure: JobFailure }
  /** An ended job owes nothing any more. */
  | { kind: 'settled' }
  | { kind: 'slice-over' }
  | { kind: 'proven'; matrix: MatrixSummary; failure?: JobFailure | undefined }
  | { kind: 'stalled' }
  | { kind: 'nudged-again' };

export type StopState = Extract<
  EndState,
  'stale' | 'aborted' | 'rolled-back' | 'partial' | 'needs-hands' | 'unreachable' | 'invalid'
>;

/** `nudge`: send the message of the new cursor. `notify`: let the channel's message follow the row. */
export type JobEffect = { kind: 'nudge' } | { kind: 'notify' } | { kind: 'release-lease' };

/** `ignored`: the event has no place in the job's state (a late copy, a second click). Nothing is written. */
export type JobDecision =
  | { kind: 'moved'; job: Job; effects: JobEffect[] }
  | { kind: 'ignored'; why: 'ended' | 'wrong-state' }
  | { kind: 'refused'; reason: Extract<Decision, { kind: 'refused' }>['reason'] | 'not-approved' };

const NUDGE: JobEffect = { kind: 'nudge' };
const NOTIFY: JobEffect = { kind: 'notify' };
const RELEASE: JobEffect = { kind: 'release-lease' };

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

function someSkipped(hosts: HostSummary[]): boolean {
  return hosts.some((host) => host.outcome === 'skipped');
}

function move(
  job: Job,
  at: Date,
  change: Partial<Job>,
  effects: JobEffect[],
  how: { keepStalled?: boolean } = {},
): JobDecision {
  const moved: Job = { ...job, ...change, version: job.version + 1, updatedAt: at.toISOString() };
  if (how.keepStalled !== true) moved.stalledSince = undefined;
  if (moved.cursor !== job.cursor) moved.attempt = 0;
  return { kind: 'moved', job: moved, effects };
}

function end(job: Job, at: Date, state: EndState, change: Partial<Job>): JobDecision {
  const hosts = (change.hosts ?? job.hosts).map((host) => ({ ...host, outcome: outcomeAtEnd(host) }));
  return move(job, at, { ...change, hosts, state, endedAt: at.toISOString(), cursor: job.cursor + 1 }, [
    RELEASE,
    NOTIFY,
  ]);
}

/** At the end nothing is pending: what was never begun is untouched, and what was left half way needs hands. */
function outcomeAtEnd(host: HostSummary): HostOutcome {
  if (host.outcome === 'pending') return 'untouched';
  // Changed, but not proven: nobody may take it for kept.
  if (host.outcome === 'applying' || host.outcome === 'applied') return 'needs-hands';
  return host.outcome;
}
