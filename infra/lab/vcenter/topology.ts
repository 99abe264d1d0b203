// The lab as it stands before the product came: one datacenter, a layer-2 cluster and a layer-3 cluster, and where they
// are asked for two that share a distributed switch and one that gets its addresses from the network.
import { DEFAULT_NETSTACK, VMOTION_NETSTACK } from '../../../shared/domain/inventory.ts';
import { createDistributedSwitch, DVS_PNICS, islandGateways } from './distributed-topology.ts';
import type { Fabric } from './fabric.ts';
import { fingerprint } from './fingerprint.ts';
import { ipv4Plus } from './ipv4.ts';
import {
  allHosts,
  type LabCluster,
  type LabHost,
  type LabHostNetwork,
  type LabModel,
  type LabNetstack,
  type LabPnic,
} from './model.ts';
import { inheritedPolicy, switchPolicy } from './network-policy.ts';
import { nextMac, nextPortKey } from './plug.ts';
import { publishNow } from './runtime.ts';
import { NO_STORAGE } from './storage.ts';
import { NIC_TYPES } from './services.ts';
import { createVms } from './vm-topology.ts';

const STACK_KEYS = ['ops', 'mirror', 'vSphereProvisioning', VMOTION_NETSTACK, DEFAULT_NETSTACK];
const OLD_VLAN = 40;
const VSAN_VLAN = 30;
const VM_VLAN = 60;

export const LAB_CLUSTERS = ['cluster-a', 'cluster-l3', 'cluster-dvs', 'cluster-v6', 'cluster-dvs-2'] as const;
export type LabClusterName = (typeof LAB_CLUSTERS)[number];
/** Members of DVS1, with the same port groups for vMotion. */
export const DVS_CLUSTERS: readonly LabClusterName[] = ['cluster-dvs', 'cluster-dvs-2'];
/** Where nothing else is asked for. */
export const USUAL_CLUSTERS: readonly LabClusterName[] = ['cluster-a', 'cluster-l3'];

/** What distinguishes the clusters. VLANs of `localVlans` end at each host's own leaf. */
type ClusterPlan = {
  name: LabClusterName;
  firstHost: number;
  management: string;
  /** The last octet of the first host's addresses, where it is not .51. */
  firstOctet?: number | undefined;
  oldVmotion: string;
  vsan?: { network: string; hosts: number } | undefined;
  leafOf: (index: number) => string;
  localVlans: number[];
  /** Physical NICs beside the four that all hosts have. */
  morePnics?: string[] | undefined;
};

export const ISLAND_VLANS = [101, 102];
export const LAYER3_VLAN = 200;

/** cluster-v6's own. */
export const V6_VLANS = [111, 112];

/** `hosts` in each cluster. The same seed makes the same MAC addresses. */
export function createTopology(options: {
  hosts: number;
  seed: number;
  clusters?: readonly LabClusterName[] | undefined;
}): LabModel {
  const names = options.clusters ?? USUAL_CLUSTERS;
  const all = clusterPlans(options.hosts);
  // Positions are the plans' own, so that references stay what they are whichever clusters there are.
  const plans = all.map((plan, position) => ({ plan, position })).filter(({ plan }) => names.includes(plan.name));
  const fabric: Fabric = { leaves: [], ports: [], gateways: [], devices: [], acls: [], dhcp: [] };
  const clusters = plans.map(({ plan, position }) => {
    const cluster = createCluster(plan, { position, hosts: options.hosts, seed: options.seed });
    wireCluster(fabric, plan, cluster.hosts);
    return cluster;
  });
  const find = (name: LabClusterName) => plans.find(({ plan }) => plan.name === name)?.plan;
  const [layer3, v6] = [find('cluster-l3'), find('cluster-v6')];
  const distributed = plans.find(({ plan }) => isOnSwitch(plan))?.plan;
  if (layer3 !== undefined) addLayer3Gateways(fabric, layer3, options.hosts);
  if (v6 !== undefined) addGivers(fabric, v6.leafOf(0));
  const members = clusters.filter(isOnSwitch).flatMap(({ hosts }) => hosts);
  const dvs = distributed === undefined ? undefined : createDistributedSwitch(members, ISLAND_VLANS);
  if (distributed !== undefined) fabric.gateways.push(...islandGateways(distributed.leafOf(0), ISLAND_VLANS));
  return {
    instanceUuid: '5f1c6a1e-7b0d-4d7c-9a55-0d2f6f3c1a10',
    datacenter: { moref: { type: 'Datacenter', value: 'datacenter-2' }, name: 'DC1' },
    folders: {
      root: folder('group-d1'),
      vm: folder('group-v3'),
      host: folder('group-h4'),
      datastore: folder('group-s5'),
      network: folder('group-n6'),
    },
    clusters,
    standalone: [],
    distributedSwitches: dvs === undefined ? [] : [dvs],
    vms: createVms(clusters, dvs),
    privileges: { missing: [] },
    fabric,
    events: [],
  };
}

