import { ruleFor } from './access.ts';
import type { Approval } from './approval.ts';
import type { JobKind } from './job.ts';
import type { ClusterSettings } from './settings.ts';
import { windowText } from './windows.ts';

/** Who may approve a change of this kind and when it may start, as vmotion.yaml has it now: for people to read. */
export function declaredApproval(
  cluster: Pick<ClusterSettings, 'name' | 'access' | 'approval' | 'windows'>,
  kind: JobKind,
): Pick<Approval, 'approvers' | 'windows'> {
  const approvers = ruleFor(cluster, 'approve', kind).people;
  const windows = (cluster.windows ?? []).map(windowText);
  return windows.length === 0 ? { approvers } : { approvers, windows };
}
