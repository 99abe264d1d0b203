import type { CommandOf } from '../domain/command.ts';
import { isEnded } from '../domain/exit-code.ts';
import { activeFreezes, findFreeze, isFrozenBy } from '../domain/freeze.ts';
import type { Job } from '../domain/job.ts';
import type { ListedCluster, ListedLock, Reply } from '../domain/reply.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { clustersOf, findDenial } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import { hoursOf } from './hours.ts';
import type { EdgeParts } from './parts.ts';

const SHOWN_MAX = 100;
/** What there is in this channel, from the rows: vCenter is not asked. */
export async function list(parts: EdgeParts, request: CommandRequest, command: CommandOf<'list'>): Promise<Reply> {
  const { channel } = request;
  const { what } = command;
  const clusters = clustersOf(parts.settings, channel);
  switch (what) {
    case 'clusters':
      return { kind: 'list', what, clusters: await listClusters(parts, channel, clusters) };
    case 'jobs':
      return listJobs(parts, request, command.cluster);
    case 'locks':
      return { kind: 'list', what, locks: await listLocks(parts, clusters) };
    case 'freezes': {
      const active = activeFreezes(await parts.store.freezes.list(), parts.clock.now());
      return {
        kind: 'list',
        what,
        freezes: active.filter((one) => clusters.some((cluster) => isFrozenBy(one, cluster))),
      };
    }
    default:
      throw new Error(`unknown list ${String(what satisfies never)}`);
  }
}

async function listClusters(
  { store, clock }: EdgeParts,
  channel: string,
  clusters: ClusterSettings[],
): Promise<ListedCluster[]> {
  const now = clock.now();
  const freezes = await store.freezes.list();
  return Promise.all(
    clusters.map(async (cluster) => ({
      cluster: cluster.name,
      vcenter: cluster.vcenter,
      path: cluster.path,
      isReadOnly: cluster.channel !== channel,
      heldBy: await findHolder(store, cluster.name),
      freeze: findFreeze(freezes, cluster, now),
      hours: hoursOf(cluster, now),
    })),
  );
}

/** The jobs that have not ended, the newest first, however many others came after them. */
async function listJobs(parts: EdgeParts, request: CommandRequest, only: string | undefined): Promise<Reply> {
  const { settings, store, log } = parts;
  const one = only === undefined ? undefined : settings.clusters[only];
  const denial = one === undefined ? undefined : await findDenial(parts, one, 'list', request);
  if (denial !== undefined) return denial;
  const names = one === undefined ? clustersOf(settings, request.channel).map(({ name }) => name) : [one.name];
  const all = await store.jobs.listOpen((error) => log.error('row-unreadable', { error }));
  const open = all.filter((job) => names.includes(job.cluster) && !isEnded(job.state));
  const newest = open.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const jobs = newest.slice(0, SHOWN_MAX);
  return { kind: 'list', what: 'jobs', jobs, more: newest.length - jobs.length, cluster: only };
}

async function listLocks({ store }: EdgeParts, clusters: ClusterSettings[]): Promise<ListedLock[]> {
  const all = await Promise.all(
    clusters.map(async ({ name }): Promise<ListedLock[]> => {
      const job = await findHolder(store, name);
      return job === undefined ? [] : [{ cluster: name, job }];
    }),
  );
  return all.flat();
}

async function findHolder({ leases, jobs }: EdgeParts['store'], cluster: string): Promise<Job | undefined> {
  const lease = await leases.find(cluster);
  const job = lease === undefined || lease.jobId === '' ? undefined : await jobs.find(lease.jobId);
  return job === undefined || isEnded(job.state) ? undefined : job;
}
