// Who may do what, where. Every refusal names its rule.
import { type AccessRule, isReading, ruleFor } from '../domain/access.ts';
import type { Verb } from '../domain/command.ts';
import type { JobKind } from '../domain/job.ts';
import { namePeople } from '../domain/name-people.ts';
import type { Refusal } from '../domain/reply.ts';
import type { ClusterSettings, Settings } from '../domain/settings.ts';
import { isAmong, refuseUnknownGroup, VERB_MAX_AGE_MS } from './membership.ts';
import type { EdgeParts } from './parts.ts';

export type Actor = { user: string; channel: string };

const DENIED = 3;

/** Why the person may not use the verb on the cluster, here; `undefined`: they may. `kind`: the kind of the job that
 * is rejected. */
export async function findDenial(
  { groups }: Pick<EdgeParts, 'groups'>,
  cluster: ClusterSettings,
  verb: Verb,
  actor: Actor,
  kind?: JobKind,
): Promise<Refusal | undefined> {
  const elsewhere = findWrongChannel(cluster, verb, actor);
  if (elsewhere !== undefined) return elsewhere;
  const rule = ruleFor(cluster, verb, kind);
  try {
    const isAllowed = await isAmong(groups, rule.people, { user: actor.user, maxAgeMs: VERB_MAX_AGE_MS });
    return isAllowed ? undefined : refuseByRule(cluster, verb, rule);
  } catch (error) {
    return refuseUnknownGroup(error, rule.path);
  }
}

/** The cluster's own channel is where it may be named; its other channels may read. */
export function findWrongChannel(cluster: ClusterSettings, verb: Verb, { channel }: Actor): Refusal | undefined {
  if (channel === cluster.channel) return undefined;
  const mayRead = cluster.access.readChannels?.includes(channel) === true;
  if (mayRead && isReading(verb)) return undefined;
  const here = `Go to <#${cluster.channel}> and type the command there.`;
  if (!mayRead) {
    return denied({
      what: `"${cluster.name}" can't be named in this channel.`,
      why: `Its channel is <#${cluster.channel}> (rule clusters.${cluster.name}.channel).`,
      fix: here,
    });
  }
  return denied({
    what: `This channel may only read "${cluster.name}"; ${verb} is for its own channel.`,
    why: `Its channel is <#${cluster.channel}> (rule clusters.${cluster.name}.access.readChannels).`,
    fix: here,
  });
}

/** The person is not among those whom the rule names. */
export function refuseByRule({ name }: ClusterSettings, verb: Verb, { path, people, role }: AccessRule): Refusal {
  const whose = role === undefined ? 'Those who may are' : `Its ${role} are`;
  return denied({
    what: `You may not ${verb} on "${name}".`,
    why: `${whose} ${namePeople(people)} (rule ${path}).`,
    fix: `Ask one of them, or see what you may do: /vmotion whoami ${name}`,
  });
}

/** The clusters that may be named in a channel, in the order of vmotion.yaml; in some only to read. */
export function clustersOf(settings: Settings, channel: string): ClusterSettings[] {
  return Object.values(settings.clusters).filter(
    (cluster) => cluster.channel === channel || cluster.access.readChannels?.includes(channel) === true,
  );
}

/** The clusters whose own channel this is. */
export function ownClustersOf(settings: Settings, channel: string): ClusterSettings[] {
  return Object.values(settings.clusters).filter((cluster) => cluster.channel === channel);
}

/** A refusal by a rule of vmotion.yaml, with exit code 3. */
export function denied(lines: { what: string; why: string; fix: string }): Refusal {
  return { kind: 'refused', code: 'denied', ...lines, exitCode: DENIED };
}
