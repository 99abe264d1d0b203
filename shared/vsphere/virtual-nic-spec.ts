// VMkernel adapters as vim25 wants them written.
import type { Attachment, Ipv4Config, Ipv6Config, VmkSpec } from '../domain/inventory.ts';
import { normalAddress, toNetmask } from '../domain/ip-network.ts';
import type { Vim, VimInput } from './vim.ts';

type NicSpec = VimInput<'HostVirtualNicSpec'>;

/** The spec of a new adapter. */
export function toNewNicSpec(spec: VmkSpec): NicSpec {
  return {
    ip: { ...toIp(spec.ipv4), ipV6Config: spec.ipv6 === undefined ? undefined : toNewIpv6(spec.ipv6) },
    mac: spec.mac,
    ...toConnection(spec.attachment),
    mtu: spec.mtuBytes,
    netStackInstanceKey: spec.netstack,
    ipRouteSpec: spec.gatewayOverride === undefined ? undefined : toRouteSpec(spec.gatewayOverride),
  };
}

/**
 * The whole spec of an adapter that exists: what vCenter told of it, with the wanted values in place of the old ones
 * and without what only vCenter may write. The stack of an adapter can't change; asking for it is a bug.
 */
export function toChangedNicSpec(current: Vim<'HostVirtualNicSpec'>, spec: VmkSpec): NicSpec {
  const { systemOwned: _systemOwned, dpuId: _dpuId, portgroup: _portgroup, ...kept } = current;
  if (kept.netStackInstanceKey !== undefined && kept.netStackInstanceKey !== spec.netstack) {
    throw new Error(`an adapter can't move from ${kept.netStackInstanceKey} to ${spec.netstack}`);
  }
  const override = kept.ipRouteSpec?.ipRouteConfig;
  return {
    ...kept,
    ip: { ...toIp(spec.ipv4), ipV6Config: toIpv6Change(current.ip?.ipV6Config, spec.ipv6) },
    mac: spec.mac ?? kept.mac,
    distributedVirtualPort: undefined,
    opaqueNetwork: undefined,
    ...toConnection(spec.attachment),
    mtu: spec.mtuBytes,
    // Left out, the override stays; an empty route configuration removes it. One for IPv6 is nobody's to remove.
    ipRouteSpec:
      spec.gatewayOverride === undefined && kept.ipRouteSpec === undefined
        ? undefined
        : toRouteSpec(spec.gatewayOverride, override?.ipV6DefaultGateway),
  };
}

/** The `portgroup` parameter: there, and empty, for an adapter that is not on a standard switch. */
export const portGroupParameter = (attachment: Attachment): string =>
  attachment.kind === 'standard' ? attachment.portGroup : '';

function toIp({ dhcp, address, prefixLength }: Ipv4Config): VimInput<'HostIpConfig'> {
  // With DHCP, an address would be one that somebody else gives out.
  if (dhcp || address === undefined || prefixLength === undefined) return { dhcp };
  return { dhcp, ipAddress: address, subnetMask: toNetmask(prefixLength) };
}

function toConnection(attachment: Attachment): Pick<NicSpec, 'distributedVirtualPort' | 'portgroup' | 'opaqueNetwork'> {
  switch (attachment.kind) {
    case 'standard':
      return { portgroup: attachment.portGroup };
    case 'distributed': {
      // The port is vCenter's to choose.
      const portgroupKey = attachment.portGroupKey === '' ? undefined : attachment.portGroupKey;
      return { distributedVirtualPort: { switchUuid: attachment.switchUuid, portgroupKey } };
    }
    case 'opaque':
      return { opaqueNetwork: { opaqueNetworkId: attachment.network, opaqueNetworkType: 'nsx.LogicalSwitch' } };
    default:
      throw new Error('unknown attachment', { cause: attachment satisfies never });
  }
}

const toRouteSpec = (gateway: string | undefined, ipv6?: string) => ({
  ipRouteConfig: { defaultGateway: gateway, ipV6DefaultGateway: ipv6 },
});

type Ipv6Input = VimInput<'HostIpConfigIpV6AddressConfiguration'>;

function toNewIpv6({ dhcp, autoconfiguration, addresses }: Ipv6Config): Ipv6Input {
  return {
    ipV6Address: addresses.map(({ address, prefixLength }) => ({ ipAddress: address, prefixLength, origin: 'manual' })),
    autoConfigurationEnabled: autoconfiguration,
    dhcpV6Enabled: dhcp,
  };
}

/** IPv6 addresses are edited one by one, and only those set by hand. */
function toIpv6Change(
  current: Vim<'HostIpConfigIpV6AddressConfiguration'> | undefined,
  wanted: Ipv6Config | undefined,
): Ipv6Input | undefined {
  if (current === undefined && wanted === undefined) return undefined;
  const { dhcp, autoconfiguration, addresses } = wanted ?? { dhcp: false, autoconfiguration: false, addresses: [] };
  const had = (current?.ipV6Address ?? [])
    .filter(({ origin }) => origin === 'manual')
    .map(({ ipAddress, prefixLength }) => ({ address: normalAddress(ipAddress), prefixLength }));
  const removed = had.filter((one) => !includes(addresses, one)).map((one) => toOperation(one, 'remove'));
  const added = addresses.filter((one) => !includes(had, one)).map((one) => toOperation(one, 'add'));
  return { ipV6Address: [...removed, ...added], autoConfigurationEnabled: autoconfiguration, dhcpV6Enabled: dhcp };
}

type Ipv6Address = Ipv6Config['addresses'][number];

const includes = (list: Ipv6Address[], one: Ipv6Address) =>
  list.some(
    (other) => normalAddress(other.address) === normalAddress(one.address) && other.prefixLength === one.prefixLength,
  );

const toOperation = ({ address, prefixLength }: Ipv6Address, operation: 'add' | 'remove') => ({
  ipAddress: address,
  prefixLength,
  origin: 'manual',
  operation,
});
