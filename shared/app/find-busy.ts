import { changedHosts } from '../domain/decide-control.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { Refusal } from '../domain/reply.ts';
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

/** Since when the job has the cluster, and how far it is. */
function progressOf(job: Job): string {
  const { approval, createdAt, hosts, pausedBy } = job;
  const since = approval?.approvedBy.at(-1)?.at ?? createdAt;
  const planned = hosts.filter((host) => host.wave !== undefined);
  const far = planned.length === 0 ? '' : `, with ${changedHosts(job).length} of ${planned.length} hosts through`;
  const paused = job.state === 'paused' ? `, paused by <@${pausedBy ?? job.requestedBy}>` : '';
  return `This one has it since ${since}${far}${paused}.`;
}
