// A distributed port group is every host's, but only one host's plan narrows its uplinks: the others' images show it as
// that one left it.
import type { HostNetwork } from './inventory.ts';
import type { Step } from './step.ts';

/** The image with each distributed port group's uplinks as they were, its own or the switch's, before the first of
 * `changes`, the oldest first. Needed once the host whose own image shows them so has been brought back and forgotten. */
export function withFirstUplinks(before: HostNetwork, changes: readonly Step[]): HostNetwork {
  const { distributedPortGroups } = before;
  if (distributedPortGroups === undefined) return before;
  const groups = distributedPortGroups.map((group) => {
    const first = changes.find((step) => step.kind === 'update-distributed-port-group' && step.from.key === group.key);
    if (first?.kind !== 'update-distributed-port-group') return group;
    const { uplinks, overridesUplinks } = first.from;
    return { ...group, uplinks, overridesUplinks };
  });
  return { ...before, distributedPortGroups: groups };
}