function clusterPlans(hosts: number): ClusterPlan[] {
  const step = firstLayer3Host(hosts) - 1;
  const clusterA: ClusterPlan = {
    name: 'cluster-a',
    firstHost: 1,
    management: '10.0.0.0',
    oldVmotion: '192.168.40.0',
    leafOf: () => 'leaf-a',
    localVlans: [],
  };
  const clusterL3: ClusterPlan = {
    name: 'cluster-l3',
    firstHost: step + 1,
    management: '10.0.8.0',
    oldVmotion: '192.168.48.0',
    vsan: { network: '192.168.30.0', hosts: 2 },
    leafOf: (index) => `leaf-l3-${String(index + 1).padStart(2, '0')}`,
    localVlans: [LAYER3_VLAN],
  };
  const clusterDvs: ClusterPlan = {
    name: 'cluster-dvs',
    firstHost: 2 * step + 1,
    management: '10.0.16.0',
    oldVmotion: '192.168.56.0',
    leafOf: () => 'leaf-dvs',
    localVlans: [],
    morePnics: DVS_PNICS,
  };
  const clusterV6: ClusterPlan = {
    name: 'cluster-v6',
    firstHost: 3 * step + 1,
    management: '10.0.24.0',
    oldVmotion: '192.168.64.0',
    leafOf: () => 'leaf-v6',
    localVlans: [],
    morePnics: ['vmnic4', 'vmnic5'],
  };
  // On the wires of cluster-dvs, in the same networks for vMotion: beside its hosts' addresses there.
  const clusterDvs2: ClusterPlan = {
    ...clusterDvs,
    name: 'cluster-dvs-2',
    firstHost: 4 * step + 1,
    management: '10.0.32.0',
    firstOctet: 151,
    oldVmotion: '192.168.72.0',
  };
  return [clusterA, clusterL3, clusterDvs, clusterV6, clusterDvs2];
}

const isOnSwitch = ({ name }: { name: string }): boolean => DVS_CLUSTERS.some((one) => one === name);

/** The address of a cluster-l3 host's vMotion adapter and its gateway: each host has a /30 of its own. */
export function layer3Addresses(index: number): { address: string; gateway: string; prefixLength: number } {
  return {
    address: ipv4Plus('172.17.8.0', 4 * index + 2),
    gateway: ipv4Plus('172.17.8.0', 4 * index + 1),
    prefixLength: 30,
  };
}

/** esx11, or the first number after a power of ten that leaves room for all of cluster-a. */
function firstLayer3Host(hosts: number): number {
  let first = 11;
  while (hosts >= first) first = (first - 1) * 10 + 1;
  return first;
}

function createCluster(plan: ClusterPlan, scale: { position: number; hosts: number; seed: number }): LabCluster {
  const hosts = Array.from({ length: scale.hosts }, (_, index) =>
    createHost(plan, index, { number: 20 + scale.position * scale.hosts + index, ...scale }),
  );
  return {
    moref: { type: 'ClusterComputeResource', value: `domain-c${8 + scale.position}` },
    name: plan.name,
    hosts,
    drs: { enabled: true, behavior: 'fullyAutomated' },
    isConfigManaged: false,
  };
}

/** A new host of the cluster, as hosts come. Its number and its name are nobody else's. */
export function addHostTo(model: LabModel, clusterName: string, seed: number): LabHost {
  const cluster = model.clusters.find(({ name }) => name === clusterName);
  const size = cluster?.hosts.length ?? 0;
  const plan = clusterPlans(size).find(({ name }) => name === clusterName);
  if (cluster === undefined || plan === undefined) throw new Error(`the lab has no cluster ${clusterName}`);
  const all = allHosts(model);
  const number = Math.max(...all.map((host) => host.number)) + 1;
  const taken = new Set(all.map(({ name }) => name));
  let firstHost = plan.firstHost;
  while (taken.has(hostNameOf({ ...plan, firstHost }, size))) firstHost += 1;
  const host = createHost({ ...plan, firstHost }, size, { number, hosts: size + 1, seed });
  host.isUnlucky = false;
  cluster.hosts.push(host);
  wireHost(model.fabric, plan, host);
  if (clusterName === 'cluster-l3') addLayer3Gateway(model.fabric, plan, size);
  return host;
}

/** Puts the host into the cluster, or into none. It stands where it stood, with its cables where they were. */
export function moveHostTo(model: LabModel, host: LabHost, to: LabCluster | undefined): void {
  takeOut(model, host);
  host.cluster = to?.name ?? '';
  (to?.hosts ?? model.standalone).push(host);
}

