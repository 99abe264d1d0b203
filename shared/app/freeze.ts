import { ALL, type CommandOf } from '../domain/command.ts';
import { activeFreezes, endOf, type Freeze, isFrozenBy } from '../domain/freeze.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { Refusal, Reply } from '../domain/reply.ts';
import { CHANGE_KINDS, type ClusterSettings } from '../domain/settings.ts';
import { denied, findDenial, ownClustersOf } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import type { EdgeParts } from './parts.ts';

const ID_LENGTH = 6;

/** Lets no change of a cluster start, or of any cluster of this channel; or lets them start again. */
export async function freeze(
  parts: EdgeParts,
  request: CommandRequest,
  command: CommandOf<'freeze' | 'unfreeze'>,
): Promise<Reply> {
  const clusters = findTargets(parts, request, command.target);
  const denial = await findFreezeDenial(parts, request, command, clusters);
  if (denial !== undefined) return denial;
  return command.verb === 'freeze'
    ? putFreeze(parts, request, command, clusters)
    : liftFreezes(parts, request, command, clusters);
}

function findTargets({ settings }: EdgeParts, { channel }: CommandRequest, target: string): ClusterSettings[] {
  if (target === ALL) return ownClustersOf(settings, channel);
  const cluster = settings.clusters[target];
  return cluster === undefined ? [] : [cluster];
}

/** All clusters at once take an admin of each of them. */
async function findFreezeDenial(
  parts: EdgeParts,
  request: CommandRequest,
  { verb, target }: CommandOf<'freeze' | 'unfreeze'>,
  clusters: ClusterSettings[],
): Promise<Refusal | undefined> {
  if (clusters.length === 0) {
    const why = 'It is about the clusters whose own channel this is (rule clusters.*.channel).';
    return denied({ what: `There is no cluster here to ${verb}.`, why, fix: '/vmotion list clusters' });
  }
  for (const cluster of clusters) {
    const denial = await findDenial(parts, cluster, verb, request);
    if (denial === undefined) continue;
    if (target !== ALL) return denial;
    return { ...denial, what: `You may not ${verb} all: that takes an admin of every cluster of this channel.` };
  }
  return undefined;
}

async function putFreeze(
  parts: EdgeParts,
  { requestId, user, channel }: CommandRequest,
  { target, reason, until }: CommandOf<'freeze'>,
  clusters: ClusterSettings[],
): Promise<Reply> {
  const now = parts.clock.now();
  const timeZone = clusters.find((cluster) => (cluster.windows ?? []).length > 0)?.windows?.[0]?.timeZone ?? 'UTC';
  const end = until === undefined ? undefined : endOf(until, now, timeZone);
  if (end !== undefined && end <= now) return refusePast(target, reason, end);
  const made: Freeze = {
    // The same for every copy of one request.
    id: `f-${parts.sha256(requestId).slice(0, ID_LENGTH)}`,
    scope: target,
    channel,
    reason,
    by: user,
    at: now.toISOString(),
    ...(end === undefined ? {} : { until: end.toISOString() }),
  };
  // A late copy finds it, and does not freeze again what was lifted meanwhile.
  const known = (await parts.store.freezes.list()).find(({ id }) => id === made.id);
  if (known === undefined) await parts.store.freezes.put(made);
  const names = clusters.map((cluster) => cluster.name);
  return { kind: 'frozen', freeze: known ?? made, clusters: names, running: await findRunning(parts, names) };
}

/** What has begun goes on; whoever freezes should know of it. */
async function findRunning({ store, log }: EdgeParts, clusters: string[]): Promise<Job[]> {
  const jobs = await store.jobs.listOpen((error) => log.error('row-unreadable', { error }));
  return jobs.filter(
    (job) =>
      clusters.includes(job.cluster) &&
      CHANGE_KINDS.some((kind) => kind === job.kind) &&
      !isEnded(job.state) &&
      job.plan !== undefined &&
      job.state !== 'planned' &&
      job.state !== 'awaiting-approval',
  );
}

function refusePast(target: string, reason: string, end: Date): Refusal {
  return {
    kind: 'refused',
    code: 'not-a-time',
    what: `A freeze can't end in the past: ${end.toISOString()}.`,
    why: "A time without an offset is that of the cluster's first window, or else UTC.",
    fix: `/vmotion freeze ${target} --reason "${reason.replaceAll('"', '')}" --until 4h`,
    exitCode: 2,
  };
}

async function liftFreezes(
  parts: EdgeParts,
  { user, channel }: CommandRequest,
  { target }: CommandOf<'unfreeze'>,
  clusters: ClusterSettings[],
): Promise<Reply> {
  const now = parts.clock.now();
  const active = activeFreezes(await parts.store.freezes.list(), now);
  const here = active.filter((one) => clusters.some((cluster) => isFrozenBy(one, cluster)));
  const lifted = here.filter((one) => target === ALL || one.scope === target);
  const left = here.filter((one) => !lifted.includes(one));
  if (lifted.length === 0) return refuseNothing(target, left[0]);
  for (const one of lifted) await parts.store.freezes.put({ ...one, until: now.toISOString(), liftedBy: user });
  return { kind: 'unfrozen', lifted, left, clusters: clusters.map((cluster) => cluster.name), channel, by: user };
}

function refuseNothing(target: string, other: Freeze | undefined): Refusal {
  const isNamed = target !== ALL;
  return {
    kind: 'refused',
    code: 'not-frozen',
    what: isNamed ? `There is no freeze of "${target}" alone.` : 'Nothing is frozen here.',
    why:
      other === undefined
        ? 'A freeze may have ended by itself.'
        : `It is frozen together with every cluster of this channel (freeze ${other.id}: ${other.reason}).`,
    fix: other === undefined ? '/vmotion list freezes' : '/vmotion unfreeze all',
    exitCode: 2,
  };
}
