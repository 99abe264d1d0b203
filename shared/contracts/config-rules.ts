// What the values of vmotion.yaml mean together: checked when the file is read, not when a host is about to be changed.
import { nearest } from '../domain/nearest.ts';
import { isSameDatacenter } from '../domain/sharing-clusters.ts';
import { judgeAlarms } from './config-alarms-rules.ts';
import { judgeIpv4 } from './config-addresses.ts';
import { judgeAdapterTwins, judgeAttach } from './config-attach.ts';
import { judgeDuplicates, judgeGateway, judgeIpv6Gateway } from './config-gateways.ts';
import { judgeApprovers } from './config-people-rules.ts';
import { judgeIpv6, judgeStack } from './config-stack-rules.ts';
import type { ConfigPlace, ConfigProblem } from './config-problem.ts';
import type { ConfigAdapter } from './config-adapter-schema.ts';
import type { ConfigCluster, ConfigFile } from './config-schema.ts';

/** Every problem of a file whose shape is right. */
export function judgeConfig(file: ConfigFile): ConfigProblem[] {
  const vcenters = Object.entries(file.vcenters).flatMap(([name, one]) => judgeVcenter(one, ['vcenters', name]));
  const clusters = Object.entries(file.clusters);
  const each = clusters.flatMap(([name, cluster]) => judgeCluster(cluster, file, ['clusters', name]));
  const none = clusters.length === 0 ? [{ at: ['clusters'], message: 'names no cluster' }] : [];
  const names = clusters.map(([name]) => name);
  const alarms = judgeAlarms(file.alarms, names);
  return [
    ...vcenters,
    ...none,
    ...each,
    ...judgeNames(names),
    ...judgeInventory(clusters),
    ...judgeShared(clusters),
    ...alarms,
  ];
}

/** All workers of one vCenter together: above it, other users of that vCenter would notice. */
const CALLS_AT_ONCE_MAX = 1024;

function judgeVcenter(
  { url, trust, concurrentCalls, workers }: ConfigFile['vcenters'][string],
  at: ConfigPlace,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '') {
    const remedy = 'Keep user and password out of the address: `secret` names the place where they are.';
    problems.push({ at: [...at, 'url'], message: 'holds a user or a password', remedy });
  }
  if (!['/', '/sdk'].includes(parsed.pathname) || parsed.search !== '' || parsed.hash !== '') {
    problems.push({ at: [...at, 'url'], message: `must end after the name or the port: ${parsed.origin}` });
  }
  if (Object.keys(trust).length !== 1) {
    problems.push({ at: [...at, 'trust'], message: 'needs exactly one of system, ca and sha256' });
  }
  const calls = workers * concurrentCalls;
  if (calls > CALLS_AT_ONCE_MAX) {
    const message = `times concurrentCalls (${concurrentCalls}) is ${calls} calls at once; at most ${CALLS_AT_ONCE_MAX}`;
    problems.push({ at: [...at, 'workers'], message, remedy: 'Lower one of the two.' });
  }
  return problems;
}

function judgeCluster(cluster: ConfigCluster, file: ConfigFile, at: ConfigPlace): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (!Object.hasOwn(file.vcenters, cluster.vcenter)) {
    const known = Object.keys(file.vcenters);
    const meant = nearest(cluster.vcenter, known);
    const hint = meant === undefined ? `; known are ${known.join(', ') || 'none'}` : `; did you mean ${meant}?`;
    problems.push({ at: [...at, 'vcenter'], message: `${cluster.vcenter} is not under vcenters${hint}` });
  }
  return [...problems, ...judgeApprovers(cluster, at), ...judgeProfile(cluster.profile, [...at, 'profile'])];
}

