// Who has allowed a write: counted from what people pressed and from vmotion.yaml, never from the product's own rows.
import { ofKind } from '../../shared/domain/approval.ts';
import type { AlarmPolicy } from '../../shared/domain/alarm-policy.ts';
import type { ClusterSettings, People } from '../../shared/domain/settings.ts';
import type { Approver, Request } from './ledger.ts';
import { violate } from './violation.ts';

export type Asked = {
  job: string;
  cluster: ClusterSettings;
  request: Request | undefined;
  approvers: Approver[];
  /** The rules for alarms that there are. */
  policy: AlarmPolicy | undefined;
  /** Hosts that the job has written to, this one included. */
  hosts: ReadonlySet<string>;
};

/** Asked at every write, before it has an effect. */
export function checkApproved(asked: Asked, operation: string): void {
  const { job, cluster, request, policy, hosts } = asked;
  const { approval } = cluster;
  const rules = policy?.rules.filter(({ mode, action }) => mode === 'auto' && CHANGES.has(action)) ?? [];
  // vmotion.yaml itself has said yes, to so many hosts.
  if (request === undefined && hosts.size <= Math.max(0, ...rules.map(({ maxHosts }) => maxHosts))) return;
  const people = peopleOf(asked);
  const required = Math.max(1, (request && ofKind(approval, request.kind)?.required) ?? approval.required);
  const who = people.map(({ user }) => user).join(', ') || 'nobody';
  if (people.length < required)
    violate('nothing is written without approval', `${operation} for ${job}, approved by ${who} of ${required}`);
  for (const { name, risks, from } of approval.extra ?? []) {
    const isNeeded = risks?.includes('distributed-switch') === true && operation === 'ReconfigureDVPortgroup_Task';
    if (isNeeded && !people.some((one) => isAmong(from, one)))
      violate('nothing is written without approval', `${operation} for ${job}, without ${name}`);
  }
}

const CHANGES: ReadonlySet<string> = new Set(['repair', 'enable']);

/** Those whom vmotion.yaml lets approve, the requester apart; whoever an extra rule asks for may approve too. */
function peopleOf({ cluster: { approval, access }, request, approvers }: Asked): Approver[] {
  const lists = [access.approvers, ...(approval.extra ?? []).map(({ from }) => from)];
  return approvers.filter((one) => one.user !== request?.by && lists.some((list) => isAmong(list, one)));
}

const isAmong = (people: People, { user, groups }: Approver): boolean =>
  people === 'any' || people.includes(user) || groups.some((group) => people.includes(group));
