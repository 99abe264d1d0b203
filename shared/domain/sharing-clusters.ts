// Clusters whose hosts are members of one distributed switch, and use the same port groups for vMotion.
import type { DistributedAttachRule } from './profile.ts';
import type { ClusterSettings, Settings } from './settings.ts';

/** Other clusters of vmotion.yaml that want one of the cluster's distributed port groups with a certain uplink, or whose
 * port group the cluster changes. Names of switches and port groups are compared: both clusters are of one datacenter. */
export function findSharing({ clusters }: Pick<Settings, 'clusters'>, own: ClusterSettings): ClusterSettings[] {
  return Object.values(clusters).filter((one) => one.name !== own.name && isSharing(one, own));
}

function isSharing(one: ClusterSettings, own: ClusterSettings): boolean {
  if (!isSameDatacenter(one, own)) return false;
  const owns = distributed(own);
  return distributed(one).some((a) => owns.some((b) => a.switchName === b.switchName && a.portGroup === b.portGroup));
}

/** A distributed switch is its datacenter's, and its name is unique there. `path`: the cluster's in the inventory. */
export function isSameDatacenter(
  one: Pick<ClusterSettings, 'vcenter' | 'path'>,
  other: Pick<ClusterSettings, 'vcenter' | 'path'>,
): boolean {
  return one.vcenter === other.vcenter && datacenterOf(one.path) === datacenterOf(other.path);
}

/** With the folders that it is in: "/Folder/Datacenter". A datacenter's part of the path ends before its folder "host". */
function datacenterOf(path: string): string {
  const end = path.indexOf('/host/', 1);
  return end === -1 ? path : path.slice(0, end);
}

/** Where no uplink is named, the order of the port group is whatever it is. */
function distributed({ profile }: ClusterSettings): DistributedAttachRule[] {
  return profile.adapters.flatMap(({ attach }) =>
    attach.kind === 'distributed' && attach.activeUplink !== undefined ? [attach] : [],
  );
}