function judgeProfile({ adapters, stack }: ConfigCluster['profile'], at: ConfigPlace): ConfigProblem[] {
  const problems = [
    ...adapters.flatMap((adapter, index) => judgeAdapter(adapter, [...at, 'adapters', index])),
    ...judgeAdapterTwins(adapters, at),
    ...judgeStack(stack, [...at, 'stack']),
  ];
  // Addresses are compared with each other only once each of them is one.
  if (problems.length > 0) return problems;
  return [
    ...judgeDuplicates(adapters, at),
    ...judgeGateway(stack.gateway, adapters, [...at, 'stack', 'gateway']),
    ...judgeIpv6Gateway(stack.ipv6Gateway, adapters, [...at, 'stack', 'ipv6Gateway']),
    ...adapters.flatMap((adapter, index) =>
      adapter.gatewayOverride === undefined
        ? []
        : judgeGateway(adapter.gatewayOverride, [adapter], [...at, 'adapters', index, 'gatewayOverride']),
    ),
  ];
}

function judgeAdapter({ attach, mtu, ipv4, ipv6, gatewayOverride }: ConfigAdapter, at: ConfigPlace): ConfigProblem[] {
  // A host refuses a gateway that no address of the adapter can reach yet.
  const isTooEarly = ipv4 === 'dhcp' && gatewayOverride !== undefined && gatewayOverride !== 'none';
  const message = 'needs an address in this file; with dhcp it is not known when the adapter is made';
  return [
    ...(isTooEarly ? [{ at: [...at, 'gatewayOverride'], message }] : []),
    ...judgeAttach(attach, mtu, [...at, 'attach']),
    ...judgeIpv4(ipv4, [...at, 'ipv4']),
    ...(ipv6 === undefined ? [] : judgeIpv6(ipv6, [...at, 'ipv6'])),
  ];
}

/** Commands ignore case, so names that differ by nothing else can't be told apart. */
function judgeNames(names: string[]): ConfigProblem[] {
  return names.flatMap((name, index) => {
    const twin = names.slice(0, index).find((other) => other.toLowerCase() === name.toLowerCase());
    return twin === undefined ? [] : [{ at: ['clusters', name], message: `differs from ${twin} by case only` }];
  });
}

/** One cluster under two names would have two leases, and two jobs at once. */
function judgeInventory(clusters: [string, ConfigCluster][]): ConfigProblem[] {
  return clusters.flatMap(([name, cluster], index) => {
    const isSame = ([, other]: [string, ConfigCluster]) =>
      other.vcenter === cluster.vcenter && other.path === cluster.path;
    const twin = clusters.slice(0, index).find(isSame);
    return twin === undefined ? [] : [{ at: ['clusters', name, 'path'], message: `is already the path of ${twin[0]}` }];
  });
}

/** A distributed port group has one order of uplinks, for the hosts of every cluster on its switch. */
function judgeShared(clusters: [string, ConfigCluster][]): ConfigProblem[] {
  return clusters.flatMap(([name, cluster], at) =>
    cluster.profile.adapters.flatMap(({ attach }, index): ConfigProblem[] => {
      const other = clusters.slice(0, at).find(([, one]) => isContested(one, cluster, attach));
      if (other === undefined) return [];
      const place = ['clusters', name, 'profile', 'adapters', index, 'attach', 'activeUplink'];
      const message = `differs from that of ${other[0]}, which has ${attach.portGroup} of ${attach.distributedSwitch} too`;
      return [{ at: place, message, remedy: 'Give both the same uplink, or each a port group of its own.' }];
    }),
  );
}

type ConfigAttach = ConfigCluster['profile']['adapters'][number]['attach'];

/** Switches of one name may stand in two datacenters. */
function isContested(other: ConfigCluster, cluster: ConfigCluster, attach: ConfigAttach): boolean {
  if (!isSameDatacenter(other, cluster) || attach.distributedSwitch === undefined || attach.activeUplink === undefined)
    return false;
  return other.profile.adapters.some(
    ({ attach: one }) =>
      one.distributedSwitch === attach.distributedSwitch &&
      one.portGroup === attach.portGroup &&
      one.activeUplink !== undefined &&
      one.activeUplink !== attach.activeUplink,
  );
}
