// The job's state machine: one pure function from a job and an event to the next job and what must follow.
import { approve, isComplete, requestApproval, withdraw } from './approval.ts';
import { commandOf } from './command-of.ts';
import { decideAbort, decideCancel, decideHeld, decidePause, decideResume } from './decide-control.ts';
import { END_STATES, isEnded } from './exit-code.ts';
import type { HeldDrs, HostOutcome, HostSummary, Job, JobFailure, JobState } from './job.ts';
import type { JobEvent } from './job-event.ts';
import { decideAudited, quietEnd } from './decide-audited.ts';
import { end, type JobDecision, move, NOTIFY, NUDGE, someSkipped } from './job-move.ts';
import { oneNudgeMore } from './nudges.ts';
import { lastSignOfLife } from './sign-of-life.ts';

/** States in which a worker has something to do. */
export const RUNNING: JobState[] = ['queued', 'planning', 'approved', 'applying', 'verifying'];

/** A job whose slice is at work shows a sign of life at least this often, and half as long again where a read is slow. */
export const HEARTBEAT_MS = 20_000;

/** Where each event may happen. What is not listed is ignored, so that a repeated event changes nothing. */
export const ALLOWED: Record<JobEvent['kind'], JobState[]> = {
  'planning-started': ['queued'],
  planned: ['planning'],
  'found-in-place': ['planning'],
  blocked: ['planning'],
  'probing-started': ['planning'],
  read: ['planning'],
  checked: ['planning'],
  'evidence-read': ['planning'],
  audited: ['planning'],
  'trial-moved': ['applying'],
  tried: ['applying'],
  approve: ['awaiting-approval', 'planned'],
  reject: ['awaiting-approval', 'planned'],
  withdraw: ['awaiting-approval', 'planned'],
  apply: ['planned'],
  expire: ['awaiting-approval', 'planned'],
  'wave-started': ['approved', 'applying'],
  'host-begun': ['applying'],
  'host-moved': ['applying'],
  'wave-passed': ['applying'],
  pause: ['approved', 'applying', 'paused'],
  resume: ['approved', 'applying', 'paused', 'verifying'],
  abort: ['approved', 'applying', 'paused', 'verifying'],
  cancel: ['queued', 'planning', 'planned', 'awaiting-approval'],
  held: ['applying'],
  heartbeat: RUNNING,
  stopped: RUNNING,
  troubled: RUNNING,
  settled: END_STATES,
  unsettled: END_STATES,
  'drs-held': ['applying'],
  'drs-released': ['applying', 'paused', 'verifying', ...END_STATES],
  'slice-over': RUNNING,
  waits: RUNNING,
  'turn-came': RUNNING,
  proven: ['verifying'],
  stalled: RUNNING,
  'nudged-again': RUNNING,
};

/** The job after the event, and what follows from it. Pure. An event that does not fit the job's state is `ignored`, so that a
 * second copy of anything changes nothing; one that people are not allowed is `refused`. */
