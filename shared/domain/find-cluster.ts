// Which cluster a typed name means, and how to say that it means none.
import { didYouMean, quote, refuseCommand } from './command-refusal.ts';
import { isJobId, toJobId } from './job-id.ts';
import { nearestFew } from './nearest.ts';
import type { Refusal } from './reply.ts';

export type ClusterQuestion = {
  typed: string | undefined;
  /** What is asked of the cluster, as typed before its name: "plan enable". */
  command: string;
  /** Reading may guess from the beginning of a name; whatever sends pings, changes hosts or rules may not. */
  access: 'read' | 'probe' | 'write' | 'rule';
  /** Those that may be named where this was typed: proposed, and known by their beginning. */
  clusters: readonly string[];
  /** Those of other channels: known when typed in full. */
  elsewhere?: readonly string[] | undefined;
};

const NAMED_MAX = 8;

/** The one cluster meant, spelt as in vmotion.yaml. Case does not count. */
export function findCluster(question: ClusterQuestion): { cluster: string } | Refusal {
  const { typed, clusters, elsewhere = [], access } = question;
  if (typed === undefined || typed === '') return refuseMissing(question);
  const exact = findExactCluster(typed, [...clusters, ...elsewhere]);
  if (exact !== undefined) return { cluster: exact };
  const [first, ...others] = clusters.filter((one) => one.toLowerCase().startsWith(typed.toLowerCase()));
  if (first === undefined) return refuseUnknown(typed, question);
  if (others.length > 0) return refuseAmbiguous(typed, question, [first, ...others]);
  return access === 'read' ? { cluster: first } : refuseShort(typed, question, first);
}

/** The cluster of exactly this name, whatever its capitals, as vmotion.yaml spells it. */
export function findExactCluster(typed: string, clusters: readonly string[]): string | undefined {
  return clusters.find((cluster) => cluster.toLowerCase() === typed.toLowerCase());
}

function listNames(names: readonly string[]): string {
  const rest = names.length - NAMED_MAX;
  return names.slice(0, NAMED_MAX).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function whichOnes(clusters: readonly string[]): string {
  if (clusters.length === 0) return 'No cluster may be named here.';
  const rest = clusters.length > NAMED_MAX ? ' All of them: /vmotion list clusters.' : '';
  return `The clusters are ${listNames(clusters)}.${rest}`;
}

function refuseMissing({ command, clusters }: ClusterQuestion): Refusal {
  const [example] = clusters;
  return refuseCommand('target-missing', {
    what: `Which cluster? "${command}" needs its name.`,
    why: whichOnes(clusters),
    fix: example === undefined ? '/vmotion help' : `/vmotion ${command} ${example}`,
  });
}

function refuseUnknown(typed: string, { command, clusters }: ClusterQuestion): Refusal {
  const what = `Unknown cluster ${quote(typed)}.`;
  const why = whichOnes(clusters);
  if (isJobId(typed)) return refuseCommand('unknown-cluster', { what, why, fix: `/vmotion show ${toJobId(typed)}` });
  if (clusters.length === 0) return refuseCommand('no-clusters', { what, why, fix: '/vmotion help' });
  const near = nearestFew(typed, clusters);
  const [meant] = near;
  if (meant === undefined) return refuseCommand('unknown-cluster', { what, why, fix: '/vmotion status' });
  const fix = `/vmotion ${command} ${meant}`;
  return refuseCommand('unknown-cluster', { what: `${what}${didYouMean(near)}`, why, fix });
}

function refuseAmbiguous(typed: string, { command }: ClusterQuestion, matches: [string, ...string[]]): Refusal {
  return refuseCommand('name-ambiguous', {
    what: `${quote(typed)} matches ${matches.length} clusters: ${listNames(matches)}.`,
    why: 'One command is about one cluster.',
    fix: `/vmotion ${command} ${matches[0]}`,
  });
}

const DOES: Record<ClusterQuestion['access'], string> = {
  read: 'reads',
  probe: 'sends pings from every host',
  write: 'changes hosts',
  rule: 'decides what others may do',
};

function refuseShort(typed: string, { command, access }: ClusterQuestion, meant: string): Refusal {
  return refuseCommand('name-not-full', {
    what: `${quote(typed)} is not the full name of a cluster. Did you mean ${quote(meant)}?`,
    why: `"${command}" ${DOES[access]}, so it takes the full name only.`,
    fix: `/vmotion ${command} ${meant}`,
  });
}
