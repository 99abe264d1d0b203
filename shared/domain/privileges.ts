// What the product's account must be allowed, and what does not work where it is not.
import type { Finding } from './finding.ts';
import type { Cluster, Host, Moref } from './inventory.ts';
import type { Profile } from './profile.ts';

type Entity = { entity: Moref; name: string };

/** Privileges that belong together: on what, and what their lack means. */
export type PrivilegeGroup = {
  privileges: string[];
  entities: Entity[];
  severity: Finding['severity'];
  /** Ends the sentence "The account lacks X on Y: ...". */
  effect: string;
};

/** The root of every vCenter's inventory has this id; logs are a matter of vCenter as a whole. */
const ROOT: Entity = { entity: { type: 'Folder', value: 'group-d1' }, name: 'the vCenter itself' };

/** All that is needed to check, change and try this cluster. */
export function wantedPrivileges(cluster: Cluster, profile: Profile): PrivilegeGroup[] {
  const hosts = cluster.hosts.map((host) => ({ entity: host.moref, name: host.name }));
  const own = { entity: cluster.moref, name: cluster.name };
  const groups = distributedGroups(cluster.hosts, profile);
  const ordered = distributedGroups(cluster.hosts, profile, true);
  const all: PrivilegeGroup[] = [
    {
      privileges: ['Host.Config.Network'],
      entities: hosts,
      severity: 'blocking',
      effect: 'adapters, port groups and stacks can not be changed there',
    },
    {
      privileges: ['Network.Assign'],
      entities: groups,
      severity: 'blocking',
      effect: 'no adapter can be plugged into it',
    },
    {
      privileges: ['DVPortgroup.Modify', 'DVPortgroup.PolicyOp'],
      entities: ordered,
      severity: 'blocking',
      effect: 'its order of uplinks can not be changed',
    },
    {
      privileges: ['Host.Config.Settings'],
      entities: hosts,
      severity: 'warning',
      effect: 'pings over esxcli may be refused there',
    },
    ...(profile.rollout.holdDrs === true ? [holdingDrs(own)] : []),
    { privileges: ['Resource.HotMigrate'], entities: [own], severity: 'note', effect: 'a trial can not move a VM' },
    {
      privileges: ['Global.Diagnostics'],
      entities: [ROOT],
      severity: 'note',
      effect: 'no log can be read as evidence',
    },
  ];
  return all.filter((group) => group.entities.length > 0);
}

function holdingDrs(cluster: Entity): PrivilegeGroup {
  return {
    privileges: ['Host.Inventory.EditCluster'],
    entities: [cluster],
    severity: 'blocking',
    effect: 'DRS can not be held, as rollout.holdDrs asks for',
  };
}

function distributedGroups(hosts: Host[], profile: Profile, isOrdered = false): Entity[] {
  const attached = profile.adapters.flatMap(({ attach }) =>
    attach.kind === 'distributed' && (!isOrdered || attach.activeUplink !== undefined) ? [attach.portGroup] : [],
  );
  const keys = new Map<string, string>();
  for (const group of hosts.flatMap((host) => host.network?.distributedPortGroups ?? [])) {
    if (attached.includes(group.name)) keys.set(group.key, group.name);
  }
  return [...keys].map(([value, name]) => ({ entity: { type: 'DistributedVirtualPortgroup', value }, name }));
}

const NAMED_MAX = 3;

/** One finding for all entities that lack the same. */
export function toPrivilegeFindings(
  group: PrivilegeGroup,
  missing: { name: string; privileges: string[] }[],
): Finding[] {
  const byLack = Map.groupBy(
    missing.filter((one) => one.privileges.length > 0),
    (one) => one.privileges.toSorted().join(' and '),
  );
  return [...byLack].map(([lack, entities]) => {
    const names = entities.map((one) => one.name);
    const left = names.length - NAMED_MAX;
    const where = names.slice(0, NAMED_MAX).join(', ') + (left > 0 ? ` and ${left} more` : '');
    return {
      code: 'privilege-missing',
      severity: group.severity,
      message: `The account lacks ${lack} on ${where}: ${group.effect}.`,
      remedy: "Add it to the account's role, on that object or above.",
    };
  });
}
