// What the person who typed or clicked is told at once, in private. Rendered by shared/slack/views.
import type { AlarmPlace } from './alarm-place.ts';
import type { AlarmPolicy, AlarmRule } from './alarm-policy.ts';
import type { AuditEntry, ChainVerdict } from './audit-entry.ts';
import type { BreakerState } from './breaker.ts';
import type { AlarmCard } from './card.ts';
import type { Output, Verb } from './command.ts';
import type { Freeze } from './freeze.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { Job } from './job.ts';
import type { Cell } from './matrix.ts';
import type { PolicyAnswer } from './policy-explain.ts';
import type { HostRecord } from './record.ts';
import type { ClusterRights, Hours } from './rights.ts';

/** Three lines: what, why, and what to type instead. `exitCode` as in design: 2 invalid, 3 denied and so on. */
export type Refusal = { kind: 'refused'; code: string; what: string; why: string; fix: string; exitCode: number };

export type ClusterOverview = {
  cluster: string;
  hosts?: number | undefined;
  lastChange?: Job | undefined;
  lastTest?: Job | undefined;
  lastTrial?: Job | undefined;
  running?: Job | undefined;
};

export type ListedCluster = {
  cluster: string;
  vcenter: string;
  path: string;
  /** This channel may only read it. */
  isReadOnly: boolean;
  heldBy?: Job | undefined;
  freeze?: Freeze | undefined;
  hours?: Hours | undefined;
};

/** A cluster and the job that has it. */
export type ListedLock = { cluster: string; job: Job };

export type Reply =
  | { kind: 'help'; verb?: Verb | undefined; clusters: string[] }
  | { kind: 'version'; version: string }
  | { kind: 'whoami'; user: string; channel: string; clusters: ClusterRights[] }
  | { kind: 'list'; what: 'clusters'; clusters: ListedCluster[] }
  /** `more`: beyond those that are listed. `cluster`: of this one only. */
  | { kind: 'list'; what: 'jobs'; jobs: Job[]; more?: number | undefined; cluster?: string | undefined }
  | { kind: 'list'; what: 'locks'; locks: ListedLock[] }
  | { kind: 'list'; what: 'freezes'; freezes: Freeze[] }
  /** `running`: changes that had begun, and go on. */
  | { kind: 'frozen'; freeze: Freeze; clusters: string[]; running: Job[] }
  /** `left`: freezes that hold the cluster still. */
  | { kind: 'unfrozen'; lifted: Freeze[]; left: Freeze[]; clusters: string[]; channel: string; by: string }
  | { kind: 'overview'; clusters: ClusterOverview[] }
  | { kind: 'queued'; job: Job }
  /** `output`: how the person wants to see it. */
  | {
      kind: 'job';
      job: Job;
      records?: HostRecord[] | undefined;
      cells?: Cell[] | undefined;
      output?: Output | undefined;
    }
  /** The newest first. `hasOlder`: there are more than these. */
  | { kind: 'history'; cluster?: string | undefined; jobs: Job[]; hasOlder?: boolean | undefined }
  /** A decision that counted. `remaining`: approvals still needed. */
  | { kind: 'decided'; job: Job; decision: 'approved' | 'rejected' | 'applied' | 'withdrawn'; remaining: number }
  /** A wish about a job that runs or waits. `says`: what follows from it. */
  | { kind: 'controlled'; job: Job; verb: 'pause' | 'resume' | 'abort' | 'cancel'; says: string }
  /** Messages that could not be delivered, the oldest first. */
  | { kind: 'dead-letters'; letters: DeadLetter[] }
  | { kind: 'redriven'; letter: DeadLetter }
  | { kind: 'audit-verified'; verdicts: { chain: string; verdict: ChainVerdict }[] }
  /** The newest entries, the oldest of them first; `total`: how many there are. */
  | { kind: 'audit-exported'; chains: string[]; entries: AuditEntry[]; total: number }
  | { kind: 'alarms'; cluster?: string | undefined; cards: AlarmCard[] }
  | { kind: 'alarm-ignored'; card: string; alarm: string; until: string }
  | {
      kind: 'policy';
      policy: AlarmPolicy;
      rules: { rule: AlarmRule; breaker: BreakerState; startsLastHour: number }[];
      startsLastHour: number;
    }
  /** `host`: as typed, or the card's. */
  | { kind: 'policy-explained'; alarm: string; host: string; place: AlarmPlace; answer: PolicyAnswer }
  /** What the channel hears of the cluster now. */
  | { kind: 'subscribed'; cluster: string; topics: string[] }
  | Refusal;
