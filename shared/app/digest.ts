import { canonicalJson } from '../domain/canonical-json.ts';
import type { HostSummary, JobKind } from '../domain/job.ts';
import type { HostPlan } from '../domain/plan.ts';
import type { Sha256 } from '../ports.ts';

/** Stands for everything that will be done to one host: an approval is for these steps and no others. */
export function hostDigest(sha256: Sha256, plan: HostPlan): string {
  return sha256(canonicalJson({ host: plan.host, kind: plan.kind, steps: plan.steps }));
}

/** Stands for the whole plan: which hosts, in which waves, and each host's steps. */
export function planDigest(sha256: Sha256, plan: { cluster: string; kind: JobKind; hosts: HostSummary[] }): string {
  const hosts = plan.hosts.map(({ name, moref, wave, digest }) => ({ name, moref, wave, digest }));
  return sha256(canonicalJson({ cluster: plan.cluster, kind: plan.kind, hosts }));
}
