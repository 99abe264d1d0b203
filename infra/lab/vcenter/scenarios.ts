// Faults to play with: each can be switched on and off while the lab runs.
import { VMOTION_NETSTACK } from '../../../shared/domain/inventory.ts';
import type { Vim } from '../../../shared/vsphere/vim.ts';
import type { BreakKind } from './break-host.ts';
import type { LiveChanges } from './live-changes.ts';
import { allHosts, type LabHost, type LabModel } from './model.ts';
import {
  bendPaths,
  deselectVmotion,
  drift,
  dropVmNetwork,
  joinIslands,
  mixSwitches,
  shareAdapter,
  silenceDhcp,
  switchOffIpv6,
  takePrivileges,
  touchPortGroups,
  useSameAddress,
} from './scenario-changes.ts';
import { putStorageOnOldAdapter } from './storage.ts';
import { ISLAND_VLANS, LAYER3_VLAN, layer3Addresses } from './topology.ts';
import { platformConfigFault, type VimFault } from './vim-fault.ts';

/** What can go wrong at any time. */
export const FAULT_SCENARIO_NAMES = [
  'healthy',
  'mtu-hole',
  'one-way',
  'duplicate-ip',
  'host-down',
  'session-expires',
  'slow-host',
  'gateway-missing',
  'fails-midway',
] as const;

/** What other people do, or what happens, while the product looks after its clusters: vCenter raises an alarm. */
export const LIVE_SCENARIO_NAMES = [
  'vmotion-turned-off',
  'gateway-lost',
  'mtu-changed',
  'adapter-gone',
  'uplink-lost',
  'address-duplicated',
  'host-added',
] as const;

