// What the person who typed or clicked is told at once, in private. Rendered by shared/slack/views.
import type { Verb } from './command.ts';
import type { Job } from './job.ts';
import type { Cell } from './matrix.ts';
import type { HostRecord } from './record.ts';

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

export type Reply =
  | { kind: 'help'; verb?: Verb | undefined; clusters: string[] }
  | { kind: 'overview'; clusters: ClusterOverview[] }
  | { kind: 'queued'; job: Job }
  | { kind: 'job'; job: Job; records?: HostRecord[] | undefined; cells?: Cell[] | undefined }
  | { kind: 'history'; cluster?: string | undefined; jobs: Job[] }
  /** An approval or rejection that counted. `remaining`: approvals still needed. */
  | { kind: 'decided'; job: Job; decision: 'approved' | 'rejected' | 'applied'; remaining: number }
  | Refusal;
