// DVS1 of cluster-dvs and cluster-dvs-2: two uplinks a host, a port group for each vMotion island, and one for machines.
import type { Gateway } from './fabric.ts';
import {
  type LabDistributedPortGroup,
  type LabDistributedSwitch,
  newPortSetting,
  nextDistributedPort,
} from './distributed-switch.ts';
import type { LabHost } from './model.ts';

export const DVS_UPLINKS = ['Uplink 1', 'Uplink 2'];
export const DVS_PNICS = ['vmnic4', 'vmnic5'];
const VM_VLAN = 60;

/** The switch with its port groups; every host given becomes a member. */
export function createDistributedSwitch(hosts: LabHost[], islandVlans: number[]): LabDistributedSwitch {
  const [vlanA = 0, vlanB = 0] = islandVlans;
  const dvs: LabDistributedSwitch = {
    moref: { type: 'VmwareDistributedVirtualSwitch', value: 'dvs-50' },
    uuid: '50 11 2b 6e 7f 1c 4d 3a-91 0c 5e 2f 88 b4 6a 17',
    name: 'DVS1',
    mtuBytes: 9000,
    uplinks: [...DVS_UPLINKS],
    portGroups: [
      portGroup('dvportgroup-51', 'DVS1-DVUplinks-50', 'trunk'),
      portGroup('dvportgroup-52', 'dv-vMotion-A', vlanA),
      portGroup('dvportgroup-53', 'dv-vMotion-B', vlanB),
      portGroup('dvportgroup-54', 'dv-VM-Network', VM_VLAN),
    ],
    portsMade: 0,
  };
  for (const host of hosts) joinSwitch(host, dvs);
  return dvs;
}

/** Routers of the islands' own: each knows its island and no other. */
export function islandGateways(leaf: string, islandVlans: number[]): Gateway[] {
  return islandVlans.map((vlanId, index) => ({
    address: `172.18.${index + 1}.1`,
    prefixLength: 24,
    leaf,
    vlanId,
    vrf: `island-${index + 1}`,
    mtuBytes: 9216,
    isUp: true,
  }));
}

function joinSwitch(host: LabHost, dvs: LabDistributedSwitch): void {
  const uplinks = dvs.uplinks.map((name, index) => ({
    name,
    portKey: nextDistributedPort(dvs),
    pnic: DVS_PNICS[index],
  }));
  host.network.proxies.push({ uuid: dvs.uuid, uplinks });
}

function portGroup(key: string, name: string, vlanId: number | 'trunk'): LabDistributedPortGroup {
  return {
    key,
    name,
    isUplink: vlanId === 'trunk',
    numPorts: vlanId === 'trunk' ? 16 : 8,
    version: 1,
    description: '',
    setting: newPortSetting(vlanId, DVS_UPLINKS),
  };
}
