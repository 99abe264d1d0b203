import { compareNaturally } from '../domain/natural-order.ts';
import type { Job } from '../domain/job.ts';
import { clustersOf } from './access.ts';
import type { EdgeParts } from './parts.ts';
import { listTold } from './told-jobs.ts';

/** `typed`: what the person has typed so far; names that hold it anywhere are answered. */
export type SuggestionRequest =
  | { about: 'clusters'; typed: string; channel: string }
  | { about: 'hosts'; typed: string; channel: string; cluster: string | undefined }
  | { about: 'jobs'; typed: string; channel: string };

export type Suggestions = { kind: 'names'; names: string[] } | { kind: 'jobs'; jobs: Job[] };

const SHOWN_MAX = 100;
const JOBS_READ_MAX = 20;

/** Names to choose from, as the settings and the table have them: vCenter is never asked. Only of clusters that may be
 * named in the channel. A cluster's hosts are those of its newest job that has read them. */
export function createSuggest(
  parts: Pick<EdgeParts, 'settings' | 'store'>,
): (request: SuggestionRequest) => Promise<Suggestions> {
  const { settings, store } = parts;
  return async (request) => {
    const here = clustersOf(settings, request.channel).map((cluster) => cluster.name);
    const holds = (text: string) => text.toLowerCase().includes(request.typed.trim().toLowerCase());
    const names = (all: string[]) => ({ kind: 'names' as const, names: all.filter(holds).slice(0, SHOWN_MAX) });
    switch (request.about) {
      case 'clusters':
        return names(here);
      case 'hosts': {
        const cluster = here.find((name) => name === request.cluster);
        const jobs = cluster === undefined ? [] : await listTold(store, cluster, JOBS_READ_MAX);
        const hosts = jobs.find((job) => job.hosts.length > 0)?.hosts ?? [];
        return names(hosts.map((host) => host.name).toSorted(compareNaturally));
      }
      case 'jobs': {
        const all = (await Promise.all(here.map((name) => listTold(store, name, JOBS_READ_MAX)))).flat();
        const newest = all.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
        const found = newest.filter((job) => holds(`${job.id} ${job.kind} ${job.cluster} ${job.state}`));
        return { kind: 'jobs', jobs: found.slice(0, SHOWN_MAX) };
      }
      default:
        throw new Error(`unknown suggestion ${request satisfies never}`);
    }
  };
}
