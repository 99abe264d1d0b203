// Clusters and vCenters side by side: a job changes its own cluster and nothing else.
import type { HookCall } from '../../infra/lab/vcenter/vcenter.ts';
import { violate } from './violation.ts';
import type { Site } from './run.ts';

/** The cluster that a write changes; nothing for what is no cluster's. */
export function clusterOf({ lab: { model } }: Site, { target, host }: HookCall): string | undefined {
  const isTarget = (moref: { type: string; value: string }) =>
    moref.value === target.value && moref.type === target.type;
  const name = host ?? model.vms.find(({ moref }) => isTarget(moref))?.host;
  const own = model.clusters.find(({ moref, hosts }) => isTarget(moref) || hosts.some((one) => one.name === name));
  if (own !== undefined) return own.name;
  const dvs = model.distributedSwitches.find(({ portGroups }) => portGroups.some(({ key }) => key === target.value));
  const isMember = ({ network }: (typeof model.clusters)[number]['hosts'][number]) =>
    network.proxies.some(({ uuid }) => uuid === dvs?.uuid);
  return target.type === 'DistributedVirtualPortgroup'
    ? model.clusters.find(({ hosts }) => hosts.some(isMember))?.name
    : undefined;
}

/** Asked at every write. `own`: the cluster that was asked for, or, for a job that nobody asked for, the first that it
 * wrote to, with the vCenter that vmotion.yaml names for it. */
export function checkOwnPlace(
  site: Site,
  own: { job: string; cluster: string; vcenter: string },
  call: HookCall,
): void {
  const is = clusterOf(site, call);
  const where = call.host ?? call.target.value;
  if (own.vcenter !== site.vcenter || own.cluster !== is)
    violate(
      'a job changes only its own cluster',
      `${own.job} of ${own.cluster} in ${own.vcenter}: ${call.operation} on ${where} of ${is} in ${site.vcenter}`,
    );
}
