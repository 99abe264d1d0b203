// The alarms that are declared at the lab's vCenter: some that every vCenter has, and some that an administrator made.
// "lab." events are told by a monitoring agent of the lab's own, as sites post events of theirs; all others are ESXi's
// and vCenter's.
import type { Moref } from '../../../shared/domain/inventory.ts';

export type AlarmColour = 'green' | 'yellow' | 'red';

/** `event`: an event's id, or its class. */
export type AlarmTrigger = { event: string; status: AlarmColour };

export type AlarmDefinition = {
  moref: Moref;
  name: string;
  systemName?: string;
  description: string;
  triggers: AlarmTrigger[];
};

/** What the lab's agent and its hosts tell, and what tells that it is over. */
export const PROBLEM_EVENTS = {
  'uplink-redundancy': { raised: 'esx.problem.net.redundancy.lost', cleared: 'esx.clear.net.redundancy.restored' },
  'uplink-connectivity': {
    raised: 'esx.problem.net.connectivity.lost',
    cleared: 'esx.clear.net.connectivity.restored',
  },
  'address-duplicated': { raised: 'esx.problem.net.vmknic.ip.duplicate', cleared: 'lab.net.vmknic.ip.unique' },
  'adapter-gone': { raised: 'esx.problem.net.migrate.bindtovmk', cleared: 'lab.net.migrate.bound' },
  'network-lost': { raised: 'lab.vmotion.network.lost', cleared: 'lab.vmotion.network.restored' },
  'vmotion-off': { raised: 'lab.vmotion.off', cleared: 'lab.vmotion.on' },
  'gateway-lost': { raised: 'lab.vmotion.gateway.lost', cleared: 'lab.vmotion.gateway.restored' },
  'mtu-changed': { raised: 'lab.vmotion.mtu.changed', cleared: 'lab.vmotion.mtu.restored' },
  'host-added': { raised: 'HostAddedEvent', cleared: 'lab.vmotion.host.ready' },
} as const;

export type Problem = keyof typeof PROBLEM_EVENTS;

const declared = (number: number): Moref => ({ type: 'Alarm', value: `alarm-${number}` });
const triggersOf = (problem: Problem, status: AlarmColour): AlarmTrigger[] => [
  { event: PROBLEM_EVENTS[problem].raised, status },
  { event: PROBLEM_EVENTS[problem].cleared, status: 'green' },
];

export const ALARMS: readonly AlarmDefinition[] = [
  {
    moref: declared(64),
    name: 'Network connectivity lost',
    systemName: 'alarm.NetworkConnectivityLostAlarm',
    description: 'Default alarm to monitor network connectivity on a virtual switch',
    triggers: triggersOf('uplink-connectivity', 'red'),
  },
  {
    moref: declared(65),
    name: 'Network uplink redundancy lost',
    systemName: 'alarm.NetworkRedundancyLostAlarm',
    description: 'Default alarm to monitor loss of network uplink redundancy on a virtual switch',
    triggers: triggersOf('uplink-redundancy', 'yellow'),
  },
  {
    moref: declared(67),
    name: 'VMKernel NIC not configured correctly',
    description: 'Default alarm to monitor incorrectly configured VMKernel NICs',
    triggers: triggersOf('adapter-gone', 'yellow'),
  },
  {
    moref: declared(301),
    name: 'vMotion network lost',
    description: 'The host has no adapter left that carries vMotion',
    triggers: triggersOf('network-lost', 'red'),
  },
  {
    moref: declared(302),
    name: 'vMotion switched off on an adapter',
    description: 'An adapter that carried vMotion does so no more',
    triggers: triggersOf('vmotion-off', 'red'),
  },
  {
    moref: declared(303),
    name: 'vMotion gateway missing',
    description: 'The vMotion TCP/IP stack has lost its gateway',
    triggers: triggersOf('gateway-lost', 'red'),
  },
  {
    moref: declared(304),
    name: 'vMotion adapter MTU changed',
    description: 'The MTU of an adapter that carries vMotion is not what it was',
    triggers: triggersOf('mtu-changed', 'yellow'),
  },
  {
    moref: declared(305),
    name: 'Duplicate IP address on a VMkernel adapter',
    description: 'Another device answers to an address of the host',
    triggers: triggersOf('address-duplicated', 'red'),
  },
  {
    moref: declared(306),
    name: 'Host added to cluster',
    description: 'A host has joined the cluster and is not on the vMotion TCP/IP stack yet',
    triggers: triggersOf('host-added', 'yellow'),
  },
];
