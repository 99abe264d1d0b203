// Clusters and vCenters side by side: a job changes its own cluster and nothing else.
import type { HookCall } from '../../infra/lab/vcenter/vcenter.ts';
import { violate } from './violation.ts';
import type { Site } from './run.ts';

/** The clusters that a write changes; none for what is no cluster's. A distributed port group is that of every cluster with a
 * host on its switch. */
export function clustersOf({ lab: { model } }: Site, { target, host }: HookCall): string[] {
  const isTarget = (moref: { type: string; value: string }) =>
    moref.value === target.value && moref.type === target.type;
  const name = host ?? model.vms.find(({ moref }) => isTarget(moref))?.host;
  const own = model.clusters.find(({ moref, hosts }) => isTarget(moref) || hosts.some((one) => one.name === name));
  if (own !== undefined) return [own.name];
  const dvs = model.distributedSwitches.find(({ portGroups }) => portGroups.some(({ key }) => key === target.value));
  const isMember = ({ network }: (typeof model.clusters)[number]['hosts'][number]) =>
    network.proxies.some(({ uuid }) => uuid === dvs?.uuid);
  return target.type === 'DistributedVirtualPortgroup'
    ? model.clusters.filter(({ hosts }) => hosts.some(isMember)).map(({ name }) => name)
    : [];
}

/** Asked at every write. `own`: the cluster that was asked for, or, for a job that nobody asked for, the first that it
 * wrote to, with the vCenter that vmotion.yaml names for it. */
export function checkOwnPlace(
  site: Site,
  own: { job: string; cluster: string; vcenter: string },
  call: HookCall,
): void {
  const are = clustersOf(site, call);
  const where = call.host ?? call.target.value;
  if (own.vcenter !== site.vcenter || !are.includes(own.cluster))
    violate(
      'a job changes only its own cluster',
      `${own.job} of ${own.cluster} in ${own.vcenter}: ${call.operation} on ${where} of ${are.join(' and ')} in ${site.vcenter}`,
    );
}
