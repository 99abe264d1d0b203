// esxcli network ip: what the host's kernel says of its stacks, interfaces and routes. It does not lag.
import { DEFAULT_NETSTACK } from '../../../shared/domain/inventory.ts';
import { encodeRows, encodeStruct } from './esxcli-object.ts';
import { parseIpv4, toIpv4, toMask } from './ipv4.ts';
import { findNetstack, type LabHost, type LabModel, type LabVmk } from './model.ts';
import { routesOf } from './network-info.ts';
import { isStackLive } from './runtime.ts';
import { plugOf } from './wire.ts';

type Answer = { response: string } | { errors: string[] };

/** Stacks that are not live are not listed. */
export function netstackList(host: LabHost): Answer {
  const rows = host.network.netstacks
    .filter((stack) => stack.state !== 'dormant')
    .map((stack) => ({ Key: stack.key, Name: stack.key, State: 4660 }));
  return { response: encodeRows('VimEsxCLInetworkipnetstacklistNetStack', rows) };
}

export function netstackGet(host: LabHost, key: string): Answer {
  const stack = findNetstack(host, key);
  if (stack === undefined || stack.state === 'dormant') return unknownStack(key);
  const isIpv6 = host.network.isIpv6Enabled;
  return {
    response: encodeStruct('VimEsxCLInetworkipnetstackgetNetStackInfo', {
      Key: stack.key,
      Name: stack.key,
      Enabled: true,
      State: 4660,
      MaxConnections: stack.connections,
      CurrentMaxConnections: stack.connections,
      CongestionControlAlgorithm: stack.congestionControl,
      CurrentCongestionControlAlgorithm: stack.congestionControl,
      IPv6Enabled: isIpv6,
      CurrentIPv6Enabled: isIpv6,
    }),
  };
}

export function interfaceList(model: LabModel, host: LabHost, netstack: string | undefined): Answer {
  const vmks = vmksOf(host, netstack);
  if (vmks === undefined) return unknownStack(netstack ?? '');
  const rows = vmks.map((vmk, index) => ({
    Name: vmk.device,
    MACAddress: vmk.mac,
    Enabled: true,
    ...plugColumns(model, host, vmk),
    OpaqueNetworkID: 'N/A',
    OpaqueNetworkType: 'N/A',
    ExternalID: 'N/A',
    MTU: vmk.mtuBytes,
    TSOMSS: 65_535,
    RXDispatchQueueSize: 4,
    PortID: 67_108_870 + index,
  }));
  return { response: encodeRows('VimEsxCLInetworkipinterfacelistNetworkInterface', rows) };
}

export function ipv4Get(host: LabHost, device: string | undefined, netstack: string | undefined): Answer {
  const vmks = vmksOf(host, netstack);
  if (vmks === undefined) return unknownStack(netstack ?? '');
  const wanted = vmks.filter((vmk) => device === undefined || vmk.device === device);
  if (device !== undefined && wanted.length === 0) return { errors: [`Unable to find vmkernel interface ${device}`] };
  const rows = wanted.map((vmk) => ({
    Name: vmk.device,
    IPv4Address: vmk.ipv4.address ?? '0.0.0.0',
    IPv4Netmask: vmk.ipv4.prefixLength === undefined ? '0.0.0.0' : toMask(vmk.ipv4.prefixLength),
    IPv4Broadcast: broadcastOf(vmk),
    AddressType: vmk.ipv4.dhcp ? 'DHCP' : 'STATIC',
    Gateway: vmk.gatewayOverride ?? findNetstack(host, vmk.netstack)?.gateway ?? '0.0.0.0',
    DHCPDNS: false,
  }));
  return { response: encodeRows('VimEsxCLInetworkipinterfaceipv4getIPv4Interface', rows) };
}

export function routeList(host: LabHost, netstack: string | undefined): Answer {
  const stack = findNetstack(host, netstack ?? DEFAULT_NETSTACK);
  if (stack === undefined || stack.state === 'dormant') return unknownStack(netstack ?? '');
  const rows = routesOf(host, stack).map((route) => ({
    Network: route.prefixLength === 0 ? 'default' : route.network,
    Netmask: toMask(route.prefixLength),
    Gateway: route.gateway,
    Interface: route.deviceName ?? '',
    Source: 'MANUAL',
  }));
  return { response: encodeRows('VimEsxCLInetworkiprouteipv4listIPv4Route', rows) };
}

/** All adapters without a stack named; `undefined` for a stack that is not live. */
function vmksOf(host: LabHost, netstack: string | undefined): LabVmk[] | undefined {
  if (netstack === undefined) return host.network.vmks;
  if (!isStackLive(host, netstack)) return undefined;
  return host.network.vmks.filter((vmk) => vmk.netstack === netstack);
}

function unknownStack(key: string): { errors: string[] } {
  return { errors: [`Unable to find netstack instance '${key}': the netstack is not active`] };
}

function plugColumns(model: LabModel, host: LabHost, vmk: LabVmk) {
  const plug = plugOf(model, host, vmk);
  const { attachment } = vmk;
  const isDistributed = attachment.kind === 'distributed';
  return {
    Portset: isDistributed ? 'DvsPortset-0' : (plug?.switchName ?? ''),
    Portgroup: isDistributed ? 'N/A' : (plug?.network ?? ''),
    NetstackInstance: vmk.netstack,
    VDSName: isDistributed ? (plug?.switchName ?? '') : 'N/A',
    VDSUUID: isDistributed ? attachment.switchUuid : 'N/A',
    VDSPort: isDistributed ? vmk.portKey : 'N/A',
    VDSConnection: isDistributed ? 1_000_000 + Number(vmk.portKey) : -1,
  };
}

function broadcastOf(vmk: LabVmk): string {
  const { address, prefixLength } = vmk.ipv4;
  const value = address === undefined ? undefined : parseIpv4(address);
  if (value === undefined || prefixLength === undefined) return '0.0.0.0';
  return toIpv4((value | (2 ** (32 - prefixLength) - 1)) >>> 0);
}
