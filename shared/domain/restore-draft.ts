// What the restore planner works on, and what it finds.
import type { Finding, FindingCode } from './finding.ts';
import type { GroupGoal } from './group-goal.ts';
import type { Host, HostNetwork, VmkernelAdapter } from './inventory.ts';
import type { Step } from './step.ts';

/** `before`: the image to return to. `applied`: the steps that led away from it; only what they explain is undone. `groups`:
 * the distributed port groups that this host's plan gives back, or has to leave; absent, as in rows of older versions and
 * where a revert is undone: those that `applied` changed, back to the image. `isOfRevert`: whether
 * `applied` are a revert's own. `inUse`: port groups and switches that the host would not remove. */
export type RestoreGoal = {
  before: HostNetwork;
  applied: Step[];
  groups?: GroupGoal[] | undefined;
  isOfRevert?: boolean | undefined;
  inUse?: string[] | undefined;
};

/** `name`: of the host whose image it is. A reference alone does not say so: a vCenter that is set up anew gives the same
 * ones to other hosts. */
export type NamedGoal = RestoreGoal & { name: string };

/** `pairs`: the adapters of the before-image that are still, or again, there. */
export type RestoreDraft = {
  host: Host;
  now: HostNetwork;
  goal: RestoreGoal;
  pairs: { old: VmkernelAdapter; vmk: VmkernelAdapter }[];
  findings: Finding[];
};

/** `message` goes on after the host's name and a colon. */
export function addWarning(draft: RestoreDraft, code: FindingCode, message: string, remedy?: string): void {
  const { name } = draft.host;
  draft.findings.push({ code, severity: 'warning', host: name, message: `${name}: ${message}`, remedy });
}
