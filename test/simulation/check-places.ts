// Clusters and vCenters side by side: a job changes its own cluster and nothing else.
import type { HookCall } from '../../infra/lab/vcenter/vcenter.ts';
import type { Job } from '../../shared/domain/job.ts';
import { violate } from './violation.ts';
import type { Site } from './run.ts';

/** Asked at every write: it is on a host, a VM, a switch or the cluster of the job, in the job's vCenter. */
export function checkOwnPlace(site: Site, job: Job, { operation, target, host }: HookCall): void {
  const text = `${job.id} of ${job.cluster} in ${job.vcenter}: ${operation} on ${host ?? target.value} in ${site.vcenter}`;
  if (job.vcenter !== site.vcenter) violate('a job changes only its own cluster', text);
  const { model } = site.lab;
  const cluster = model.clusters.find(({ name }) => name === job.cluster);
  const isOwnHost = (name: string | undefined) => cluster?.hosts.some((one) => one.name === name) === true;
  const vm = model.vms.find(({ moref }) => moref.value === target.value && moref.type === target.type);
  const isOwn =
    isOwnHost(host ?? vm?.host) ||
    cluster?.moref.value === target.value ||
    (target.type === 'DistributedVirtualPortgroup' && job.cluster === 'cluster-dvs');
  if (!isOwn) violate('a job changes only its own cluster', text);
}
