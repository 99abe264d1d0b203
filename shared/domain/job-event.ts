// What can happen to a job.
import type { Approval } from './approval.ts';
import type { AuditSummary } from './drift.ts';
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
      shown?: Pick<Approval, 'approvers' | 'windows'> | undefined;
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
  /** `isNews`: something is other than at the last audit. */
  | { kind: 'audited'; hosts: HostSummary[]; plan: PlanSummary; audit: AuditSummary; isNews: boolean }
  /** A trial goes on: written before and after each of its moves. */
  | { kind: 'trial-moved'; trial: Trial }
  | { kind: 'tried'; trial: Trial; failure?: JobFailure | undefined }
  /** `as`: extra rules that the person satisfies. `barred`: why nothing may start now. */
  | {
      kind: 'approve';
      by: string;
      digest: string;
      as?: string[] | undefined;
      comment?: string | undefined;
      barred?: StartBar | undefined;
    }
  /** An approval is taken back. */
  | { kind: 'withdraw'; by: string }
  | { kind: 'reject'; by: string; reason: string }
  | { kind: 'apply'; by: string; barred?: StartBar | undefined }
  | { kind: 'expire' }
  /** `fence`: of the lease that the slice has taken. */
  | { kind: 'wave-started'; fence: number }
  | {
      kind: 'host-moved';
      moref: string;
      outcome: HostOutcome;
      stepsDone: number;
      note?: string | undefined;
      isProven?: boolean | undefined;
    }
  /** Asked before the first write to a host. Ignored when a person wants the job to stop here: then it is not begun. */
  | { kind: 'host-begun'; moref: string }
  /** `wave`: which one. A worker that was overtaken tells of one that the row has left behind. */
  | { kind: 'wave-passed'; wave: number }
  | { kind: 'pause'; by: string }
  | { kind: 'resume'; by: string }
  | { kind: 'abort'; by: string; isPuttingBack: boolean }
  | { kind: 'cancel'; by: string }
  /** A worker stands between two hosts, everything begun is proven, and a person wants the job to stop here. */
  | { kind: 'held' }
  /** A slice is alive and has nothing else to write. */
  | { kind: 'heartbeat' }
  | { kind: 'stopped'; state: StopState; failure: JobFailure; matrix?: MatrixSummary | undefined }
  /** A slice failed in a way that another slice may mend. */
  | { kind: 'troubled'; failure: JobFailure }
  /** An ended job owes nothing any more. */
  | { kind: 'settled' }
  /** Its message may show an older state again. */
  | { kind: 'unsettled' }
  /** What DRS was stands in the row before it is changed. */
  | { kind: 'drs-held'; cluster: Moref; was: HeldDrs['was'] }
  /** `holds`: which hold was ended, as the row said before vCenter was asked. */
  | { kind: 'drs-released'; holds?: number | undefined }
  | { kind: 'slice-over' }
  /** A slice found as many others at work at the vCenter as it may have. */
  | { kind: 'waits'; busy: number; workers: number }
  /** It got its turn. */
  | { kind: 'turn-came' }
  | { kind: 'proven'; matrix: MatrixSummary; failure?: JobFailure | undefined }
  | { kind: 'stalled' }
  | { kind: 'nudged-again' };

/** Why no change of a cluster may start at a moment. */
export type StartBar = 'frozen' | 'outside-window' | 'cluster-busy';

/** Ends that a slice brings about. */
export type StopState = Extract<
  EndState,
  'stale' | 'aborted' | 'rolled-back' | 'partial' | 'needs-hands' | 'unreachable' | 'invalid'
>;
