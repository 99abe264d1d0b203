// Which rule of vmotion.yaml decides whether a verb may be used.
import type { Verb } from './command.ts';
import type { ApprovalPolicy, ClusterSettings, People } from './settings.ts';
import { configPath } from './config-path.ts';
import { ofKind } from './approval.ts';
import type { JobKind } from './job.ts';

export const ROLES = ['operators', 'approvers', 'admins'] as const;
export type Role = (typeof ROLES)[number];

/** Who may use a verb that is not for everybody who may read. */
const ROLE_OF: Partial<Record<Verb, Role>> = {
  enable: 'operators',
  repair: 'operators',
  revert: 'operators',
  apply: 'operators',
  test: 'operators',
  trial: 'operators',
  cancel: 'operators',
  pause: 'operators',
  resume: 'operators',
  abort: 'operators',
  retry: 'operators',
  alarm: 'operators',
  subscribe: 'operators',
  unsubscribe: 'operators',
  approve: 'approvers',
  reject: 'approvers',
  freeze: 'admins',
  unfreeze: 'admins',
  dlq: 'admins',
};

/** Verbs about no cluster in particular: nobody is ever refused them. */
const OPEN: ReadonlySet<Verb> = new Set(['help', 'version', 'whoami', 'list']);

/** `people` may do it; the rule stands at `path` of vmotion.yaml. `role`: absent for reading and for single verbs. */
export type AccessRule = { path: string; people: People; role?: Role | undefined };

/** Whether the verb only looks, so that it may be used in the cluster's other channels too. */
export function isReading(verb: Verb): boolean {
  return ROLE_OF[verb] === undefined && verb !== 'withdraw';
}

/** The rule for a verb on a cluster. `kind`: the kind of the job that is approved or rejected. */
export function ruleFor(
  cluster: Pick<ClusterSettings, 'name' | 'access' | 'approval'>,
  verb: Verb,
  kind?: JobKind,
): AccessRule {
  const { access, approval, name } = cluster;
  const at = (...path: string[]) => configPath(['clusters', name, ...path]);
  if (verb === 'approve' || verb === 'reject') {
    const special = kind === undefined ? undefined : approversOf(approval, kind);
    if (kind !== undefined && special !== undefined) {
      return { path: at('approval', 'kinds', kind, 'approvers'), people: special };
    }
  }
  const own = OPEN.has(verb) ? undefined : access.verbs?.[verb];
  if (own !== undefined) return { path: at('access', 'verbs', verb), people: own };
  const role = ROLE_OF[verb];
  if (role === undefined) return { path: at('channel'), people: 'any' };
  return { path: at('access', role), people: access[role] ?? [], role };
}

function approversOf(approval: ApprovalPolicy, kind: JobKind): People | undefined {
  return ofKind(approval, kind)?.approvers;
}

/** Whether this is a user group's id, and not a member's. */
export function isGroup(id: string): boolean {
  return id.startsWith('S');
}
