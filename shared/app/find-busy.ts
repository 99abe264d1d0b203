import { changedHosts } from '../domain/decide-control.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { Job, JobKind } from '../domain/job.ts';
import type { Refusal } from '../domain/reply.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { findSharing } from '../domain/sharing-clusters.ts';
import type { EdgeParts } from './parts.ts';

/** A refusal naming the job that has the cluster now, unless that is `jobId` or nobody. */
export async function findBusy(
  { store }: Pick<EdgeParts, 'store'>,
  cluster: string,
  jobId?: string,
): Promise<Refusal | undefined> {
  const lease = await store.leases.find(cluster);
  if (lease === undefined || lease.jobId === '' || lease.jobId === jobId) return undefined;
  const holder = await store.jobs.find(lease.jobId);
  if (holder === undefined || isEnded(holder.state)) return undefined;
  return {
    kind: 'refused',
    code: 'cluster-busy',
    what: `${cluster} is being changed by ${holder.id} (<@${holder.requestedBy}>). Your request was not queued.`,
    why: `One job at a time changes a cluster. ${progressOf(holder)}`,
    fix: `/vmotion show ${holder.id}`,
    exitCode: 2,
  };
}

/** The same for a change that is to start, which may also not run beside one of a cluster that shares its distributed port
 * groups. */
export async function findBusyFor(
  parts: Pick<EdgeParts, 'store' | 'settings'>,
  cluster: ClusterSettings,
  { kind, id }: { kind: JobKind; id?: string },
): Promise<Refusal | undefined> {
  const busy = await findBusy(parts, cluster.name, id);
  if (busy !== undefined) return busy;
  const holder = await findSharingHolder(parts, cluster, kind);
  if (holder === undefined) return undefined;
  return {
    kind: 'refused',
    code: 'cluster-busy',
    what: `${holder.cluster} is being changed by ${holder.id} (<@${holder.requestedBy}>), and ${cluster.name} has the same distributed port groups. Your request was not queued.`,
    why: `One job at a time changes what both of them use. ${progressOf(holder)}`,
    fix: `/vmotion show ${holder.id}`,
    exitCode: 2,
  };
}

/** The job that has a cluster with the same distributed port groups now, where that one and a job of this kind would get
 * into each other's way. */
export async function findSharingHolder(
  { store, settings }: Pick<EdgeParts, 'store' | 'settings'>,
  cluster: ClusterSettings,
  kind: JobKind,
): Promise<Job | undefined> {
  if (!OF_NETWORKS.has(kind)) return undefined;
  for (const { name } of findSharing(settings, cluster)) {
    const lease = await store.leases.find(name);
    const holder = lease === undefined || lease.jobId === '' ? undefined : await store.jobs.find(lease.jobId);
    if (holder !== undefined && !isEnded(holder.state) && OF_NETWORKS.has(holder.kind)) return holder;
  }
  return undefined;
}

/** Those that may change a port group, or come to need it. */
const OF_NETWORKS: ReadonlySet<JobKind> = new Set(['enable', 'repair', 'revert']);

/** Since when the job has the cluster, and how far it is. */
function progressOf(job: Job): string {
  const { approval, createdAt, hosts, pausedBy } = job;
  const since = approval?.approvedBy.at(-1)?.at ?? createdAt;
  const planned = hosts.filter((host) => host.wave !== undefined);
  const far = planned.length === 0 ? '' : `, with ${changedHosts(job).length} of ${planned.length} hosts through`;
  const paused = job.state === 'paused' ? `, paused by <@${pausedBy ?? job.requestedBy}>` : '';
  return `This one has it since ${since}${far}${paused}.`;
}
