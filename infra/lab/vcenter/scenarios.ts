// Faults to play with: each can be switched on and off while the lab runs.
import { VMOTION_NETSTACK } from '../../../shared/domain/inventory.ts';
import type { Vim } from '../../../shared/vsphere/vim.ts';
import { allHosts, type LabHost, type LabModel } from './model.ts';
import { ISLAND_VLANS, LAYER3_VLAN, layer3Addresses } from './topology.ts';
import { platformConfigFault, type VimFault } from './vim-fault.ts';

export const SCENARIO_NAMES = [
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
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** A call on a host, before it is carried out. */
export type HostCallView = { operation: string; host: LabHost; parameters: Record<string, unknown> };

/** `breaks`: one sentence on what is wrong. `shows`: one on what a user of the product will see. */
export type Scenario = {
  breaks: string;
  shows: string;
  /** Changes hosts or fabric, and puts them back. */
  turn?: (model: LabModel, on: boolean) => void;
  /** The fault that a host answers instead of doing the call. */
  refuse?: (call: HostCallView) => VimFault | undefined;
  /** How much longer the host takes. */
  delayMs?: (call: HostCallView) => number;
  /** A session is gone after so many calls. */
  sessionCalls?: number;
};

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
};

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
    fabric.devices.push({
      name: INTRUDER,
      address: isLayer3 ? layer3Addresses(host.index).address : `172.16.1.${managementOctet(host)}`,
      leaf,
      vlanId: isLayer3 ? LAYER3_VLAN : (ISLAND_VLANS[0] ?? 0),
      mtuBytes: 1500,
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
