import type { Job } from './job.ts';
import type { ApprovalPolicy } from './settings.ts';

/** Whose approval a plan needs. A rule in mode auto has given it in vmotion.yaml, for so many hosts and not for more. */
export function approvalFor(job: Pick<Job, 'origin'>, changedHosts: number, declared: ApprovalPolicy): ApprovalPolicy {
  const { origin } = job;
  if (origin?.mode !== 'auto' || changedHosts > origin.maxHosts) return declared;
  return { ...declared, required: 0, kinds: {}, extra: [] };
}
