import type { CommandOf } from '../domain/command.ts';
import type { Reply } from '../domain/reply.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { clustersOf, findDenial } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import type { EdgeParts } from './parts.ts';

const SHOWN_MAX = 10;
const LOOKED_AT = 40;

/** The last jobs of one cluster or of every cluster of the channel, the newest first. */
export async function history(
  parts: EdgeParts,
  request: CommandRequest,
  { cluster: name }: CommandOf<'history'>,
): Promise<Reply> {
  const clusters = clustersOf(parts.settings, request.channel);
  const seen: ClusterSettings[] = [];
  const wanted =
    name === undefined ? clusters : Object.values(parts.settings.clusters).filter((cluster) => cluster.name === name);
  for (const cluster of wanted) {
    const denial = await findDenial(parts, cluster, 'history', request);
    // Without a name, what may not be seen is left out of the list.
    if (denial !== undefined && name !== undefined) return denial;
    if (denial === undefined) seen.push(cluster);
  }
  const jobs = (await Promise.all(seen.map((cluster) => parts.store.jobs.listByCluster(cluster.name, LOOKED_AT))))
    .flat()
    // Audits by schedule that had nothing to tell are no news here either.
    .filter((job) => job.isQuiet !== true);
  return {
    kind: 'history',
    cluster: name,
    jobs: jobs.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, SHOWN_MAX),
  };
}
