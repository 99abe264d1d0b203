// Storage is asked for only where a plan would take an adapter away from it.
import type { Host } from '../domain/inventory.ts';
import type { HostPlan } from '../domain/plan.ts';
import { leavingDefaultStack } from '../domain/storage-way.ts';
import type { VsphereSession } from '../ports.ts';

/** The plans, and the hosts as they were planned. Where a host would lose an adapter of the default stack, vCenter is asked what
 * storage it has, in one call for all such hosts, and they are planned again with that. */
export async function planWithStorage(
  session: VsphereSession,
  hosts: Host[],
  plan: (hosts: Host[]) => HostPlan[],
): Promise<{ hosts: Host[]; plans: HostPlan[] }> {
  const first = plan(hosts);
  const asked = hosts.filter((_, index) => leavingDefaultStack(first[index]?.steps ?? []).length > 0);
  if (asked.length === 0) return { hosts, plans: first };
  const told = await session.readStorage(asked.map(({ moref }) => moref));
  const storage = new Map(asked.map(({ moref }, index) => [moref.value, told[index]]));
  const known = hosts.map((host) => ({ ...host, storage: storage.get(host.moref.value) }));
  return { hosts: known, plans: plan(known) };
}
