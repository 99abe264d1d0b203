import type { CommandOf } from '../domain/command.ts';
import type { Reply } from '../domain/reply.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { clustersOf, findDenial } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import type { EdgeParts } from './parts.ts';
import { listTold } from './told-jobs.ts';

const SHOWN_MAX = 10;

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
  // One more than is shown: then it is known whether there are older ones.
  const all = await Promise.all(seen.map((cluster) => listTold(parts.store, cluster.name, SHOWN_MAX + 1)));
  const jobs = all.flat();
  const newest = jobs.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, SHOWN_MAX);
  return { kind: 'history', cluster: name, jobs: newest, hasOlder: jobs.length > newest.length };
}
