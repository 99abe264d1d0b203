// What a job will do, host by host, before it does it.
import type { Finding } from './finding.ts';
import type { Moref } from './inventory.ts';
import type { Step } from './step.ts';

/** Something the plan leaves alone although one might expect otherwise, and why. */
export type Untouched = { what: string; why: string };

/** One host's plan. `change` always has steps; `skipped` hosts can't be reached and stay as they are. */
export type HostPlan = {
  host: { moref: Moref; name: string };
  kind: 'change' | 'in-place' | 'blocked' | 'skipped';
  steps: Step[];
  findings: Finding[];
  untouched: Untouched[];
};
