import type { AlarmRule } from './alarm-policy.ts';
import type { Job } from './job.ts';
import type { ApprovalPolicy } from './settings.ts';

/** Whose approval a plan needs. A rule in mode auto has given it in vmotion.yaml, for so many hosts and not for more; one that
 * has left the file since, or asks now, has given none. `rules`: as the file has them now. */
export function approvalFor(
  { origin }: Pick<Job, 'origin'>,
  changedHosts: number,
  { declared, rules }: { declared: ApprovalPolicy; rules: readonly Pick<AlarmRule, 'id' | 'mode' | 'maxHosts'>[] },
): ApprovalPolicy {
  const rule = rules.find(({ id }) => id === origin?.rule);
  if (origin?.mode !== 'auto' || rule?.mode !== 'auto') return declared;
  if (changedHosts > Math.min(origin.maxHosts, rule.maxHosts)) return declared;
  return { ...declared, required: 0, kinds: {}, extra: [] };
}
