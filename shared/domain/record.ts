// What is kept of one host in one job: the plan, the before-image and the journal.
import type { HostNetwork, HostStorage, Moref } from './inventory.ts';
import type { HostPlan } from './plan.ts';
import type { RestoreGoal } from './restore-draft.ts';
import type { Step } from './step.ts';

/** `intended` is written before the call to vCenter, `done` after its answer. `device`: what add-vmk returned. `isLeft`: what
 * was to be removed is in use and stays. */
export type JournalEntry = {
  index: number;
  state: 'intended' | 'done';
  at: string;
  device?: string | undefined;
  isLeft?: boolean | undefined;
};

export type HostPhase = 'planned' | 'applying' | 'applied' | 'restoring' | 'restored' | 'needs-hands';

export type HostRecord = {
  schema: 1;
  jobId: string;
  host: { moref: Moref; name: string };
  /** The cluster in vCenter that it was planned in. Absent in rows of older versions. */
  parent?: Moref | undefined;
  version: number;
  phase: HostPhase;
  plan: HostPlan;
  digest: string;
  /** For a revert: where the host shall return to, and the steps that led away from there. */
  goal?: RestoreGoal | undefined;
  /** For a revert: the baseline that was forgotten when the host was back, should the revert itself be undone. */
  forgotten?: { jobId: string; at: string } | undefined;
  /** The network the plan was made from; also what `status` and `test` saw. */
  observed?: HostNetwork | undefined;
  /** What it was planned with, where the plan had to know. Absent in rows of older versions. */
  storage?: HostStorage | undefined;
  /** The network as it was right before the first write. Never overwritten. */
  before?: HostNetwork | undefined;
  journal: JournalEntry[];
  /** The steps that put the host back, with a journal of their own, once that was begun. */
  restore?: { steps: Step[]; journal: JournalEntry[]; reason: string } | undefined;
  after?: HostNetwork | undefined;
};
