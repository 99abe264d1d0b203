// How a job's row goes from one version to the next.
import type { Decision } from './approval.ts';
import type { StartBar } from './job-event.ts';
import type { EndState, HostOutcome, HostSummary, Job } from './job.ts';

/** `nudge`: send the message of the new cursor. `notify`: let the channel's message follow the row. */
export type JobEffect = { kind: 'nudge' } | { kind: 'notify' } | { kind: 'release-lease' };

/** `ignored`: the event has no place in the job's state (a late copy, a second click). Nothing is written. */
export type JobDecision =
  | { kind: 'moved'; job: Job; effects: JobEffect[] }
  | { kind: 'ignored'; why: IgnoredWhy }
  | {
      kind: 'refused';
      reason: Extract<Decision, { kind: 'refused' }>['reason'] | 'not-approved' | 'no-approval-given' | StartBar;
    };

/** `already`: it is so, or was asked before. `overruled`: somebody asked for more than that. `held`: a person wants the
 * job to stop here. */
export type IgnoredWhy = 'ended' | 'wrong-state' | 'already' | 'overruled' | 'held';

export const NUDGE: JobEffect = { kind: 'nudge' };
export const NOTIFY: JobEffect = { kind: 'notify' };
export const RELEASE: JobEffect = { kind: 'release-lease' };

/** Whether hosts were left out because vCenter could not reach them. */
export function someSkipped(hosts: HostSummary[]): boolean {
  return hosts.some((host) => host.outcome === 'skipped');
}

/** The job's next version, and what must follow from it. A job that moves is no longer stalled. */
export function move(
  job: Job,
  at: Date,
  change: Partial<Job>,
  effects: JobEffect[],
  how: { keepStalled?: boolean } = {},
): JobDecision {
  const moved: Job = { ...job, ...change, version: job.version + 1, updatedAt: at.toISOString() };
  if (how.keepStalled !== true) moved.stalledSince = undefined;
  if (moved.cursor !== job.cursor) {
    moved.attempt = 0;
    moved.nudged = undefined;
  }
  return { kind: 'moved', job: moved, effects };
}

/** The job's end: nothing is pending any more, and the cluster is free. */
export function end(job: Job, at: Date, state: EndState, change: Partial<Job>): JobDecision {
  const hosts = (change.hosts ?? job.hosts).map((host) => ({ ...host, outcome: outcomeAtEnd(host) }));
  const over = { hosts, state, endedAt: at.toISOString(), control: undefined, pausedBy: undefined, waits: undefined };
  return move(job, at, { ...change, ...over, cursor: job.cursor + 1 }, [RELEASE, NOTIFY]);
}

/** At the end nothing is pending: what was never begun is untouched, and what was left half way needs hands. */
function outcomeAtEnd(host: HostSummary): HostOutcome {
  if (host.outcome === 'pending') return 'untouched';
  // Changed, but not proven: nobody may take it for kept.
  if (host.outcome === 'applying' || host.outcome === 'applied') return 'needs-hands';
  return host.outcome;
}
