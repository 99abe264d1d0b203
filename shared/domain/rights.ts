// What a person may do with a cluster, as whoami tells it.
import { isReading, ruleFor } from './access.ts';
import { type Verb, VERBS } from './command.ts';
import type { Freeze } from './freeze.ts';
import { CHANGE_KINDS, type ChangeKind, type ClusterSettings, type People } from './settings.ts';

/** `unknown`: only a user group could say so, and who is in it is not known now. */
export type May = 'yes' | 'no' | 'unknown';

/** Verbs that one rule decides. `rule`: its path in vmotion.yaml. */
export type RuledVerbs = { verbs: Verb[]; people: People; rule: string };
export type Right = RuledVerbs & { may: May };

/** Approving one or more kinds of change, by one rule. */
export type RuledKinds = { kinds: ChangeKind[]; people: People; rule: string; required: number };
export type ApprovalRight = RuledKinds & { may: May };

export type ClusterRights = {
  cluster: string;
  rights: Right[];
  approvals: ApprovalRight[];
  /** Rules for larger changes, and whether this person satisfies them. */
  extra: { name: string; people: People; may: May }[];
  selfApproval: boolean;
  freeze?: Freeze | undefined;
  hours?: Hours | undefined;
};

/** When changes of a cluster may start. `turnsAt`: when it opens next or, while it is open, closes. */
export type Hours = { isOpen: boolean; windows: string[]; turnsAt?: string | undefined };

/** Verbs about clusters, together where one rule decides them, in the order of the grammar. Approving comes apart: it
 * can differ from one kind of change to another. */
export function groupVerbs(cluster: ClusterSettings, channel: string): RuledVerbs[] {
  const groups = new Map<string, RuledVerbs>();
  for (const verb of VERBS) {
    if (NOT_OF_CLUSTERS.has(verb)) continue;
    const { path, people } = ruleHere(cluster, verb, channel);
    const group = groups.get(path);
    if (group === undefined) groups.set(path, { verbs: [verb], people, rule: path });
    else group.verbs.push(verb);
  }
  return [...groups.values()];
}

const NOT_OF_CLUSTERS: ReadonlySet<Verb> = new Set([
  'help',
  'version',
  'whoami',
  'list',
  'withdraw',
  'approve',
  'reject',
]);

/** In a channel that may only read, whatever else there is belongs to nobody. */
function ruleHere(cluster: ClusterSettings, verb: Verb, channel: string): { path: string; people: People } {
  if (channel === cluster.channel) return ruleFor(cluster, verb);
  const path = `clusters.${cluster.name}.access.readChannels`;
  if (!isReading(verb)) return { path: `clusters.${cluster.name}.channel`, people: [] };
  const { people } = ruleFor(cluster, verb);
  return people === 'any' ? { path, people } : ruleFor(cluster, verb);
}

/** Kinds of change, together where they need the same. */
export function groupApprovals(cluster: ClusterSettings): RuledKinds[] {
  const groups = new Map<string, RuledKinds>();
  for (const kind of CHANGE_KINDS) {
    const { path, people } = ruleFor(cluster, 'approve', kind);
    const required = cluster.approval.kinds?.[kind]?.required ?? cluster.approval.required;
    const key = `${path} ${required}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { kinds: [kind], people, rule: path, required });
    else group.kinds.push(kind);
  }
  return [...groups.values()];
}
