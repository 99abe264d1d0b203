// The row that is the truth about one request, from the command to its end.
import type { Approval } from './approval.ts';
import type { Finding } from './finding.ts';
import type { MigrationEvidence } from './judge-evidence.ts';
import type { Moref } from './inventory.ts';
import type { MatrixSummary } from './matrix.ts';
import type { StepKind } from './step.ts';
import type { Trial } from './trial.ts';

export type JobKind = 'status' | 'check' | 'enable' | 'repair' | 'test' | 'trial' | 'evidence' | 'revert';

export type OpenState = 'queued' | 'planning' | 'planned' | 'awaiting-approval' | 'approved' | 'applying' | 'verifying';

export type EndState =
  | 'done'
  | 'in-place'
  | 'invalid'
  | 'rejected'
  | 'expired'
  | 'cancelled'
  | 'stale'
  | 'aborted'
  | 'rolled-back'
  | 'partial'
  | 'needs-hands'
  | 'unreachable';

export type JobState = OpenState | EndState;

/** What became of a host. `kept`: changed and proven. `put-back`: as it was before. `untouched`: never written to. */
export type HostOutcome =
  | 'pending'
  | 'applying'
  | 'applied'
  | 'in-place'
  | 'kept'
  | 'put-back'
  | 'untouched'
  | 'skipped'
  | 'needs-hands';

export type HostSummary = {
  name: string;
  moref: string;
  /** From 0; absent where nothing is planned for the host. */
  wave?: number | undefined;
  outcome: HostOutcome;
  /** How many steps its plan has, and how many are done. */
  steps: number;
  stepsDone: number;
  digest?: string | undefined;
  /** One sentence: what happened, or why nothing did. */
  note?: string | undefined;
};

/** What ended a job early, in words for the channel. `commands`: what a person can type, where hands are needed. */
export type JobFailure = {
  code: string;
  what: string;
  why?: string | undefined;
  remedy: string;
  commands?: string[] | undefined;
};

export type PlanSummary = {
  digest: string;
  /** Steps by kind over all hosts. */
  counts: Partial<Record<StepKind, number>>;
  findings: Finding[];
  waves: number;
};

/** `gaps`: whose log could not be read, and why; or that it began anew not long ago. */
export type EvidenceSummary = { migrations: MigrationEvidence[]; gaps: string[] };

/** `isReleased`: it is again what it was. */
export type HeldDrs = { cluster: Moref; was: 'partiallyAutomated' | 'fullyAutomated'; isReleased: boolean };

export type Job = {
  /** Version of this row's shape. Newer code reads older rows. */
  schema: 1;
  id: string;
  kind: JobKind;
  cluster: string;
  vcenter: string;
  channel: string;
  requestedBy: string;
  /** The request this job came from: its second copy finds this row and makes no other. */
  requestId: string;
  /** `on-apply`: made by `plan`; approval alone does not start it. */
  start: 'on-approval' | 'on-apply';
  /** For a revert of one job: that job. */
  undoes?: string | undefined;
  createdAt: string;
  updatedAt: string;
  endedAt?: string | undefined;
  /** Set once an ended job has freed its lease and the channel shows its end: nothing is owed any more. */
  settledAt?: string | undefined;
  /** Grows with every write. */
  version: number;
  /** Which slice comes next. A message with another cursor is dropped. */
  cursor: number;
  /** How often the clock has sent this cursor again. */
  attempt: number;
  state: JobState;
  /** The wave being applied, from 0. */
  wave: number;
  hosts: HostSummary[];
  plan?: PlanSummary | undefined;
  approval?: Approval | undefined;
  matrix?: MatrixSummary | undefined;
  /** Only of a trial: what was asked for, and how far it is. */
  trial?: Trial | undefined;
  /** Only of `evidence`: the last migrations, the newest first. */
  evidence?: EvidenceSummary | undefined;
  failure?: JobFailure | undefined;
  /** The last thing that went wrong and was tried again. */
  trouble?: JobFailure | undefined;
  /** DRS of the cluster as the job found it, while it is held at manual. */
  drs?: HeldDrs | undefined;
  /** Set while a running job has not moved for two minutes. */
  stalledSince?: string | undefined;
  soapCalls: number;
};
