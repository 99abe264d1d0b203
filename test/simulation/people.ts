// People who change hosts behind the product's back, and take their change back where nobody else has changed it since.
import { DVS_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import { VMOTION_NETSTACK, VMOTION_SERVICE } from '../../shared/domain/inventory.ts';
import { allHosts, findPortGroup, findVmk, type LabHost, type LabModel } from '../../infra/lab/vcenter/model.ts';
import type { LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import type { Step } from '../../shared/domain/step.ts';
import type { Random } from '../support/random.ts';

/** `what`: for the story. `undo` answers whether there was something left to take back. `isNamedBy`: whether the step was
 * planned from what they changed, so that its plan must not be begun any more. */
export type Meddling = {
  host: string;
  what: string;
  undo: () => boolean;
  isNamedBy: (step: Step) => boolean;
  /** It is every host's, not only this one's. */
  isOfAll?: boolean;
};

/** What somebody types about a job that runs, or is paused. JOB stands for its id. */
export function chooseWish(random: Random, isPaused: boolean): string {
  if (isPaused)
    return random.pick(['resume JOB', 'resume JOB', 'resume JOB', 'abort JOB', 'abort JOB --put-back', 'pause JOB']);
  return random.pick([
    'pause JOB',
    'pause JOB',
    'pause JOB',
    'resume JOB',
    'abort JOB',
    'abort JOB --put-back',
    'cancel JOB',
  ]);
}

type Lab = Pick<LabVcenter, 'model' | 'changes'>;

/** Changes one thing on a connected host of the cluster, or its place; nothing where none of them has it. */
export function meddle(random: Random, { model, changes }: Lab, cluster: string): Meddling | undefined {
  const hosts = model.clusters.find(({ name }) => name === cluster)?.hosts ?? [];
  if (hosts.length === 0) return undefined;
  const host = random.pick(hosts);
  if (host.connection !== 'connected') return undefined;
  if (random.chance(0.2)) return hosts.length < 3 ? undefined : moveAway(random, { model, changes }, host);
  const kinds = isDistributed(cluster) ? [...OF_HOSTS, turnDistributed] : OF_HOSTS;
  return random.pick(kinds)(random, host, model);
}

const isDistributed = (cluster: string | undefined): boolean => DVS_CLUSTERS.some((one) => one === cluster);

/** Into another cluster, out of any, or out of vCenter, from where it does not come back. */
function moveAway(random: Random, { model, changes }: Lab, { name, cluster }: LabHost): Meddling {
  const others = model.clusters.map((one) => one.name).filter((one) => one !== cluster);
  // Where a distributed port group goes back with one host, the others depend on it.
  const isLeaving = !isDistributed(cluster) && random.chance(0.3);
  const to = others.length === 0 || random.chance(0.5) ? undefined : random.pick(others);
  if (isLeaving) changes.removeHost(name);
  else changes.moveHost(name, to);
  return {
    host: name,
    what: isLeaving ? 'it leaves vCenter' : `it is moved to ${to ?? 'no cluster'}`,
    // Somebody with an eye on the other cluster may have removed it from there.
    undo: () => allHosts(model).some((host) => host.name === name) && changes.moveHost(name, cluster),
    isNamedBy: (step) => step.kind !== 'update-distributed-port-group',
  };
}

const OF_HOSTS = [changeMtu, changeVlan, switchServiceOff, swapAddresses];

function changeMtu(random: Random, host: LabHost): Meddling | undefined {
  const adapters = host.network.vmks.filter((vmk) => isOfVmotion(host, vmk.device));
  if (adapters.length === 0) return undefined;
  const { device, mtuBytes } = random.pick(adapters);
  const wrong = mtuBytes === 1500 ? 4000 : 1500;
  const set = (from: number, to: number) => {
    const vmk = findVmk(host, device);
    if (vmk?.mtuBytes !== from) return false;
    vmk.mtuBytes = to;
    return true;
  };
  set(mtuBytes, wrong);
  return {
    host: host.name,
    what: `${device} MTU ${mtuBytes} -> ${wrong}`,
    undo: () => set(wrong, mtuBytes),
    isNamedBy: (step) => (step.kind === 'remove-vmk' || step.kind === 'update-vmk') && step.device === device,
  };
}

function isOfVmotion(host: LabHost, device: string): boolean {
  const isOnStack = findVmk(host, device)?.netstack === VMOTION_NETSTACK;
  return isOnStack || (device !== 'vmk0' && host.network.services[VMOTION_SERVICE]?.includes(device) === true);
}

function changeVlan(random: Random, host: LabHost): Meddling | undefined {
  const groups = host.network.portGroups.filter(({ name }) => name.startsWith('vMotion'));
  if (groups.length === 0) return undefined;
  const { name, vlanId } = random.pick(groups);
  const wrong = vlanId + 500;
  const set = (from: number, to: number) => {
    const group = findPortGroup(host, name);
    if (group?.vlanId !== from) return false;
    group.vlanId = to;
    return true;
  };
  set(vlanId, wrong);
  const isGroup = (step: Step) =>
    (step.kind === 'update-port-group' && step.from.name === name) ||
    (step.kind === 'remove-port-group' && step.portGroup.name === name);
  return {
    host: host.name,
    what: `${name} VLAN ${vlanId} -> ${wrong}`,
    undo: () => set(wrong, vlanId),
    isNamedBy: isGroup,
  };
}

function switchServiceOff(random: Random, host: LabHost): Meddling | undefined {
  const { services } = host.network;
  const selected = (services[VMOTION_SERVICE] ?? []).filter((device) => findVmk(host, device) !== undefined);
  if (selected.length === 0) return undefined;
  const device = random.pick(selected);
  const { mac } = findVmk(host, device) ?? {};
  services[VMOTION_SERVICE] = selected.filter((one) => one !== device);
  const undo = () => {
    const vmk = findVmk(host, device);
    const now = host.network.services[VMOTION_SERVICE] ?? [];
    const isStackInUse = host.network.vmks.some(({ netstack }) => netstack === VMOTION_NETSTACK);
    if (vmk?.mac !== mac || now.includes(device) || isStackInUse) return false;
    host.network.services[VMOTION_SERVICE] = [...now, device].sort();
    return true;
  };
  const isNamedBy = (step: Step) =>
    (step.kind === 'remove-vmk' || step.kind === 'deselect-service') && step.device === device;
  return { host: host.name, what: `${device} vMotion switched off`, undo, isNamedBy };
}

/** Two adapters of the vMotion stack get each other's IPv4 addresses. */
function swapAddresses(_random: Random, host: LabHost): Meddling | undefined {
  const onStack = host.network.vmks.filter(({ netstack, ipv4 }) => netstack === VMOTION_NETSTACK && !ipv4.dhcp);
  const [one, other] = onStack;
  if (one === undefined || other === undefined) return undefined;
  const [first, second] = [one.ipv4, other.ipv4];
  const devices = [one.device, other.device];
  const set = (from: (string | undefined)[], to: [typeof first, typeof first]) => {
    const [a, b] = devices.map((device) => findVmk(host, device));
    if (a === undefined || b === undefined || a.ipv4.address !== from[0] || b.ipv4.address !== from[1]) return false;
    [a.ipv4, b.ipv4] = to;
    return true;
  };
  set([first.address, second.address], [second, first]);
  return {
    host: host.name,
    what: `${devices.join(' and ')} swap their addresses`,
    undo: () => set([second.address, first.address], [first, second]),
    isNamedBy: (step) => (step.kind === 'remove-vmk' || step.kind === 'update-vmk') && devices.includes(step.device),
  };
}

/** Another version of a distributed port group, with nothing in it that the product reads. */
function turnDistributed(random: Random, host: LabHost, model: LabModel): Meddling | undefined {
  const groups = model.distributedSwitches.flatMap(({ portGroups }) => portGroups.filter((one) => !one.isUplink));
  if (groups.length === 0) return undefined;
  const group = random.pick(groups);
  group.version += 1;
  const isNamedBy = (step: Step) => step.kind === 'update-distributed-port-group' && step.to.key === group.key;
  return { host: host.name, what: `${group.name} has a new version`, undo: () => true, isNamedBy, isOfAll: true };
}
