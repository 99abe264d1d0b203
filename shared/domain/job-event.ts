// What can happen to a job.
import type { Moref } from './inventory.ts';
import type { EndState, EvidenceSummary, HeldDrs, HostOutcome, HostSummary, JobFailure, PlanSummary } from './job.ts';
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
  /** What DRS was stands in the row before it is changed. */
  | { kind: 'drs-held'; cluster: Moref; was: HeldDrs['was'] }
  | { kind: 'drs-released' }
  | { kind: 'slice-over' }
  | { kind: 'proven'; matrix: MatrixSummary; failure?: JobFailure | undefined }
  | { kind: 'stalled' }
  | { kind: 'nudged-again' };

/** Ends that a slice brings about. */
export type StopState = Extract<
  EndState,
  'stale' | 'aborted' | 'rolled-back' | 'partial' | 'needs-hands' | 'unreachable' | 'invalid'
>;
