// Which host goes back to which before-image: that of its own, or none.
import { isSameName } from './host-names.ts';
import type { Finding } from './finding.ts';
import type { Host } from './inventory.ts';
import type { HostPlan } from './plan.ts';
import { planRestore } from './plan-restore.ts';
import { type GroupGoal, isSameDistributed } from './group-goal.ts';
import type { NamedGoal, RestoreGoal } from './restore-draft.ts';

/** `goals`: of the hosts that go back, by moref. `leftOut`: images whose host is not in the cluster under its old
 * reference. They block where nothing else would be reverted. */
export type PlansBack = { plans: HostPlan[]; goals: Map<string, RestoreGoal>; leftOut: Finding[] };

/** Plans in the order of the hosts. No host gets the image of another one, whatever its reference; a host that was never
 * changed has nothing to go back to. `groups`: given back by the last host that goes, so that no other is left without
 * the order it was made for. `others`: hosts that vCenter has outside the cluster. */
export function planBack(
  hosts: Host[],
  named: Map<string, NamedGoal>,
  { groups, others = [] }: { groups?: GroupGoal[]; others?: Host[] } = {},
): PlansBack {
  const goals = new Map<string, RestoreGoal>();
  const plans = hosts.map((host): HostPlan => {
    const goal = named.get(host.moref.value);
    const of = { moref: host.moref, name: host.name };
    if (goal === undefined) return { host: of, kind: 'in-place', steps: [], findings: [], untouched: [] };
    const { name, before, applied } = goal;
    if (!isSameName(name, host.name))
      return { host: of, kind: 'blocked', steps: [], findings: [notTheSame(host, name)], untouched: [] };
    const own: RestoreGoal = { before, applied, ...(groups === undefined ? {} : { groups: [] }) };
    goals.set(host.moref.value, own);
    return planRestore(host, own);
  });
  const left = giveGroups(hosts, { plans, goals }, groups ?? []);
  const isAnyFound = hosts.some((host) => named.has(host.moref.value)) || plans.some(({ kind }) => kind === 'change');
  const gone = [...named].filter(([moref]) => !hosts.some((host) => host.moref.value === moref));
  const isMoved = (moref: string, name: string) =>
    others.some((host) => host.moref.value === moref && isSameName(host.name, name));
  const leftOut = gone.map(([moref, { name }]) => {
    const severity = isAnyFound ? 'warning' : 'blocking';
    return isMoved(moref, name) ? toMovedOut(name, severity) : toLeftOut(name, hosts, severity);
  });
  return { plans, goals, leftOut: [...leftOut, ...left.map(toUnseen)] };
}

/** They are part of one host's plan only; of one that was never changed, where those that were have left the cluster.
 * Answers the port groups that no host of the cluster can give back. */
function giveGroups(hosts: Host[], { plans, goals }: Omit<PlansBack, 'leftOut'>, groups: GroupGoal[]): GroupGoal[] {
  if (groups.length === 0) return [];
  const canTake = (kind: HostPlan['kind']) =>
    plans.findLastIndex((plan) => plan.kind === kind && goals.has(plan.host.moref.value));
  const index = canTake('change') === -1 ? canTake('in-place') : canTake('change');
  const at =
    index === -1
      ? hosts.findLastIndex(
          (host, one) => goals.size === 0 && plans[one]?.kind === 'in-place' && isOnSwitch(host, groups),
        )
      : index;
  const host = hosts[at];
  const goal = host && (goals.get(host.moref.value) ?? toGoalOf(host, groups));
  if (host === undefined || goal === undefined) return goals.size === 0 ? groups : [];
  goals.set(host.moref.value, { ...goal, groups });
  plans[at] = planRestore(host, { ...goal, groups });
  return [];
}

const isOnSwitch = ({ connection, network }: Host, groups: GroupGoal[]): boolean =>
  connection === 'connected' &&
  groups.some(({ original }) => network?.distributedPortGroups?.some((one) => isSameDistributed(one, original)));

/** The host as it is, but for the port groups. */
function toGoalOf({ network }: Host, groups: GroupGoal[]): RestoreGoal | undefined {
  if (network === undefined) return undefined;
  const distributedPortGroups = network.distributedPortGroups?.map(
    (one) => groups.find(({ original }) => isSameDistributed(one, original))?.original ?? one,
  );
  return { before: { ...network, distributedPortGroups }, applied: [] };
}

function toUnseen({ original: { name, uplinks } }: GroupGoal): Finding {
  const standby = uplinks.standby.length === 0 ? '' : `, standby ${uplinks.standby.join(', ')}`;
  return {
    code: 'cannot-restore',
    severity: 'warning',
    message: `Distributed port group ${name} was changed, and no host of this cluster that vCenter reaches is on its switch now: it stays as it is.`,
    remedy: `If nobody needs it so, give it back in vCenter what it had: active ${uplinks.active.join(', ') || 'none'}${standby}.`,
  };
}

function notTheSame(host: Host, name: string): Finding {
  return {
    code: 'host-not-the-same',
    severity: 'blocking',
    host: host.name,
    message: `${host.name} has the reference ${host.moref.value} in vCenter that ${name} had when it was changed: the stored network is that of ${name}.`,
    remedy: `Compare both hosts in vCenter. If ${host.name} is another host, or only has a new name, return it by hand to what the earlier job's report.json shows. The next enable that changes it takes an image of its own.`,
  };
}

/** Its network is another cluster's business now, with people and rules of its own. */
function toMovedOut(name: string, severity: Finding['severity']): Finding {
  return {
    code: 'host-left-out',
    severity,
    message: `${name} was changed and has been moved out of this cluster since. The revert leaves it out.`,
    remedy: `Move ${name} back into the cluster in vCenter and run the revert again: what it was is kept.`,
  };
}

function toLeftOut(name: string, hosts: Host[], severity: Finding['severity']): Finding {
  const again = hosts.find((host) => isSameName(host.name, name));
  const why =
    again === undefined
      ? `${name} was changed and is not in this cluster now`
      : `${name} was removed from vCenter after its change and added again, as ${again.moref.value}: whether it is the same machine is not known`;
  return {
    code: 'host-left-out',
    severity,
    ...(again === undefined ? {} : { host: again.name }),
    message: `${why}. The revert leaves it out.`,
    remedy: `Return ${name} by hand to what the earlier job's report.json shows.`,
  };
}
