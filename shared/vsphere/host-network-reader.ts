// A host's network out of vim25's types, in the domain's words, in an order that does not depend on vCenter's.
import {
  type Attachment,
  DEFAULT_NETSTACK,
  type HostNetwork,
  type Ipv4Config,
  type Ipv6Config,
  type Netstack,
  type NetstackSettings,
  type Service,
  VMOTION_NETSTACK,
  VMOTION_SERVICE,
  type VmkernelAdapter,
} from '../domain/inventory.ts';
import { isIpv6, normalAddress, toPrefixLength } from '../domain/ip-network.ts';
import { isLinkLocal } from '../domain/ipv6-rule.ts';
import { compareNaturally } from '../domain/natural-order.ts';
import type { HostProperties } from './host-properties.ts';
import { readSwitching } from './switch-reader.ts';
import { staticRoutes } from './static-routes.ts';
import type { Vim } from './vim.ts';

const MTU_DEFAULT = 1500;

/**
 * The host's network, or `undefined` where vCenter gives no adapters or no services: then nothing is known of it.
 * `isLive` of a stack comes from runtime information only: the configuration lists idle stacks too.
 */
export function readHostNetwork(properties: HostProperties): HostNetwork | undefined {
  const vnics = properties['config.network.vnic'];
  const netConfigs = properties['config.virtualNicManagerInfo.netConfig'];
  if (vnics === undefined || netConfigs === undefined) return undefined;
  return {
    vmks: sortedBy(
      vnics.map((vnic) => toVmk(vnic, netConfigs)),
      (vmk) => vmk.device,
    ),
    netstacks: readNetstacks(properties),
    ...readSwitching(properties),
    isIpv6Enabled: properties['config.network.ipV6Enabled'] ?? true,
  };
}

function sortedBy<T>(values: readonly T[], nameOf: (value: T) => string): T[] {
  return [...values].sort((a, b) => compareNaturally(nameOf(a), nameOf(b)));
}

/** vCenter writes "nothing" as an absent element, an empty one, or the unspecified address. */
function present(text: string | undefined): string | undefined {
  return text === undefined || ['', '0.0.0.0', '::'].includes(text) ? undefined : text;
}

function toVmk(vnic: Vim<'HostVirtualNic'>, netConfigs: Vim<'VirtualNicManagerNetConfig'>[]): VmkernelAdapter {
  const { spec } = vnic;
  const netstack = present(spec.netStackInstanceKey) ?? DEFAULT_NETSTACK;
  return {
    device: vnic.device,
    netstack,
    attachment: toAttachment(vnic),
    ipv4: toIpv4(spec.ip),
    ipv6: toIpv6(spec.ip?.ipV6Config),
    ipv6Learnt: learntIpv6(spec.ip?.ipV6Config),
    mtuBytes: spec.mtu ?? MTU_DEFAULT,
    mac: present(spec.mac),
    gatewayOverride: present(spec.ipRouteSpec?.ipRouteConfig?.defaultGateway),
    services: servicesOf(vnic, netConfigs).filter(
      // Implied by the stack. vCenters differ on whether they list it, and it can't be selected there.
      (service) => !(netstack === VMOTION_NETSTACK && service === VMOTION_SERVICE),
    ),
  };
}

/** Keys of selected adapters are "<nicType>.<key>". Exactly so: "vmk1" is also a part of "vmk10". */
function servicesOf(vnic: Vim<'HostVirtualNic'>, netConfigs: Vim<'VirtualNicManagerNetConfig'>[]): Service[] {
  const isSelected = ({ nicType, selectedVnic }: Vim<'VirtualNicManagerNetConfig'>) =>
    selectedVnic.some((key) => key === `${nicType}.${vnic.key}` || key === vnic.key);
  return [...new Set(netConfigs.filter(isSelected).map(({ nicType }) => nicType))].sort();
}

function toAttachment(vnic: Vim<'HostVirtualNic'>): Attachment {
  const { distributedVirtualPort: port, opaqueNetwork } = vnic.spec;
  if (port !== undefined) {
    return { kind: 'distributed', switchUuid: port.switchUuid, portGroupKey: port.portgroupKey ?? '' };
  }
  if (opaqueNetwork !== undefined) return { kind: 'opaque', network: opaqueNetwork.opaqueNetworkId };
  return { kind: 'standard', portGroup: present(vnic.portgroup) ?? vnic.spec.portgroup ?? '' };
}

