import type { OwnWork } from '../domain/drift-author.ts';
import type { HostOutcome, Job } from '../domain/job.ts';
import { CHANGE_KINDS } from '../domain/settings.ts';
import { findSharing } from '../domain/sharing-clusters.ts';
import type { Parts } from './parts.ts';
import { listTold } from './told-jobs.ts';

const JOBS_MAX = 100;
const WRITTEN: readonly HostOutcome[] = ['applying', 'applied', 'kept', 'put-back', 'needs-hands'];

/** The newest jobs that wrote to hosts of the cluster, or of one that shares its distributed port groups, and had not ended
 * by `since`. */
export async function readOwnWork(
  { settings, store, clock }: Pick<Parts, 'settings' | 'store' | 'clock'>,
  cluster: string,
  since: string,
): Promise<(OwnWork & { jobId: string })[]> {
  const own = settings.clusters[cluster];
  const sharing = own === undefined ? [] : findSharing(settings, own).map(({ name }) => name);
  const jobs = (await Promise.all([cluster, ...sharing].map((name) => listTold(store, name, JOBS_MAX)))).flat();
  const until = clock.now().toISOString();
  return jobs
    .filter((one) => CHANGE_KINDS.some((kind) => kind === one.kind) && (one.endedAt ?? until) >= since)
    .map((one) => ({ jobId: one.id, from: one.createdAt, until: one.endedAt ?? until, hosts: writtenHosts(one) }))
    .filter(({ hosts }) => hosts.length > 0);
}

function writtenHosts({ hosts }: Job): string[] {
  return hosts.filter(({ outcome }) => WRITTEN.includes(outcome)).map(({ name }) => name);
}
