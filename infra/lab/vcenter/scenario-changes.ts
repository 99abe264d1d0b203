// What the scenarios that begin from elsewhere do to hosts, fabric and permissions.
import { DEFAULT_NETSTACK, VMOTION_NETSTACK } from '../../../shared/domain/inventory.ts';
import { findNetstack, findPortGroup, type LabHost, type LabModel } from './model.ts';
import { inheritedPolicy } from './network-policy.ts';
import { nextMac, nextPortKey } from './plug.ts';
import { settleStacks } from './runtime.ts';
import { changeHosts, hostsOf, oldAdapter } from './starting-point.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import { ISLAND_VLANS, LAYER3_VLAN, layer3Addresses, V6_VLANS } from './topology.ts';

const unlucky = (model: LabModel) => model.clusters.flatMap(({ hosts }) => hosts.filter((host) => host.isUnlucky));
const onStandardSwitches = (model: LabModel) =>
  unlucky(model).filter(({ cluster }) => ['cluster-a', 'cluster-l3'].includes(cluster));

/** One router for both islands of cluster-dvs. */
export function joinIslands(model: LabModel, on: boolean): void {
  for (const gateway of model.fabric.gateways) {
    const island = /^172\.18\.(\d)\.1$/.exec(gateway.address)?.[1];
    if (island !== undefined) gateway.vrf = on ? 'island-1' : `island-${island}`;
  }
}

/** Somebody else's change of DVS1's port groups, seen as a new version and a description. */
export function touchPortGroups(model: LabModel, on: boolean): void {
  for (const portGroup of model.distributedSwitches.flatMap(({ portGroups }) => portGroups)) {
    if (!portGroup.name.startsWith('dv-vMotion')) continue;
    portGroup.version += on ? 1 : -1;
    portGroup.description = on ? 'Reviewed by the network team' : '';
  }
}

/** Old vMotion on two switches of different kinds, and every second host cabled the other way round. */
export const mixSwitches = changeHosts(
  (model) => hostsOf(model, 'cluster-dvs'),
  (host, model) => {
    const [dvs] = model.distributedSwitches;
    const portGroup = dvs?.portGroups.find(({ name }) => name === 'dv-vMotion-B');
    if (dvs === undefined || portGroup === undefined) return;
    if (host.index % 2 === 1) {
      for (const { uplinks } of host.network.proxies) {
        const pnics = uplinks.map(({ pnic }) => pnic).toReversed();
        for (const [index, uplink] of uplinks.entries()) uplink.pnic = pnics[index];
      }
    }
    host.network.vmks.push({
      device: `vmk${host.network.vmks.length}`,
      netstack: DEFAULT_NETSTACK,
      attachment: { kind: 'distributed', switchUuid: dvs.uuid, portGroupKey: portGroup.key },
      ipv4: { dhcp: false, address: `192.168.57.${51 + host.index}`, prefixLength: 24 },
      ipv6: { dhcp: false, autoconfiguration: false, addresses: [] },
      mtuBytes: 9000,
      mac: nextMac(host, 1),
      portKey: String(1000 + host.number),
    });
    host.network.services.vmotion = host.network.vmks.slice(1).map(({ device }) => device);
  },
);

export const switchOffIpv6 = changeHosts(
  (model) => hostsOf(model, 'cluster-v6').filter((host) => host.isUnlucky),
  (host) => {
    host.network.isIpv6Enabled = false;
  },
);

/** The DHCP servers of cluster-v6 stop answering on its first network. */
export function silenceDhcp(model: LabModel, on: boolean): void {
  for (const server of model.fabric.dhcp) if (server.vlanId === V6_VLANS[0]) server.isUp = !on;
}

export const shareAdapter = changeHosts(unlucky, (host) => {
  host.network.services.vmotion = ['vmk0', 'vmk1'];
  host.network.services.vSphereProvisioning = ['vmk1'];
});

export const deselectVmotion = changeHosts(unlucky, (host) => {
  host.network.services.vmotion = [];
});

export const dropVmNetwork = changeHosts(unlucky, (host) => {
  host.network.portGroups = host.network.portGroups.filter(({ name }) => name !== 'VM Network');
});

/** The account may not configure the network of one host of each cluster, nor read logs. */
export function takePrivileges(model: LabModel, on: boolean): void {
  const missing = unlucky(model).map((host) => ({ entity: host.moref.value, privilege: 'Host.Config.Network' }));
  const all = [...missing, { entity: model.folders.root.value, privilege: 'Global.Diagnostics' }];
  const isOurs = (one: (typeof all)[number]) =>
    all.some((other) => other.entity === one.entity && other.privilege === one.privilege);
  model.privileges.missing = [...model.privileges.missing.filter((one) => !isOurs(one)), ...(on ? all : [])];
}

/** Where the stack is in use, somebody turned at it; where it is not, somebody began by hand. */
export const drift = changeHosts(onStandardSwitches, (host) => {
  const live = host.network.vmks.find((vmk) => vmk.netstack === VMOTION_NETSTACK);
  if (live === undefined) beginByHand(host);
  else live.mtuBytes = 1500;
  const stack = findNetstack(host, VMOTION_NETSTACK);
  if (live !== undefined && stack !== undefined) stack.gateway = undefined;
  settleStacks(host, DEFAULT_SWITCHES);
});

function beginByHand(host: LabHost): void {
  const isLayer3 = host.cluster === 'cluster-l3';
  const name = isLayer3 ? 'vMotion-L3' : 'vMotion-A';
  host.network.portGroups.push({
    name,
    switchName: 'vSwitch1',
    // Right as it is; its uplinks are the switch's, where the profile wants one.
    vlanId: isLayer3 ? LAYER3_VLAN : (ISLAND_VLANS[0] ?? 0),
    policy: inheritedPolicy(),
  });
  const { address, prefixLength } = layer3Addresses(host.index);
  host.network.vmks.push({
    device: `vmk${host.network.vmks.length}`,
    netstack: VMOTION_NETSTACK,
    attachment: { kind: 'standard', portGroup: name },
    ipv4: isLayer3
      ? { dhcp: false, address, prefixLength }
      : { dhcp: false, address: `172.16.1.${51 + host.index}`, prefixLength: 24 },
    ipv6: { dhcp: false, autoconfiguration: false, addresses: [] },
    mtuBytes: 1500,
    mac: nextMac(host, 1),
    portKey: nextPortKey(host),
  });
}

/** What one router of cluster-l3 forwards takes a path of 1500 bytes; what comes back takes another. */
export function bendPaths(model: LabModel, on: boolean): void {
  const hosts = hostsOf(model, 'cluster-l3').filter((host) => host.isUnlucky);
  const addresses = hosts.map(({ index }) => layer3Addresses(index).gateway);
  for (const gateway of model.fabric.gateways) {
    if (!addresses.includes(gateway.address)) continue;
    if (on) gateway.forwardMtuBytes = 1500;
    else delete gateway.forwardMtuBytes;
  }
}

/** cluster-a's old adapters have the very addresses, and the VLAN, that its profile gives to the first new one. */
export const useSameAddress = changeHosts(
  (model) => hostsOf(model, 'cluster-a'),
  (host) => {
    const vmk = oldAdapter(host);
    const portGroup = findPortGroup(host, 'vMotion-old');
    const octet = host.network.vmks[0]?.ipv4.address?.split('.').at(-1);
    if (vmk === undefined || portGroup === undefined || octet === undefined) return;
    portGroup.vlanId = ISLAND_VLANS[0] ?? 0;
    vmk.ipv4 = { dhcp: false, address: `172.16.1.${octet}`, prefixLength: 24 };
  },
);
