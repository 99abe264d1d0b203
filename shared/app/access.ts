// Who may do what, where. Every refusal names its rule.
import type { Verb } from '../domain/command.ts';
import type { Refusal } from '../domain/reply.ts';
import type { ClusterSettings, Settings } from '../domain/settings.ts';

export type Actor = { user: string; channel: string };

const DENIED = 3;

/** Verbs that only look. Everybody in the cluster's channel may use them. */
const READ_VERBS: ReadonlySet<Verb> = new Set(['help', 'status', 'check', 'plan', 'evidence', 'show', 'history']);

/** The cluster's own channel is where it may be named; who may change it is declared with it. */
export function findDenial(cluster: ClusterSettings, verb: Verb, actor: Actor): Refusal | undefined {
  if (actor.channel !== cluster.channel) {
    return denied(
      `"${cluster.name}" can't be named in this channel.`,
      `Its channel is <#${cluster.channel}> (rule clusters.${cluster.name}.channel).`,
      `Go to <#${cluster.channel}> and type the command there.`,
    );
  }
  if (READ_VERBS.has(verb)) return undefined;
  const role = verb === 'approve' || verb === 'reject' ? 'approvers' : 'operators';
  const allowed = cluster.access[role];
  if (allowed === 'any' || allowed.includes(actor.user)) return undefined;
  const people = allowed.map((user) => `<@${user}>`).join(', ');
  return denied(
    `You may not ${verb} on "${cluster.name}".`,
    `Its ${role} are ${people || 'nobody'} (rule clusters.${cluster.name}.access.${role}).`,
    `Ask one of them, or look: /vmotion status ${cluster.name}`,
  );
}

/** The clusters that may be named in a channel, in the order of vmotion.yaml. */
export function clustersOf(settings: Settings, channel: string): ClusterSettings[] {
  return Object.values(settings.clusters).filter((cluster) => cluster.channel === channel);
}

function denied(what: string, why: string, fix: string): Refusal {
  return { kind: 'refused', code: 'denied', what, why, fix, exitCode: DENIED };
}
