// Would the networks of every VM be there on every other host? vMotion's own network says nothing about that.
import type { Finding } from './finding.ts';
import type { Host, HostNetwork, PortGroup } from './inventory.ts';
import { compareNaturally } from './natural-order.ts';
import type { Vm, VmNetwork } from './vm.ts';

/** Machines that would lose a network on some hosts, and what is wrong there. `missing`: it is not there at all.
 * `differs`: a network of that name is there, and it is another one. */
export type VmNetworkProblem = { kind: 'missing' | 'differs'; reason: string; hosts: string[]; vms: string[] };

export type VmNetworkReport = {
  problems: VmNetworkProblem[];
  /** Networks of a kind that can't be judged, with the machines on them. */
  unjudged: { network: string; vms: string[] }[];
  /** Hosts whose network is unknown: nothing is said about them. */
  unknownHosts: string[];
};

/** Machines by their id at vCenter: two may bear one name. */
type Vms = Map<string, Vm>;

/** A network as its machines have it on the host they run on. */
type Used = { network: VmNetwork; own: PortGroup | undefined; ownName: string; vms: Vms };

type Draft = Omit<VmNetworkProblem, 'hosts' | 'vms'> & { hosts: Set<string>; vms: Vms };

/** Every network of a powered-on VM against every other host: for a distributed switch its UUID is the boundary, for a
 * standard port group its name and VLAN. */
export function findVmNetworkProblems(hosts: Host[], vms: Vm[]): VmNetworkReport {
  const known = hosts.filter((host) => host.network !== undefined);
  const unknownHosts = hosts.filter((host) => host.network === undefined).map((host) => host.name);
  const drafts = new Map<string, Draft>();
  const unjudged: VmNetworkReport['unjudged'] = [];
  for (const used of collectNetworks(hosts, vms)) {
    if (used.network.kind === 'other') unjudged.push({ network: used.network.name, vms: namesOf(used.vms) });
    for (const host of known) addProblem(drafts, used, host);
  }
  const problems = [...drafts.values()].map((draft) => ({
    kind: draft.kind,
    reason: draft.reason,
    hosts: [...draft.hosts].sort(compareNaturally),
    vms: namesOf(draft.vms),
  }));
  problems.sort((a, b) => b.vms.length - a.vms.length || compareNaturally(a.reason, b.reason));
  return { problems, unjudged, unknownHosts };
}

function addProblem(drafts: Map<string, Draft>, used: Used, host: Host): void {
  // A machine is well where it runs.
  const away = [...used.vms].filter(([, vm]) => vm.host.value !== host.moref.value);
  const wrong = away.length === 0 || host.network === undefined ? undefined : judgeNetwork(used, host.network);
  if (wrong === undefined) return;
  const key = `${wrong.kind} ${wrong.reason}`;
  const draft = drafts.get(key) ?? { ...wrong, hosts: new Set<string>(), vms: new Map() };
  draft.hosts.add(host.name);
  for (const [id, vm] of away) draft.vms.set(id, vm);
  drafts.set(key, draft);
}

/** Machines by network, so that the work grows with networks and hosts, not with machines and hosts. */
function collectNetworks(hosts: Host[], vms: Vm[]): Used[] {
  const networks = new Map(hosts.map((host) => [host.moref.value, host.network]));
  const used = new Map<string, Used>();
  for (const vm of vms.filter((one) => one.isPoweredOn)) {
    for (const { network } of vm.nics) {
      const there = networks.get(vm.host.value);
      const own = network.kind === 'standard' ? findGroup(there, network.name) : undefined;
      const key = JSON.stringify([network, own?.vlanId]);
      const one = used.get(key) ?? { network, own, ownName: nameOf(network, there), vms: new Map() };
      one.vms.set(vm.moref.value, vm);
      used.set(key, one);
    }
  }
  return [...used.values()];
}

type Wrong = Pick<VmNetworkProblem, 'kind' | 'reason'>;

function judgeNetwork({ network, own, ownName }: Used, target: HostNetwork): Wrong | undefined {
  switch (network.kind) {
    case 'distributed':
      return judgeDistributed(network, ownName, target);
    case 'standard':
      return judgeStandard(network.name, own, target);
    case 'other':
      return undefined;
    default:
      throw new Error(`unknown network ${network satisfies never}`);
  }
}

function judgeDistributed(
  network: Extract<VmNetwork, { kind: 'distributed' }>,
  name: string,
  target: HostNetwork,
): Wrong | undefined {
  if (target.distributedSwitches.some((one) => one.uuid === network.switchUuid)) return undefined;
  const namesake = target.distributedPortGroups?.find((group) => group.name === name);
  if (namesake === undefined) return { kind: 'missing', reason: `the distributed switch of ${name} is missing there` };
  const other = target.distributedSwitches.find((one) => one.uuid === namesake.switchUuid)?.name ?? 'another switch';
  return { kind: 'differs', reason: `${name} there belongs to ${other}, which is another distributed switch` };
}

