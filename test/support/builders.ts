// Valid values with defaults: a test overrides what it is about.
import type { Host, HostNetwork, Netstack, PortGroup, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Endpoint } from '../../shared/domain/matrix.ts';
import type { Profile } from '../../shared/domain/profile.ts';

export function aVmk(device: string, change: Partial<VmkernelAdapter> = {}): VmkernelAdapter {
  return {
    device,
    netstack: 'defaultTcpipStack',
    attachment: { kind: 'standard', portGroup: `${device}-group` },
    ipv4: { dhcp: false, address: '10.0.0.51', prefixLength: 24 },
    mtuBytes: 1500,
    services: [],
    ...change,
  };
}

export function managementVmk(host = 1): VmkernelAdapter {
  return aVmk('vmk0', {
    attachment: { kind: 'standard', portGroup: 'Management Network' },
    ipv4: { dhcp: false, address: `10.0.0.${50 + host}`, prefixLength: 24 },
    services: ['management'],
  });
}

export function oldVmotionVmk(host = 1, change: Partial<VmkernelAdapter> = {}): VmkernelAdapter {
  return aVmk('vmk1', {
    attachment: { kind: 'standard', portGroup: 'vMotion-old' },
    ipv4: { dhcp: false, address: `192.168.40.${50 + host}`, prefixLength: 24 },
    mtuBytes: 9000,
    mac: `00:50:56:60:00:0${host}`,
    services: ['vmotion'],
    ...change,
  });
}

export function aGroup(name: string, change: Partial<PortGroup> = {}): PortGroup {
  return {
    name,
    switchName: 'vSwitch1',
    vlanId: 0,
    uplinks: { active: ['vmnic2', 'vmnic3'], standby: [] },
    overridesUplinks: false,
    ...change,
  };
}

const STACKS: Netstack[] = [
  {
    key: 'defaultTcpipStack',
    isLive: true,
    settings: { gateway: '10.0.0.1', congestionControl: 'newreno', connections: 11000 },
  },
  { key: 'vmotion', isLive: false, settings: { congestionControl: 'newreno', connections: 11000 } },
];

export function aNetwork(change: Partial<HostNetwork> = {}): HostNetwork {
  return {
    vmks: [managementVmk(), oldVmotionVmk()],
    netstacks: structuredClone(STACKS),
    portGroups: [
      aGroup('Management Network', { switchName: 'vSwitch0', uplinks: { active: ['vmnic0', 'vmnic1'], standby: [] } }),
      aGroup('vMotion-old', { vlanId: 40 }),
    ],
    standardSwitches: [
      { name: 'vSwitch0', mtuBytes: 1500, uplinks: ['vmnic0', 'vmnic1'] },
      { name: 'vSwitch1', mtuBytes: 9000, uplinks: ['vmnic2', 'vmnic3'] },
    ],
    distributedSwitches: [],
    pnics: ['vmnic0', 'vmnic1', 'vmnic2', 'vmnic3'].map((device) => ({ device, linkSpeedMb: 10_000 })),
    isIpv6Enabled: true,
    ...change,
  };
}

/** `number` 1 is esx01.lab.local, managed at 10.0.0.51. */
export function aHost(number = 1, change: Partial<Host> = {}): Host {
  const id = `host-${10 + number}`;
  return {
    moref: { type: 'HostSystem', value: id },
    name: `esx${String(number).padStart(2, '0')}.lab.local`,
    connection: 'connected',
    isInMaintenance: false,
    esxiVersion: '8.0.3',
    networkSystem: { type: 'HostNetworkSystem', value: `networkSystem-${10 + number}` },
    virtualNicManager: { type: 'HostVirtualNicManager', value: `virtualNicManager-${10 + number}` },
    network: aNetwork({ vmks: [managementVmk(number), oldVmotionVmk(number)] }),
    ...change,
  };
}

/** Two adapters on two uplinks, addresses from the management address, no gateway. */
export function aProfile(change: Partial<Profile> = {}): Profile {
  return {
    stack: { gateway: { kind: 'none' } },
    adapters: [
      {
        label: 'a',
        attach: {
          kind: 'standard',
          switchName: 'vSwitch1',
          portGroup: 'vMotion-A',
          vlanId: 101,
          activeUplink: 'vmnic2',
        },
        mtuBytes: 9000,
        ipv4: { kind: 'management-octet', network: '172.16.1.0', prefixLength: 24 },
      },
      {
        label: 'b',
        attach: {
          kind: 'standard',
          switchName: 'vSwitch1',
          portGroup: 'vMotion-B',
          vlanId: 102,
          activeUplink: 'vmnic3',
        },
        mtuBytes: 9000,
        ipv4: { kind: 'management-octet', network: '172.16.2.0', prefixLength: 24 },
      },
    ],
    oldAdapters: 'remove',
    reach: 'routed',
    rollout: { canary: 1, wave: 2, pingGateway: true },
    ...change,
  };
}

export function anEndpoint(host: string, change: Partial<Endpoint> = {}): Endpoint {
  return {
    host,
    device: 'vmk2',
    address: `172.16.1.${50 + Number(host.replace(/\D/g, ''))}`,
    prefixLength: 24,
    netstack: 'vmotion',
    mtuBytes: 9000,
    island: 1,
    ...change,
  };
}

export function aJob(change: Partial<Job> = {}): Job {
  return {
    schema: 1,
    id: 'j-000001',
    kind: 'enable',
    cluster: 'cluster-a',
    vcenter: 'lab',
    channel: 'C0VSPHERE',
    requestedBy: 'U0ANN',
    requestId: 'request-1',
    start: 'on-approval',
    createdAt: '2026-01-02T03:04:05.000Z',
    updatedAt: '2026-01-02T03:04:05.000Z',
    version: 1,
    cursor: 0,
    attempt: 0,
    state: 'queued',
    wave: 0,
    hosts: [],
    soapCalls: 0,
    ...change,
  };
}
