// Distributed port groups are nobody's own: what becomes of them when hosts go back.
import type { DistributedPortGroup, HostNetwork } from './inventory.ts';
import type { RestoreGoal } from './restore-draft.ts';
import type { Step } from './step.ts';

/** `original`: the port group before this product first changed it. `neededBy`: who relies on it as it is now, in words;
 * while there is anybody, it stays. */
export type GroupGoal = { original: DistributedPortGroup; neededBy: string[] };

/** The distributed port groups that the steps change, as they are before. */
export function changedGroups(steps: readonly Step[]): DistributedPortGroup[] {
  return steps.flatMap((step) => (step.kind === 'update-distributed-port-group' ? [step.from] : []));
}

type GroupKey = Pick<DistributedPortGroup, 'key' | 'switchUuid'>;

/** A vCenter that is set up anew gives the same keys to other port groups. */
export function isSameDistributed(one: GroupKey, other: GroupKey): boolean {
  return one.key === other.key && one.switchUuid === other.switchUuid;
}

/** The port groups that are to be given back once hosts with these goals are back, as they were at first. `kept`: those that
 * are known to be changed, whoever changed them; the hosts' own images tell of others that their own steps have changed. */
export function findOriginals(
  goals: readonly RestoreGoal[],
  kept: readonly DistributedPortGroup[],
): DistributedPortGroup[] {
  const found: DistributedPortGroup[] = [];
  for (const { before, applied } of goals) {
    for (const step of applied) {
      if (step.kind === 'update-distributed-port-group') add(found, original(step.to, before, kept));
      if (step.kind !== 'add-vmk' || step.spec.attachment.kind !== 'distributed') continue;
      const { portGroupKey, switchUuid } = step.spec.attachment;
      add(
        found,
        kept.find((one) => isSameDistributed(one, { key: portGroupKey, switchUuid })),
      );
    }
  }
  return found;
}

function original(
  group: DistributedPortGroup,
  before: HostNetwork,
  kept: readonly DistributedPortGroup[],
): DistributedPortGroup | undefined {
  const isIt = (one: DistributedPortGroup) => isSameDistributed(one, group);
  return kept.find(isIt) ?? before.distributedPortGroups?.find(isIt);
}

function add(found: DistributedPortGroup[], group: DistributedPortGroup | undefined): void {
  if (group !== undefined && !found.some((one) => isSameDistributed(one, group))) found.push(group);
}