export const SCENARIO_NAMES = [
  ...FAULT_SCENARIO_NAMES,
  'islands',
  'island-leak',
  'dvs',
  'mixed-switches',
  'ipv6',
  'dhcp',
  'shared-vmk',
  'vmotion-off-on-one',
  'vm-network-missing',
  'no-privilege',
  'config-drift',
  'l3-asymmetric',
  'old-stack-same-address',
  'storage-on-old-adapter',
  ...LIVE_SCENARIO_NAMES,
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** A call on a host, before it is carried out. */
export type HostCallView = { operation: string; host: LabHost; parameters: Record<string, unknown> };

/** `breaks`: one sentence on what is wrong. `shows`: one on what a user of the product will see. */
export type Scenario = {
  breaks: string;
  shows: string;
  /** Changes hosts or fabric, and puts them back. */
  turn?: (model: LabModel, on: boolean) => void;
  /** The same by way of vCenter: with events, alarms and the name of whoever did it. */
  live?: (lab: LiveLab, on: boolean) => void;
  /** The fault that a host answers instead of doing the call. */
  refuse?: (call: HostCallView) => VimFault | undefined;
  /** How much longer the host takes. */
  delayMs?: (call: HostCallView) => number;
  /** A session is gone after so many calls. */
  sessionCalls?: number;
};

export type LiveLab = { changes: LiveChanges; model: LabModel };

/** The host of each cluster that things happen to. */
export function unluckyHosts(model: LabModel): LabHost[] {
  return allHosts(model).filter((host) => host.isUnlucky);
}

const SLOW_MS = 3_000;
const SESSION_CALLS = 15;

export const SCENARIOS: Record<ScenarioName, Scenario> = {
  healthy: {
    breaks: 'Nothing.',
    shows: 'Every job succeeds.',
  },
  'mtu-hole': {
    breaks: 'The switch ports of one host of each cluster carry packets of at most 1500 bytes.',
    shows: 'Full-size pings from and to that host are lost, small ones answer: the matrix finds 1500 on its paths.',
    turn: (model, on) => setPortMtu(model, on ? 1500 : 9216),
  },
  'one-way': {
    breaks: 'An access list drops what the second host of each cluster sends to the first, and nothing the other way.',
    shows: 'One direction of a pair is lost: the matrix names the direction.',
    turn: (model, on) => setAcls(model, on),
  },
  'duplicate-ip': {
    breaks: 'A device that is not a host already answers to an address that the profile gives to the third host.',
    shows: 'The address is found taken before it is assigned, or its pings get lost in turn.',
    turn: (model, on) => setDevices(model, on),
  },
  'host-down': {
    breaks: 'One host of each cluster is powered off: vCenter shows it as not responding, without its configuration.',
    shows: 'That host is reported as not connected; nothing is planned for it.',
    turn: (model, on) => {
      for (const host of unluckyHosts(model)) {
        host.connection = on ? 'notResponding' : 'connected';
        host.isRunning = !on;
      }
    },
  },
  'session-expires': {
    breaks: `vCenter forgets each session after ${SESSION_CALLS} calls.`,
    shows: 'Nothing: the client logs in again and goes on.',
    sessionCalls: SESSION_CALLS,
  },
  'slow-host': {
    breaks: 'One host of each cluster takes three seconds longer for every call.',
    shows: 'Jobs take longer, and the others do not wait for it within a wave.',
    delayMs: ({ host }) => (host.isUnlucky ? SLOW_MS : 0),
  },
  'gateway-missing': {
    breaks: 'The leaf switch of one host of cluster-l3 has no gateway address.',
    shows: 'Everything that host sends out of its subnet is lost: the verdict names its gateway.',
    turn: (model, on) => setGateway(model, !on),
  },
  'fails-midway': {
    breaks: 'One host of each cluster refuses its second vMotion adapter and a gateway for the vMotion stack.',
    shows: 'The first steps succeed, then PlatformConfigFault: the host is put back as it was.',
    refuse: refuseMidway,
  },
  islands: {
    breaks: 'Nothing: the two vMotion networks of cluster-dvs each have a router, and the routers know only their own.',
    shows: 'Every adapter reaches its like on the other hosts, and none across: both halves are proven.',
  },
  'island-leak': {
    breaks: 'One router serves both vMotion networks of cluster-dvs.',
    shows: 'Adapters that must not reach each other do: the verdict calls it a leak between the islands.',
    turn: joinIslands,
  },
  dvs: {
    breaks: 'Somebody has just changed the vMotion port groups of DVS1 in cluster-dvs, without changing their uplinks.',
    shows: 'The plan changes each port group once, says that this touches every host, and a plan made before is stale.',
    turn: touchPortGroups,
  },
  'mixed-switches': {
    breaks:
      'In cluster-dvs old vMotion runs over switches of both kinds; every second host is cabled the other way round.',
    shows:
      'Uplinks are found host by host, both old adapters are moved, and a revert puts each back on its own switch.',
    turn: mixSwitches,
  },
  ipv6: {
    breaks: 'One host of cluster-v6 has IPv6 switched off.',
    shows:
      'That host is blocked before anything is changed, with the reason; the others get addresses of both families.',
    turn: switchOffIpv6,
  },
  dhcp: {
    breaks: 'The DHCP server of the first vMotion network of cluster-v6 does not answer.',
    shows: 'New adapters stay without an address: the first wave is put back, and the reason is named.',
    turn: silenceDhcp,
  },
  'shared-vmk': {
    breaks: 'On one host of each cluster the management adapter carries vMotion too, and the old adapter provisioning.',
    shows: 'Both adapters stay, and the plan says for which service; they only lose vMotion.',
    turn: shareAdapter,
  },
  'vmotion-off-on-one': {
    breaks: 'On one host of each cluster vMotion is switched off on the adapter that carries it elsewhere.',
    shows:
      'Migrations to and from that host fail with VMotionNotConfigured; repair finds the adapter and switches it on.',
    turn: deselectVmotion,
  },
  'vm-network-missing': {
    breaks: 'One host of each cluster has no port group called VM Network.',
    shows: 'The check counts the machines that could not land there, and a trial to that host is refused.',
    turn: dropVmNetwork,
  },
  'no-privilege': {
    breaks: 'The account lacks Host.Config.Network on one host of each cluster, and Global.Diagnostics.',
    shows: 'What is missing is named with its object before anything is changed, by the check and by the plan.',
    turn: takePrivileges,
  },
  'config-drift': {
    breaks: 'On a host of cluster-a and cluster-l3 somebody changed the vMotion stack, or began it with a wrong MTU.',
    shows: 'The plan of that host alone differs, field by field; a plan approved before becomes stale.',
    turn: drift,
  },
  'l3-asymmetric': {
    breaks: 'What one host of cluster-l3 sends to others passes a link of 1500 bytes; answers take another way.',
    shows:
      'Full-size pings from that host are lost and those to it arrive: the matrix names 1500 bytes and the direction.',
    turn: bendPaths,
  },
  'old-stack-same-address': {
    breaks:
      'The old vMotion adapters of cluster-a have the very addresses that the profile wants on the vMotion stack.',
    shows:
      'The plan removes each old adapter before it creates the new one with its address; a revert does the reverse.',
    turn: useSameAddress,
  },
  'storage-on-old-adapter': {
    breaks:
      'The old vMotion adapter of one host of each cluster is its only way to an NFS server, and that of the first is bound to iSCSI.',
    shows: 'These two adapters stay, and the plan says for what; those of the other hosts are removed.',
    turn: putStorageOnOldAdapter,
  },
  'vmotion-turned-off': {
    breaks: 'Somebody switches vMotion off on an adapter of one host of each cluster that is not on its own stack.',
    shows: 'An alarm names the host, and repair switches the adapter on again. Off: the same person switches it on.',
    live: onUnlucky('vmotion-turned-off'),
  },
  'gateway-lost': {
    breaks: 'Somebody removes the gateway of the vMotion stack on one host of each cluster that has one.',
    shows: 'An alarm names the host, its pings to other subnets are lost, and repair sets the gateway again.',
    live: onUnlucky('gateway-lost'),
  },
  'mtu-changed': {
    breaks: 'Somebody sets the MTU of a vMotion adapter to 1500 on one host of each cluster.',
    shows: 'An alarm names the host, full-size pings of it fail, and repair puts the MTU back.',
    live: onUnlucky('mtu-changed'),
  },
  'adapter-gone': {
    breaks: 'Somebody removes the last vMotion adapter of one host of each cluster.',
    shows: 'An alarm names the host, and repair creates the adapter again with its address.',
    live: onUnlucky('adapter-gone'),
  },
  'uplink-lost': {
    breaks: 'The link of a physical NIC that carries vMotion goes down on one host of each cluster.',
    shows: 'An alarm says that redundancy is lost. No configuration mends a cable: a test says which pairs suffer.',
    live: onUnlucky('uplink-lost'),
  },
  'address-duplicated': {
    breaks: 'A device that is no host takes the address of a vMotion adapter of one host of each cluster.',
    shows: 'An alarm names host and address. Nothing is repaired: which of the two must go is for people to say.',
    live: onUnlucky('address-duplicated'),
  },
  'host-added': {
    breaks: 'Somebody adds a host to cluster-a. Off: it leaves again.',
    shows: 'An alarm names the new host, and enable brings it onto the vMotion stack like the others.',
    live: addOneHost,
  },
};

function onUnlucky(kind: BreakKind): NonNullable<Scenario['live']> {
  return ({ changes, model }, on) => {
    for (const { name } of unluckyHosts(model)) {
      if (on) changes.breakHost(kind, name);
      else changes.mendHost(kind, name);
    }
  };
}

/** And takes it away again. */
function addOneHost({ changes }: LiveLab, on: boolean): void {
  if (on) {
    changes.addHost(GROWING);
    return;
  }
  const [newest] = changes.added();
  if (newest !== undefined) changes.removeHost(newest);
}

const GROWING = 'cluster-a';

function setPortMtu(model: LabModel, mtuBytes: number): void {
  const names = new Set(unluckyHosts(model).map((host) => host.name));
  for (const port of model.fabric.ports) {
    if (names.has(port.host) && ['vmnic2', 'vmnic3'].includes(port.pnic)) port.mtuBytes = mtuBytes;
  }
}

function setAcls(model: LabModel, on: boolean): void {
  model.fabric.acls = [];
  if (!on) return;
  for (const { hosts } of model.clusters) {
    const [toHost, fromHost] = hosts;
    if (toHost === undefined || fromHost === undefined) continue;
    model.fabric.acls.push({
      fromHost: fromHost.name,
      toHost: toHost.name,
      vlans: [...ISLAND_VLANS, LAYER3_VLAN],
    });
  }
}

const INTRUDER = 'intruder';

function setDevices(model: LabModel, on: boolean): void {
  const { fabric } = model;
  fabric.devices = fabric.devices.filter((device) => device.name !== INTRUDER);
  if (!on) return;
  for (const host of unluckyHosts(model)) {
    const leaf = fabric.ports.find((port) => port.host === host.name && port.pnic === 'vmnic2')?.leaf;
    if (leaf === undefined) continue;
    const isLayer3 = host.cluster === 'cluster-l3';
    const { address, gateway } = layer3Addresses(host.index);
    fabric.devices.push({
      name: INTRUDER,
      address: isLayer3 ? address : `172.16.1.${managementOctet(host)}`,
      leaf,
      vlanId: isLayer3 ? LAYER3_VLAN : (ISLAND_VLANS[0] ?? 0),
      mtuBytes: 1500,
      gateway: isLayer3 ? gateway : undefined,
    });
  }
}

function managementOctet(host: LabHost): string {
  const address = host.network.vmks[0]?.ipv4.address ?? '';
  return address.slice(address.lastIndexOf('.') + 1);
}

function setGateway(model: LabModel, isUp: boolean): void {
  for (const host of unluckyHosts(model).filter(({ cluster }) => cluster === 'cluster-l3')) {
    const { gateway } = layer3Addresses(host.index);
    for (const one of model.fabric.gateways) if (one.address === gateway) one.isUp = isUp;
  }
}

function refuseMidway({ operation, host, parameters }: HostCallView): VimFault | undefined {
  if (!host.isUnlucky) return undefined;
  if (operation === 'AddVirtualNic') {
    const nic = parameters.nic as Vim<'HostVirtualNicSpec'>;
    const isSecond = host.network.vmks.some((vmk) => vmk.netstack === VMOTION_NETSTACK);
    if (nic.netStackInstanceKey !== VMOTION_NETSTACK || !isSecond) return undefined;
    return platformConfigFault('Unable to create vmknic: Unable to get port for portset: Out of resources');
  }
  if (operation === 'UpdateNetworkConfig') {
    const config = parameters.config as Vim<'HostNetworkConfig'>;
    const setsGateway = config.netStackSpec.some(
      ({ netStackInstance: stack }) =>
        stack.key === VMOTION_NETSTACK && stack.ipRouteConfig?.defaultGateway !== undefined,
    );
    if (setsGateway)
      return platformConfigFault('Unable to set the default gateway on netstack vmotion: Out of resources');
  }
  return undefined;
}