function takeOut(model: LabModel, host: LabHost): void {
  for (const cluster of model.clusters) cluster.hosts = cluster.hosts.filter((one) => one !== host);
  model.standalone = model.standalone.filter((one) => one !== host);
}

/** Takes the host out of vCenter with its machines, and its cables out of the switches. */
export function removeHostFrom(model: LabModel, host: LabHost): void {
  takeOut(model, host);
  model.vms = model.vms.filter((vm) => vm.host !== host.name);
  model.fabric.ports = model.fabric.ports.filter((port) => port.host !== host.name);
}

const hostNameOf = (plan: ClusterPlan, index: number): string =>
  `esx${String(plan.firstHost + index).padStart(2, '0')}.lab.local`;

function createHost(plan: ClusterPlan, index: number, scale: { number: number; hosts: number; seed: number }): LabHost {
  const hostName = `esx${String(plan.firstHost + index).padStart(2, '0')}`;
  const host: LabHost = {
    moref: { type: 'HostSystem', value: `host-${scale.number}` },
    number: scale.number,
    name: `${hostName}.lab.local`,
    cluster: plan.name,
    index,
    // The third host, or the last of fewer.
    isUnlucky: index === Math.min(2, scale.hosts - 1),
    connection: 'connected',
    isRunning: true,
    isInMaintenance: false,
    esxiVersion: '8.0.3',
    esxiBuild: '24022510',
    network: createNetwork(scale, { hostName, gateway: ipv4Plus(plan.management, 1), morePnics: plan.morePnics ?? [] }),
    storage: structuredClone(NO_STORAGE),
    published: { stacks: [], readsBehind: 0 },
    portsMade: 0,
    macsMade: 0,
    log: { lines: [], rotations: 0 },
  };
  // More than about 200 hosts do not fit one /24: the same addresses then lie in a /22.
  const prefixLength = scale.hosts > 200 ? 22 : 24;
  const plug = (portGroup: string, address: string, length: number, mtuBytes: number) =>
    plugIn(host, scale.seed, { portGroup, address, prefixLength: length, mtuBytes });
  const octet = (plan.firstOctet ?? 51) + index;
  plug('Management Network', ipv4Plus(plan.management, octet), prefixLength, 1500);
  plug('vMotion-old', ipv4Plus(plan.oldVmotion, octet), prefixLength, 9000);
  host.network.services.management = ['vmk0'];
  host.network.services.vmotion = ['vmk1'];
  if (plan.vsan !== undefined && index < plan.vsan.hosts) {
    host.network.portGroups.push({
      name: 'vSAN',
      switchName: 'vSwitch1',
      vlanId: VSAN_VLAN,
      policy: inheritedPolicy(),
    });
    plug('vSAN', ipv4Plus(plan.vsan.network, octet), 24, 9000);
    host.network.services.vsan = ['vmk2'];
  }
  publishNow(host);
  return host;
}

function createNetwork(
  scale: { number: number; seed: number },
  { hostName, gateway, morePnics }: { hostName: string; gateway: string; morePnics: string[] },
): LabHostNetwork {
  const pnics = ['vmnic0', 'vmnic1', 'vmnic2', 'vmnic3', ...morePnics].map((device) => createPnic(device, scale));
  const portGroup = (name: string, switchName: string, vlanId: number) => ({
    name,
    switchName,
    vlanId,
    policy: inheritedPolicy(),
  });
  return {
    vmks: [],
    netstacks: STACK_KEYS.map((key) => createNetstack(key, hostName, gateway)),
    portGroups: [
      portGroup('VM Network', 'vSwitch0', 0),
      portGroup('Management Network', 'vSwitch0', 0),
      portGroup('vMotion-old', 'vSwitch1', OLD_VLAN),
    ],
    switches: [
      {
        name: 'vSwitch0',
        mtuBytes: 1500,
        numPorts: 128,
        pnics: ['vmnic0', 'vmnic1'],
        policy: switchPolicy(['vmnic0', 'vmnic1']),
      },
      {
        name: 'vSwitch1',
        mtuBytes: 9000,
        numPorts: 128,
        pnics: ['vmnic2', 'vmnic3'],
        policy: switchPolicy(['vmnic2', 'vmnic3']),
      },
    ],
    proxies: [],
    pnics,
    isIpv6Enabled: true,
    services: Object.fromEntries(NIC_TYPES.map(({ nicType }) => [nicType, []])),
  };
}

function createPnic(device: string, scale: { number: number; seed: number }): LabPnic {
  const digits = fingerprint(scale.seed, 'pnic', scale.number, device).toString(16).padStart(8, '0');
  const mac = ['a0', '36', digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6), digits.slice(6, 8)].join(':');
  return { device, mac, speedMb: 25_000 };
}

