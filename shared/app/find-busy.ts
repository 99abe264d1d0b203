import { isEnded } from '../domain/exit-code.ts';
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
    why: 'One job at a time changes a cluster.',
    fix: `/vmotion show ${holder.id}`,
    exitCode: 2,
  };
}
