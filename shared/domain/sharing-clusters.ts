// Clusters whose hosts are members of one distributed switch, and use the same port groups for vMotion.
import type { DistributedAttachRule } from './profile.ts';
import type { ClusterSettings, Settings } from './settings.ts';

/** Other clusters of vmotion.yaml that want one of the cluster's distributed port groups with a certain uplink, or whose
 * port group the cluster changes. Names of switches and port groups are compared: both clusters are of one vCenter. */
export function findSharing({ clusters }: Pick<Settings, 'clusters'>, own: ClusterSettings): ClusterSettings[] {
  return Object.values(clusters).filter((one) => one.name !== own.name && isSharing(one, own));
}

function isSharing(one: ClusterSettings, own: ClusterSettings): boolean {
  if (one.vcenter !== own.vcenter) return false;
  const owns = distributed(own);
  return distributed(one).some((a) => owns.some((b) => a.switchName === b.switchName && a.portGroup === b.portGroup));
}

/** Where no uplink is named, the order of the port group is whatever it is. */
function distributed({ profile }: ClusterSettings): DistributedAttachRule[] {
  return profile.adapters.flatMap(({ attach }) =>
    attach.kind === 'distributed' && attach.activeUplink !== undefined ? [attach] : [],
  );
}
