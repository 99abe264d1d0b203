import type { Cluster } from '../domain/inventory.ts';
import type { Job } from '../domain/job.ts';
import type { JobEvent } from '../domain/job-event.ts';

/** How a job ends of whose cluster no host can be read. `again`: what to do once they can, as in "audit again". */
export function nothingToRead(job: Pick<Job, 'cluster'>, cluster: Cluster, again: string): JobEvent {
  if (cluster.hosts.length === 0) {
    const failure = { code: 'no-hosts', what: `${job.cluster} has no hosts.`, remedy: 'Add hosts to it in vCenter.' };
    return { kind: 'stopped', state: 'invalid', failure };
  }
  const what = `vCenter has no connection to any of the ${cluster.hosts.length} hosts of ${cluster.name}.`;
  const failure = { code: 'host-not-connected', what, remedy: `Reconnect the hosts in vCenter and ${again}.` };
  return { kind: 'stopped', state: 'unreachable', failure };
}
