import type { CommandOf } from '../domain/command.ts';
import { findFreeze, type Freeze } from '../domain/freeze.ts';
import type { Reply } from '../domain/reply.ts';
import { type ClusterRights, groupApprovals, groupVerbs, type May } from '../domain/rights.ts';
import type { ClusterSettings, People } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';
import { clustersOf, findDenial } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import { hoursOf } from './hours.ts';
import { APPROVAL_MAX_AGE_MS, isAmong, VERB_MAX_AGE_MS } from './membership.ts';
import type { EdgeParts } from './parts.ts';

/** What the person may do here, cluster by cluster, and which rule of vmotion.yaml says so. */
export async function whoami(
  parts: EdgeParts,
  request: CommandRequest,
  { cluster: name }: CommandOf<'whoami'>,
): Promise<Reply> {
  const named = name === undefined ? undefined : parts.settings.clusters[name];
  const denial = named === undefined ? undefined : await findDenial(parts, named, 'whoami', request);
  if (denial !== undefined) return denial;
  const clusters = named === undefined ? clustersOf(parts.settings, request.channel) : [named];
  const freezes = await parts.store.freezes.list();
  const rights: ClusterRights[] = [];
  for (const cluster of clusters) rights.push(await readRights(parts, request, cluster, freezes));
  return { kind: 'whoami', user: request.user, channel: request.channel, clusters: rights };
}

async function readRights(
  { groups, clock }: EdgeParts,
  { user, channel }: CommandRequest,
  cluster: ClusterSettings,
  freezes: Freeze[],
): Promise<ClusterRights> {
  const now = clock.now();
  const may = async (people: People, maxAgeMs: number): Promise<May> => {
    try {
      return (await isAmong(groups, people, { user, maxAgeMs })) ? 'yes' : 'no';
    } catch (error) {
      if (error instanceof OpsError && error.code === 'groups-unknown') return 'unknown';
      throw error;
    }
  };
  const isOwn = channel === cluster.channel;
  const extra = isOwn ? (cluster.approval.extra ?? []) : [];
  return {
    cluster: cluster.name,
    rights: await each(groupVerbs(cluster, channel), async (one) => ({
      ...one,
      may: await may(one.people, VERB_MAX_AGE_MS),
    })),
    approvals: await each(isOwn ? groupApprovals(cluster) : [], async (one) => ({
      ...one,
      may: await may(one.people, APPROVAL_MAX_AGE_MS),
    })),
    extra: await each(extra, async ({ name, from }) => ({
      name,
      people: from,
      may: await may(from, APPROVAL_MAX_AGE_MS),
    })),
    selfApproval: cluster.approval.selfApproval === true,
    freeze: findFreeze(freezes, cluster, now),
    hours: hoursOf(cluster, now),
  };
}

/** One after the other, so that a group that several rules name is asked for once. */
async function each<T, R>(all: T[], use: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const one of all) results.push(await use(one));
  return results;
}
