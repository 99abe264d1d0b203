// Who relies on distributed port groups as they are now.
import { isSameDistributed } from '../domain/group-goal.ts';
import type { DistributedPortGroup, Host } from '../domain/inventory.ts';
import { findSharing } from '../domain/sharing-clusters.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { adaptersOnVmotionStack } from '../domain/vmotion-adapters.ts';
import { OpsError } from '../errors.ts';
import type { VsphereSession } from '../ports.ts';
import type { Parts } from './parts.ts';
import { isBookkeeping } from './slice-error.ts';

export type Asking = { parts: Pick<Parts, 'settings' | 'store'>; settings: ClusterSettings; session: VsphereSession };

/** Names of hosts of the cluster and of clusters that share the port group, whose vMotion adapters are in it. `hosts`: the
 * cluster's; those `leaving` are about to take their adapters out. */
export async function findGroupUsers(
  asking: Asking,
  group: DistributedPortGroup,
  { hosts, leaving }: { hosts: readonly Host[]; leaving: ReadonlySet<string> },
): Promise<string[]> {
  const { settings } = asking;
  const staying = hosts.filter(({ moref }) => !leaving.has(moref.value));
  const own = await usersAmong(asking, settings.name, staying, group);
  const others: string[] = [];
  for (const other of findSharing(asking.parts.settings, settings)) {
    const names = await usersIn(asking, other, group);
    if (names.length > 0) others.push(`${other.name} (${listSome(names)})`);
  }
  return [...own, ...others];
}

async function usersIn(asking: Asking, other: ClusterSettings, group: DistributedPortGroup): Promise<string[]> {
  try {
    const { hosts } = await asking.session.readCluster(other.path);
    return await usersAmong(asking, other.name, hosts, group);
  } catch (error) {
    if (!(error instanceof OpsError) || error.retry !== 'never' || isBookkeeping(error)) throw error;
    // It can't be read, so that what was changed there counts as it was left.
    const baselines = await asking.parts.store.baselines.list(other.name);
    return baselines.map(({ name }) => name);
  }
}

async function usersAmong(
  { parts }: Asking,
  cluster: string,
  hosts: readonly Host[],
  group: DistributedPortGroup,
): Promise<string[]> {
  const baselines = hosts.some(({ network }) => network === undefined) ? await parts.store.baselines.list(cluster) : [];
  const isUser = ({ moref, network }: Host) =>
    network === undefined
      ? baselines.some(({ host }) => host === moref.value)
      : adaptersOnVmotionStack(network).some(
          ({ attachment }) =>
            attachment.kind === 'distributed' &&
            isSameDistributed({ key: attachment.portGroupKey, switchUuid: attachment.switchUuid }, group),
        );
  return hosts.filter(isUser).map(({ name }) => name);
}

const NAMED_MAX = 3;

function listSome(names: string[]): string {
  const more = names.length - NAMED_MAX;
  return `${names.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
