// The row that is the truth about one request, from the command to its end.
import type { Approval } from './approval.ts';
import type { AuditSummary } from './drift.ts';
import type { Finding } from './finding.ts';
import type { MigrationEvidence } from './judge-evidence.ts';
import type { Moref } from './inventory.ts';
import type { MatrixSummary } from './matrix.ts';
import type { StepKind } from './step.ts';
import type { Trial } from './trial.ts';

export type JobKind = 'status' | 'check' | 'enable' | 'repair' | 'test' | 'trial' | 'evidence' | 'audit' | 'revert';

export type OpenState =
  | 'queued'
  | 'planning'
  | 'planned'
  | 'awaiting-approval'
  | 'approved'
  | 'applying'
  /** Stopped between two hosts by a person, who may let it go on. The cluster stays the job's. */
  | 'paused'
  | 'verifying';

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
  /** Left as it is, but on the stack: the one host of the job is proven against it. */
  isPeer?: boolean | undefined;
  /** One sentence: what happened, or why nothing did. */
  note?: string | undefined;
  /** A ping of another host has proven its change. Without: it had nobody to ping yet. */
  isProven?: boolean | undefined;
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

/** `isReleased`: it is again what it was. `holds`: how often the job has held it; absent where once. */
export type HeldDrs = {
  cluster: Moref;
  was: 'partiallyAutomated' | 'fullyAutomated';
  isReleased: boolean;
  holds?: number | undefined;
};

/** The rule and the alarm card that a job comes from. `auto`: it needs no approval as long as its plan changes at most
 * `maxHosts` hosts. `ask`: it is approved as any change is. */
export type JobOrigin = { rule: string; card: string; mode: 'auto' | 'ask'; maxHosts: number };

export type ControlWish = 'pause' | 'abort' | 'abort-and-put-back';

/** What a person asked of a job that runs: it is done before the next host is begun. */
export type JobControl = { want: ControlWish; by: string; at: string };

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
  /** Why, and under which change, in the words of the person who asked. */
  reason?: string | undefined;
  ticket?: string | undefined;
  /** An enable or a repair of this one host of the cluster, by its name in vCenter. */
  onlyHost?: string | undefined;
  /** The file that the person asked for with -o. */
  output?: 'text' | 'csv' | 'json' | undefined;
  /** Set where a rule for alarms asked, and no person: see JobOrigin. */
  origin?: JobOrigin | undefined;
  /** The job that this one tries again. */
  retryOf?: string | undefined;
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
  /** Of the lease under which the last slice began that writes: what those before it still say no longer counts. */
  fence?: number | undefined;
  /** How often it did so since a slice was given the newest message, the last time at `at`; `since`: the last sign of life
   * before that. Rows of older versions have no `at`. */
  nudged?: { since: string; count: number; at?: string | undefined } | undefined;
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
  /** Only of `audit`: what it found. */
  audit?: AuditSummary | undefined;
  /** Nothing of the job is posted: the schedule asked for it, and there is nothing to tell. */
  isQuiet?: boolean | undefined;
  /** Of an audit by schedule: the code of the failure that the one before ended with, which is told once. */
  knownFailure?: string | undefined;
  failure?: JobFailure | undefined;
  /** The last thing that went wrong and was tried again. */
  trouble?: JobFailure | undefined;
  /** DRS of the cluster as the job found it, while it is held at manual. */
  drs?: HeldDrs | undefined;
  /** Asked and not done yet. A pause that came too late stays until the end, so that it can be said. */
  control?: JobControl | undefined;
  pausedBy?: string | undefined;
  /** The last sign of life of a slice that had nothing else to write; what is written otherwise is one too. */
  heartbeatAt?: string | undefined;
  /** Set while its next slice waits for a turn at vCenter: how many slices work there, of how many. */
  waits?: { since: string; busy: number; workers: number } | undefined;
  /** Set while a running job has given no sign of life for two minutes. */
  stalledSince?: string | undefined;
  soapCalls: number;
};