export function decide(job: Job, event: JobEvent, at: Date): JobDecision {
  if (!ALLOWED[event.kind].includes(job.state))
    return { kind: 'ignored', why: isEnded(job.state) ? 'ended' : 'wrong-state' };
  switch (event.kind) {
    case 'planning-started':
      return move(job, at, { state: 'planning' }, [NOTIFY]);
    case 'planned': {
      const { hosts, plan, policy } = event;
      const { kind, requestedBy } = job;
      const approval = { ...requestApproval(policy, { kind, plan, hosts, requestedBy, at }), ...event.shown };
      const trial = event.trial ?? job.trial;
      const change = { hosts, plan, approval, trial, cursor: job.cursor + 1 };
      if (job.start === 'on-apply') return move(job, at, { ...change, state: 'planned' }, [NOTIFY]);
      // Only a rule for alarms can need nobody: vmotion.yaml asks for at least one person.
      if (approval.required === 0) return move(job, at, { ...change, state: 'approved' }, [NUDGE, NOTIFY]);
      return move(job, at, { ...change, state: 'awaiting-approval' }, [NOTIFY]);
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
    case 'audited':
      return decideAudited(job, event, at);
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
    case 'withdraw': {
      const approval = job.approval === undefined ? undefined : withdraw(job.approval, event.by);
      if (approval === undefined) return { kind: 'refused', reason: 'no-approval-given' };
      return move(job, at, { approval }, [NOTIFY]);
    }
    case 'apply':
      if (!isApproved(job)) return { kind: 'refused', reason: 'not-approved' };
      if (event.barred !== undefined) return { kind: 'refused', reason: event.barred };
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
      // It stood still after it had taken the lease, and another slice has taken it since.
      if (event.fence < (job.fence ?? 0)) return { kind: 'ignored', why: 'already' };
      return move(job, at, { state: 'applying', fence: event.fence }, [NOTIFY]);
    case 'host-begun':
      if (job.control !== undefined) return { kind: 'ignored', why: 'held' };
      return moveHost(job, { ...event, outcome: 'applying', stepsDone: 0 }, at);
    case 'host-moved':
      return moveHost(job, event, at);
    case 'pause':
      return decidePause(job, event.by, at);
    case 'resume':
      return decideResume(job, at);
    case 'abort':
      return decideAbort(job, event, at);
    case 'cancel':
      return decideCancel(job, event.by, at);
    case 'held':
      return decideHeld(job, at);
    case 'heartbeat':
      return decideHeartbeat(job, at);
    case 'wave-passed': {
      if (event.wave !== job.wave) return { kind: 'ignored', why: 'already' };
      const hosts = job.hosts.map((host) =>
        host.wave === job.wave && host.outcome === 'applied' ? { ...host, outcome: keptAs(job) } : host,
      );
      const isLast = job.wave + 1 >= (job.plan?.waves ?? 0);
      if (isLast && job.control !== undefined && job.control.want !== 'pause') return decideHeld({ ...job, hosts }, at);
      const next = isLast ? { state: 'verifying' as const } : { wave: job.wave + 1 };
      return move(job, at, { hosts, ...next, cursor: job.cursor + 1 }, [NUDGE, NOTIFY]);
    }
    case 'stopped':
      return end(job, at, event.state, {
        failure: event.failure,
        matrix: event.matrix,
        ...quietEnd(job, event.failure),
      });
    case 'troubled':
      return move(job, new Date(job.updatedAt), { trouble: event.failure }, [], { keepStalled: true });
    case 'drs-held':
      return move(job, at, { drs: toHeld(job, event) }, [NOTIFY]);
    case 'drs-released': {
      if (job.drs === undefined || job.drs.isReleased) return { kind: 'ignored', why: 'wrong-state' };
      // Told by a worker that stood still after it had put DRS back: another one has held it since.
      if (job.drs.holds !== event.holds) return { kind: 'ignored', why: 'wrong-state' };
      return move(job, new Date(job.updatedAt), { drs: { ...job.drs, isReleased: true } }, [NOTIFY], {
        keepStalled: true,
      });
    }
    case 'settled':
      return move(job, new Date(job.updatedAt), { settledAt: at.toISOString() }, [], { keepStalled: true });
    case 'unsettled':
      return job.settledAt === undefined
        ? { kind: 'ignored', why: 'wrong-state' }
        : move(job, new Date(job.updatedAt), { settledAt: undefined }, [], { keepStalled: true });
    case 'slice-over':
      return move(job, at, { cursor: job.cursor + 1 }, [NUDGE, NOTIFY]);
    case 'waits':
      return decideWaits(job, event, at);
    case 'turn-came':
      return job.waits === undefined
        ? { kind: 'ignored', why: 'already' }
        : move(job, at, { waits: undefined }, [NOTIFY]);
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
      return decideNudge(job, at);
    default:
      throw new Error(`unknown event ${event satisfies never}`);
  }
}

/** Whether everybody has approved who must. */
export function isApproved(job: Job): boolean {
  return job.approval !== undefined && isComplete(job.approval);
}

type ApproveEvent = Extract<JobEvent, { kind: 'approve' }>;

function decideApproval(job: Job, press: ApproveEvent, at: Date): JobDecision {
  if (job.approval === undefined) return { kind: 'ignored', why: 'wrong-state' };
  const decision = approve(job.approval, { ...press, at });
  if (decision.kind === 'refused') return decision;
  const isStarting = decision.isComplete && job.start === 'on-approval';
  // An approval counts at any time; the one that would start the change waits until it may start.
  if (isStarting && press.barred !== undefined) return { kind: 'refused', reason: press.barred };
  const state = isStarting ? 'approved' : job.state;
  return move(job, at, { approval: decision.approval, state }, isStarting ? [NUDGE, NOTIFY] : [NOTIFY]);
}

type HostChange = Pick<HostSummary, 'moref' | 'outcome' | 'stepsDone' | 'note' | 'isProven'>;

function moveHost(job: Job, { moref, outcome, stepsDone, note, isProven }: HostChange, at: Date): JobDecision {
  const hosts = job.hosts.map((host) =>
    host.moref === moref
      ? { ...host, outcome, stepsDone, note: note ?? host.note, isProven: isProven ?? host.isProven }
      : host,
  );
  return move(job, at, { hosts }, [NOTIFY]);
}

/** A sign of life moves nothing else, and is not worth a write where there was another one just now. */
function decideHeartbeat(job: Job, at: Date): JobDecision {
  if (at.getTime() - lastSignOfLife(job).getTime() < HEARTBEAT_MS) return { kind: 'ignored', why: 'already' };
  const effects = job.stalledSince === undefined ? [] : [NOTIFY];
  return move(job, new Date(job.updatedAt), { heartbeatAt: at.toISOString() }, effects);
}

/** Told once; that it still waits is a sign of life. The row says since when, and how it was when it was told. */
function decideWaits(job: Job, { busy, workers }: { busy: number; workers: number }, at: Date): JobDecision {
  const since = at.toISOString();
  const waits = job.waits ?? { since, busy, workers };
  const effects = job.waits === undefined || job.stalledSince !== undefined ? [NOTIFY] : [];
  return move(job, new Date(job.updatedAt), { waits, heartbeatAt: since }, effects);
}

/** That nothing was heard of it is no sign of life. Its message is sent first: what the queue refuses is tried again by the
 * next round of the clock, and not after a pause. */
function decideNudge(job: Job, at: Date): JobDecision {
  const change = { attempt: job.attempt + 1, nudged: oneNudgeMore(job, at) };
  return move(job, new Date(job.updatedAt), change, [], { keepStalled: true });
}

/** A host that a revert has restored is put back; one that an enable has changed is kept. */
function keptAs(job: Job): HostOutcome {
  return job.kind === 'revert' ? 'put-back' : 'kept';
}

function toHeld({ drs }: Job, { cluster, was }: Extract<JobEvent, { kind: 'drs-held' }>): HeldDrs {
  const held: HeldDrs = { cluster, was, isReleased: false };
  return drs === undefined ? held : { ...held, holds: (drs.holds ?? 1) + 1 };
}