function judgeStandard(name: string, own: PortGroup | undefined, target: HostNetwork): Wrong | undefined {
  const group = findGroup(target, name);
  if (group === undefined) return { kind: 'missing', reason: `port group ${name} is missing there` };
  if (own !== undefined && own.vlanId !== group.vlanId) {
    const reason = `port group ${name} is ${vlanText(group.vlanId)} there and ${vlanText(own.vlanId)} where they run`;
    return { kind: 'differs', reason };
  }
  const uplinks = target.standardSwitches.find((one) => one.name === group.switchName)?.uplinks;
  if (uplinks?.length === 0)
    return { kind: 'differs', reason: `port group ${name} is on ${group.switchName} there, which has no uplink` };
  return undefined;
}

function findGroup(network: HostNetwork | undefined, name: string): PortGroup | undefined {
  return network?.portGroups.find((group) => group.name === name);
}

/** A distributed port group by name where the machine's own host knows it. */
function nameOf(network: VmNetwork, own: HostNetwork | undefined): string {
  if (network.kind !== 'distributed') return network.name;
  const group = own?.distributedPortGroups?.find((one) => one.key === network.portGroupKey);
  return group?.name ?? network.portGroupKey;
}

function vlanText(vlanId: number): string {
  if (vlanId === 0) return 'untagged';
  return vlanId === 4095 ? 'a VLAN trunk' : `VLAN ${vlanId}`;
}

function namesOf(vms: Vms): string[] {
  return [...vms.values()].map((vm) => vm.name).sort(compareNaturally);
}

const FINDINGS_MAX = 12;
const NAMED_VMS_MAX = 3;
const NAMED_HOSTS_MAX = 3;

/** The report in sentences: "12 VMs could not land on esx07: port group VM-Prod is missing there (...)". Bounded; what
 * is left out is counted. */
export function toVmNetworkFindings({ problems, unjudged, unknownHosts }: VmNetworkReport): Finding[] {
  const findings = problems.slice(0, FINDINGS_MAX).map(toFinding);
  const left = problems.slice(FINDINGS_MAX);
  if (left.length > 0) {
    const message = `${left.length} more such differences between the hosts, for other networks.`;
    findings.push({ code: 'vm-network-missing', severity: 'warning', message });
  }
  return [...findings, ...noteUnjudged(unjudged), ...noteUnknown(unknownHosts)];
}

function toFinding(problem: VmNetworkProblem): Finding {
  const { kind, reason, hosts, vms } = problem;
  const effect = kind === 'missing' ? 'could not land on' : 'could lose their network on';
  const only = vms.length === 1 ? `${vms[0] ?? ''} ` : `${countVms(vms.length)} `;
  const who = vms.length === 1 ? '' : ` (${listSome(vms, NAMED_VMS_MAX)})`;
  const said = vms.length === 1 ? effect.replace('their', 'its') : effect;
  const where = hosts.length > NAMED_HOSTS_MAX ? `${hosts.length} hosts (${listSome(hosts, NAMED_HOSTS_MAX)})` : '';
  return {
    code: kind === 'missing' ? 'vm-network-missing' : 'vm-network-differs',
    severity: 'warning',
    message: `${only}${said} ${where || listSome(hosts, NAMED_HOSTS_MAX)}: ${reason}${who}.`,
    remedy: 'Give every host of the cluster the same networks for its VMs, or keep these VMs where they are.',
  };
}

function noteUnjudged(unjudged: VmNetworkReport['unjudged']): Finding[] {
  if (unjudged.length === 0) return [];
  const vms = new Set(unjudged.flatMap((one) => one.vms)).size;
  const networks = listSome([...new Set(unjudged.map((one) => one.network))].sort(compareNaturally), NAMED_VMS_MAX);
  const message = `${networks}: networks of ${countVms(vms)} that only vCenter itself can judge; a trial would tell.`;
  return [{ code: 'vm-network-unknown', severity: 'note', message }];
}

function noteUnknown(hosts: string[]): Finding[] {
  if (hosts.length === 0) return [];
  const which = listSome(hosts, NAMED_HOSTS_MAX);
  const message = `Whether VMs could land on ${which} is not known: vCenter shows no network there.`;
  return [{ code: 'vm-network-unknown', severity: 'note', message }];
}

export function countVms(count: number): string {
  return `${count} VM${count === 1 ? '' : 's'}`;
}

/** "a, b and c", or "a, b, c and 9 more". */
export function listSome(all: string[], shownMax: number): string {
  if (all.length > shownMax) return `${all.slice(0, shownMax).join(', ')} and ${all.length - shownMax} more`;
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} and ${last}`;
}