function createNetstack(key: string, hostName: string, gateway: string): LabNetstack {
  const isDefault = key === DEFAULT_NETSTACK;
  return {
    key,
    state: isDefault ? 'active' : 'dormant',
    deactivatingReadsLeft: 0,
    gateway: isDefault ? gateway : undefined,
    dns: isDefault
      ? { dhcp: false, hostName, domainName: 'lab.local', address: ['10.0.0.2'], searchDomain: ['lab.local'] }
      : { dhcp: false, hostName: '', domainName: '', address: [], searchDomain: [] },
    connections: 11_000,
    congestionControl: 'newreno',
  };
}

function plugIn(
  host: LabHost,
  seed: number,
  wanted: { portGroup: string; address: string; prefixLength: number; mtuBytes: number },
): void {
  host.network.vmks.push({
    device: `vmk${host.network.vmks.length}`,
    netstack: DEFAULT_NETSTACK,
    attachment: { kind: 'standard', portGroup: wanted.portGroup },
    ipv4: { dhcp: false, address: wanted.address, prefixLength: wanted.prefixLength },
    ipv6: { dhcp: false, autoconfiguration: false, addresses: [] },
    mtuBytes: wanted.mtuBytes,
    mac: nextMac(host, seed),
    portKey: nextPortKey(host),
  });
}

function wireCluster(fabric: Fabric, plan: ClusterPlan, hosts: LabHost[]): void {
  for (const host of hosts) wireHost(fabric, plan, host);
  fabric.gateways.push({
    address: ipv4Plus(plan.management, 1),
    prefixLength: hosts.length > 200 ? 22 : 24,
    leaf: plan.leafOf(0),
    vlanId: 1,
    vrf: 'management',
    mtuBytes: 1500,
    isUp: true,
  });
}

function wireHost(fabric: Fabric, plan: ClusterPlan, host: LabHost): void {
  const leaf = plan.leafOf(host.index);
  if (!fabric.leaves.some((one) => one.name === leaf)) {
    fabric.leaves.push({ name: leaf, fabric: `fabric-${plan.name}`, localVlans: plan.localVlans });
  }
  for (const pnic of host.network.pnics) {
    const isManagement = ['vmnic0', 'vmnic1'].includes(pnic.device);
    const vlans = isManagement ? [1] : [1, VSAN_VLAN, OLD_VLAN, ...ISLAND_VLANS, LAYER3_VLAN, ...ownVlans(plan)];
    const mtuBytes = isManagement ? 1500 : 9216;
    fabric.ports.push({ host: host.name, pnic: pnic.device, leaf, vlans, nativeVlan: 1, mtuBytes });
  }
}

function ownVlans(plan: ClusterPlan): number[] {
  if (plan.name === 'cluster-v6') return V6_VLANS;
  return isOnSwitch(plan) ? [VM_VLAN] : [];
}

/** cluster-v6: a DHCP server and an advertising router for the first network, a DHCPv6 server for the second. */
function addGivers(fabric: Fabric, leaf: string): void {
  const [first = 0, second = 0] = V6_VLANS;
  const giver = { leaf, isUp: true };
  const router = { leaf, vrf: 'vmotion-v6', mtuBytes: 9216, isUp: true, prefixLength: 64 };
  fabric.gateways.push(
    { ...router, address: '172.19.1.1', prefixLength: 24, vlanId: first },
    { ...router, address: '172.19.2.1', prefixLength: 24, vlanId: second },
    { ...router, address: 'fd00:19:1::1', vlanId: first, advertisesFrom: 'fe80::1' },
    { ...router, address: 'fd00:19:2::1', vlanId: second },
  );
  const large = { size: 10_000, leases: [] };
  fabric.dhcp.push(
    { ...giver, size: 150, vlanId: first, first: '172.19.1.100', prefixLength: 24, gateway: '172.19.1.1', leases: [] },
    { ...giver, size: 150, vlanId: second, first: '172.19.2.100', prefixLength: 24, leases: [] },
    { ...giver, ...large, vlanId: second, first: 'fd00:19:2::1000', prefixLength: 64 },
  );
}

/** Each leaf of cluster-l3 routes between its /30 and those of the others. */
function addLayer3Gateways(fabric: Fabric, plan: ClusterPlan, hosts: number): void {
  for (let index = 0; index < hosts; index += 1) addLayer3Gateway(fabric, plan, index);
}

function addLayer3Gateway(fabric: Fabric, plan: ClusterPlan, index: number): void {
  const { gateway: address, prefixLength } = layer3Addresses(index);
  if (fabric.gateways.some((one) => one.address === address)) return;
  const leaf = plan.leafOf(index);
  fabric.gateways.push({
    address,
    prefixLength,
    leaf,
    vlanId: LAYER3_VLAN,
    vrf: 'vmotion',
    mtuBytes: 9216,
    isUp: true,
  });
}

function folder(value: string): { type: string; value: string } {
  return { type: 'Folder', value };
}
