import { canonicalJson } from '../domain/canonical-json.ts';
import type { HostSummary, JobKind } from '../domain/job.ts';
import type { HostPlan } from '../domain/plan.ts';
import type { Step } from '../domain/step.ts';
import type { Sha256 } from '../ports.ts';

/** Stands for everything that will be done to one host: an approval is for these steps and no others. */
export function hostDigest(sha256: Sha256, plan: HostPlan): string {
  return sha256(canonicalJson({ host: plan.host, kind: plan.kind, steps: plan.steps.map(toApproved) }));
}

/** Approvals of plans that an older version made hold: such a plan has no word of whose an order of uplinks is, and means
 * the port group's own. Whose it was before shows in the version that the change goes with. */
function toApproved(step: Step): Step {
  if (step.kind !== 'update-distributed-port-group') return step;
  const isGivenBack = step.to.overridesUplinks === false;
  return {
    ...step,
    from: { ...step.from, overridesUplinks: undefined },
    to: { ...step.to, overridesUplinks: isGivenBack ? false : undefined },
  };
}

/** Stands for the whole plan: which hosts, in which waves, and each host's steps. */
export function planDigest(sha256: Sha256, plan: { cluster: string; kind: JobKind; hosts: HostSummary[] }): string {
  const hosts = plan.hosts.map(({ name, moref, wave, digest }) => ({ name, moref, wave, digest }));
  return sha256(canonicalJson({ cluster: plan.cluster, kind: plan.kind, hosts }));
}