function toIpv4(ip: Vim<'HostIpConfig'> | undefined): Ipv4Config {
  const address = present(ip?.ipAddress);
  const mask = present(ip?.subnetMask);
  const prefixLength = mask === undefined ? undefined : toPrefixLength(mask);
  return { dhcp: ip?.dhcp ?? false, address, prefixLength };
}

/** Absent when nothing is configured: then the adapter has no more than its link-local address. */
function toIpv6(config: Vim<'HostIpConfigIpV6AddressConfiguration'> | undefined): Ipv6Config | undefined {
  if (config === undefined) return undefined;
  const addresses = config.ipV6Address
    .filter(({ origin }) => origin === 'manual')
    .map(({ ipAddress, prefixLength }) => ({ address: normalAddress(ipAddress), prefixLength }));
  const ipv6 = {
    dhcp: config.dhcpV6Enabled ?? false,
    autoconfiguration: config.autoConfigurationEnabled ?? false,
    addresses: sortedBy(addresses, ({ address }) => address),
  };
  return ipv6.dhcp || ipv6.autoconfiguration || addresses.length > 0 ? ipv6 : undefined;
}

/** What the network gave the adapter. Absent for nothing; link-local addresses are every adapter's. */
function learntIpv6(config: Vim<'HostIpConfigIpV6AddressConfiguration'> | undefined): VmkernelAdapter['ipv6Learnt'] {
  const learnt = (config?.ipV6Address ?? [])
    .filter(({ origin, ipAddress }) => origin !== 'manual' && !isLinkLocal(ipAddress))
    .map(({ ipAddress, prefixLength }) => ({ address: normalAddress(ipAddress), prefixLength }));
  return learnt.length === 0 ? undefined : sortedBy(learnt, ({ address }) => address);
}

function readNetstacks(properties: HostProperties): Netstack[] {
  const runtime = properties['runtime.networkRuntimeInfo']?.netStackInstanceRuntimeInfo ?? [];
  // A stack that is being left ("deactivating") still keeps other adapters from carrying vMotion.
  const live = new Set(runtime.filter(({ state }) => state !== 'inactive').map((one) => one.netStackInstanceKey));
  const configured = properties['config.network.netStackInstance'] ?? [];
  const settings = new Map(configured.map((stack) => [stack.key ?? '', toSettings(stack)]));
  const keys = [...new Set([...settings.keys(), ...live])].filter((key) => key !== '');
  return sortedBy(
    keys.map((key) => ({ key, isLive: live.has(key), settings: settings.get(key) ?? {} })),
    ({ key }) => key,
  );
}

function toSettings(stack: Vim<'HostNetStackInstance'>): NetstackSettings {
  const routes = staticRoutes(stack.routeTableConfig);
  return {
    gateway: present(stack.ipRouteConfig?.defaultGateway),
    ipv6Gateway: toNormal(present(stack.ipRouteConfig?.ipV6DefaultGateway)),
    dns: toDns(stack.dnsConfig),
    ...(stack.dnsConfig?.dhcp === true ? { dnsDevice: present(stack.dnsConfig.virtualNicDevice) } : {}),
    congestionControl: present(stack.congestionControlAlgorithm),
    connections: stack.requestedMaxNumberOfConnections,
    routes: routes.length === 0 ? undefined : routes,
  };
}

/** One of many spellings; a zone behind it is left as it is. */
const toNormal = (address: string | undefined): string | undefined =>
  address !== undefined && isIpv6(address) ? normalAddress(address) : address;

/** What is set by hand. Absent for a stack without DNS, and where DHCP provides it. */
function toDns(config: Vim<'HostDnsConfig'> | undefined): NetstackSettings['dns'] {
  if (config === undefined || config.dhcp) return undefined;
  const { hostName, domainName, address, searchDomain } = config;
  if ([hostName, domainName, ...address, ...searchDomain].every((one) => present(one) === undefined)) return undefined;
  return { hostName: hostName ?? '', domainName: domainName ?? '', servers: address, searchDomains: searchDomain };
}
