// What a simulated vCenter holds, for the checkers: read out of the lab's model itself. Neither the product's client nor
// its inventory reader has a part in it, so that a reader that is wrong can't agree with itself.
import { namedUplinks, vlanOf } from '../../infra/lab/vcenter/distributed-switch.ts';
import type { LabHost, LabModel, LabNetstack, LabPortGroup, LabVmk } from '../../infra/lab/vcenter/model.ts';
import { gatewaysOf } from '../../infra/lab/vcenter/network-info.ts';
import { uplinkOrder } from '../../infra/lab/vcenter/network-policy.ts';
import type { DistributedPortGroup, HostNetwork, VmkernelAdapter } from '../../shared/domain/inventory.ts';

type ReadNetwork = Omit<HostNetwork, 'distributedPortGroups' | 'pnics'>;

/** `beyond`: what a host is configured to be that the product has no word for, by what it belongs to. */
export type NetworkPicture = ReadNetwork & { beyond: Record<string, unknown> };
/** `isConnected`: vCenter can reach it. What it is configured to be is known either way. */
export type HostPicture = { name: string; moref: string; isConnected: boolean; network: NetworkPicture };
export type GroupPicture = Omit<DistributedPortGroup, 'configVersion'> & { beyond: unknown };
/** A cluster at one moment; later changes of the model don't show in it. Distributed port groups are no host's own. */
export type Picture = { hosts: HostPicture[]; groups: GroupPicture[] };

/** Throws for a cluster that the lab has not got. */
export function pictureOf(model: LabModel, cluster: string): Picture {
  const found = model.clusters.find(({ name }) => name === cluster);
  if (found === undefined) throw new Error(`the lab has no ${cluster}`);
  const switches = new Set(found.hosts.flatMap(({ network }) => network.proxies.map(({ uuid }) => uuid)));
  return {
    hosts: found.hosts.map((host) => ({
      name: host.name,
      moref: host.moref.value,
      isConnected: host.connection === 'connected',
      network: networkOf(model, host),
    })),
    groups: model.distributedSwitches.filter(({ uuid }) => switches.has(uuid)).flatMap(groupsOf),
  };
}

/** Keys of the distributed port groups that vMotion adapters of other clusters are in. */
export function usedElsewhere(model: LabModel, cluster: string): Set<string> {
  const others = model.clusters.filter(({ name }) => name !== cluster).flatMap(({ hosts }) => hosts);
  const adapters = others.flatMap(({ network }) => network.vmks.filter(({ netstack }) => netstack === 'vmotion'));
  return new Set(
    adapters.flatMap(({ attachment }) => (attachment.kind === 'distributed' ? [attachment.portGroupKey] : [])),
  );
}

function networkOf(model: LabModel, host: LabHost): NetworkPicture {
  const { network } = host;
  return {
    vmks: network.vmks.map((vmk) => adapterOf(host, vmk)),
    netstacks: network.netstacks.map((stack) => ({
      key: stack.key,
      isLive: stack.state !== 'dormant',
      settings: settingsOf(host, stack),
    })),
    portGroups: network.portGroups.map((group) => portGroupOf(host, group)),
    standardSwitches: network.switches.map(({ name, mtuBytes, pnics, policy }) => ({
      name,
      mtuBytes,
      uplinks: [...pnics],
      teaming: policy.nicTeaming?.policy,
    })),
    distributedSwitches: network.proxies.map(({ uuid, uplinks }) => {
      const { name = '', mtuBytes = 0 } = model.distributedSwitches.find((one) => one.uuid === uuid) ?? {};
      return { uuid, name, mtuBytes, uplinks: uplinks.map((one) => ({ name: one.name, pnic: one.pnic })) };
    }),
    isIpv6Enabled: network.isIpv6Enabled,
    beyond: structuredClone({
      portGroups: Object.fromEntries(network.portGroups.map(({ name, policy }) => [name, policy])),
      switches: Object.fromEntries(
        network.switches.map(({ name, policy, numPorts, beaconSeconds }) => [
          name,
          { policy, numPorts, beaconSeconds },
        ]),
      ),
      dns: Object.fromEntries(network.netstacks.map(({ key, dns }) => [key, dns])),
    }),
  };
}

function adapterOf(host: LabHost, vmk: LabVmk): VmkernelAdapter {
  const { device, netstack, attachment, ipv4, ipv6, mtuBytes, mac, gatewayOverride } = vmk;
  const addresses = ipv6.addresses.map((one) => ({ ...one })).sort((a, b) => (a.address < b.address ? -1 : 1));
  const hasIpv6 = host.network.isIpv6Enabled && (ipv6.dhcp || ipv6.autoconfiguration || addresses.length > 0);
  return {
    device,
    netstack,
    attachment: { ...attachment },
    ipv4: { dhcp: ipv4.dhcp, address: ipv4.address, prefixLength: ipv4.prefixLength },
    ipv6: hasIpv6 ? { dhcp: ipv6.dhcp, autoconfiguration: ipv6.autoconfiguration, addresses } : undefined,
    mtuBytes,
    mac,
    gatewayOverride,
    // The vMotion stack is for vMotion alone: it need not be selected there.
    services: Object.entries(host.network.services)
      .filter(([service, devices]) => devices.includes(device) && !(service === 'vmotion' && netstack === 'vmotion'))
      .map(([service]) => service)
      .sort(),
  };
}

function settingsOf(host: LabHost, stack: LabNetstack) {
  const { routes = [], dns, congestionControl, connections } = stack;
  // Set by hand or learnt: vCenter does not tell which.
  const { gateway, gateway6 } = gatewaysOf(host, stack);
  const byHand = { hostName: dns.hostName, domainName: dns.domainName, servers: dns.address };
  return {
    gateway,
    ipv6Gateway: gateway6,
    dns: dns.dhcp ? undefined : structuredClone({ ...byHand, searchDomains: dns.searchDomain }),
    congestionControl,
    connections,
    routes:
      routes.length === 0
        ? undefined
        : routes.map((route) => ({ network: `${route.network}/${route.prefixLength}`, gateway: route.gateway })),
  };
}

function portGroupOf(host: LabHost, group: LabPortGroup) {
  const { nicTeaming } = group.policy;
  const inherited = host.network.switches.find(({ name }) => name === group.switchName)?.policy.nicTeaming;
  const { active, standby } = uplinkOrder(host, group);
  return {
    name: group.name,
    switchName: group.switchName,
    vlanId: group.vlanId,
    uplinks: { active: [...active], standby: [...standby] },
    overridesUplinks: nicTeaming?.nicOrder !== undefined,
    teaming: nicTeaming?.policy ?? inherited?.policy,
  };
}

function groupsOf({ uuid, portGroups }: LabModel['distributedSwitches'][number]): GroupPicture[] {
  return portGroups
    .filter(({ isUplink }) => !isUplink)
    .map((group) => {
      const { active, standby } = namedUplinks(group);
      const vlanId = vlanOf(group);
      return {
        key: group.key,
        name: group.name,
        switchUuid: uuid,
        vlanId: vlanId === 4095 ? undefined : vlanId,
        uplinks: { active: [...active], standby: [...standby] },
        overridesUplinks: group.setting.uplinkTeamingPolicy?.uplinkPortOrder?.inherited === false,
        teaming: group.setting.uplinkTeamingPolicy?.policy?.value,
        beyond: structuredClone(group.setting),
      };
    });
}
