// What distributed port groups were before the product first changed them: kept beside the hosts' images, because whoever
// needs a port group last gives it back, of whichever cluster.
import { findOriginals, type GroupGoal } from '../domain/group-goal.ts';
import type { DistributedPortGroup, Host, HostNetwork } from '../domain/inventory.ts';
import type { HostRecord } from '../domain/record.ts';
import type { RestoreGoal } from '../domain/restore-draft.ts';
import { hasUplinksOf } from '../domain/step-effect.ts';
import type { Baseline } from '../ports.ts';
import { type Asking, findGroupUsers } from './group-users.ts';
import { guard, type Slice } from './host-work.ts';
import type { Parts } from './parts.ts';

/** Clusters have no blanks in their names: these rows are no cluster's. */
const rowsOf = (vcenter: string): string => `port groups of ${vcenter}`;

type Keeping = { parts: Pick<Parts, 'settings' | 'store' | 'clock'>; job: { id: string; cluster: string } };

/** Before a port group is changed, or the image that shows what it was is forgotten. The oldest is kept. */
export async function keepOriginals(
  { parts, job }: Keeping,
  record: HostRecord,
  originals: readonly DistributedPortGroup[],
): Promise<void> {
  const vcenter = vcenterOf(parts, job.cluster);
  if (vcenter === undefined || record.before === undefined) return;
  const at = parts.clock.now().toISOString();
  for (const group of originals) {
    const { key, name } = group;
    const before = { ...record.before, distributedPortGroups: [group] };
    const row = { cluster: rowsOf(vcenter), host: key, name, jobId: job.id, at, record: { ...record, before } };
    await parts.store.baselines.putIfAbsent(row);
  }
}

/** What becomes of distributed port groups once the hosts with these goals are back. */
export async function findGroupGoals(
  asking: Asking,
  goals: readonly RestoreGoal[],
  around: { hosts: readonly Host[]; leaving: ReadonlySet<string> },
): Promise<GroupGoal[]> {
  const kept = await listKept(asking.parts.store, asking.settings.vcenter);
  const found: GroupGoal[] = [];
  for (const original of findOriginals(
    goals,
    kept.map(toGroup).filter((one) => one !== undefined),
  ))
    found.push({ original, neededBy: await findGroupUsers(asking, original, around) });
  return found;
}

/** Of port groups that `network`, read in this slice, shows as they were at first, nothing needs to be known any more. Throws as
 * `guard` does: to a worker that stood still, the row of a job that came after it may look like the one of its own. */
export async function forgetOriginals(slice: Slice, network: HostNetwork): Promise<void> {
  const { parts, job } = slice;
  const { distributedPortGroups = [] } = network;
  const vcenter = vcenterOf(parts, job.cluster);
  if (vcenter === undefined || distributedPortGroups.length === 0) return;
  const back = (await listKept(parts.store, vcenter)).filter((row) => {
    const original = toGroup(row);
    const now = distributedPortGroups.find(({ key }) => key === row.host);
    return original !== undefined && now !== undefined && hasUplinksOf(now, original);
  });
  if (back.length > 0) await guard(slice);
  for (const row of back) await parts.store.baselines.remove(row);
}

const listKept = (store: Parts['store'], vcenter: string): Promise<Baseline[]> => store.baselines.list(rowsOf(vcenter));

const toGroup = ({ host, record }: Baseline): DistributedPortGroup | undefined =>
  record.before?.distributedPortGroups?.find(({ key }) => key === host);

const vcenterOf = ({ settings }: Pick<Parts, 'settings'>, cluster: string): string | undefined =>
  settings.clusters[cluster]?.vcenter;
