// HostNetworkSystem.UpdateNetworkConfig, as far as it is used: the settings of TCP/IP stacks.
import { DEFAULT_NETSTACK } from '../../../shared/domain/inventory.ts';
import type { Vim } from '../../../shared/vsphere/vim.ts';
import { type HostContext, recordEvent } from './host-context.ts';
import { isHostAddress, parseIpv4 } from './ipv4.ts';
import { parseIpv6 } from './ipv6.ts';
import { findNetstack, type LabHost, type LabNetstack, type LabRoute } from './model.ts';
import {
  alreadyExists,
  hostConfigFault,
  invalidArgument,
  notFound,
  notSupported,
  platformConfigFault,
} from './vim-fault.ts';
import { addressesOf, isIpv6, isNeighbour, isSameAddress, ownsAddress } from './vmk-address.ts';

type NetworkConfig = Vim<'HostNetworkConfig'>;
type StackInstance = Vim<'HostNetStackInstance'>;

/** Only changeMode "modify" and only the operation "edit" of stacks are supported: NotSupported for the rest. */
export function updateNetworkConfig(
  context: HostContext,
  config: NetworkConfig,
  changeMode: string,
): { vnicDevice: string[]; consoleVnicDevice: string[] } {
  if (changeMode !== 'modify') throw notSupported();
  const { netStackSpec, ...others } = config;
  const isMore = Object.values(others).some((value) => (Array.isArray(value) ? value.length > 0 : value !== undefined));
  if (isMore) throw notSupported();
  // All or nothing: a later stack that is refused must not leave an earlier one changed.
  const before = structuredClone(context.host.network.netstacks);
  try {
    for (const { netStackInstance, operation } of netStackSpec) {
      if (operation !== undefined && operation !== 'edit') throw notSupported();
      editStack(context, netStackInstance);
    }
  } catch (error) {
    context.host.network.netstacks = before;
    throw error;
  }
  return { vnicDevice: [], consoleVnicDevice: [] };
}

function editStack(context: HostContext, instance: StackInstance): void {
  const { host, switches } = context;
  const stack = findNetstack(host, instance.key ?? '');
  if (stack === undefined) throw notFound();
  if (stack.state !== 'active' && switches.editInactiveStack === 'fault') {
    throw hostConfigFault(`The netstack instance ${stack.key} is not active`);
  }
  if (instance.dnsConfig !== undefined) editDns(host, stack, instance.dnsConfig);
  if (instance.ipRouteConfig !== undefined) editGateways(context, stack, instance.ipRouteConfig);
  if (instance.routeTableConfig !== undefined) editRoutes(host, stack, instance.routeTableConfig);
  const { congestionControlAlgorithm: algorithm, requestedMaxNumberOfConnections: connections } = instance;
  if (algorithm !== undefined && !['newreno', 'cubic'].includes(algorithm)) {
    throw invalidArgument('config.netStackSpec.netStackInstance.congestionControlAlgorithm');
  }
  if (connections !== undefined && connections < 1) {
    throw invalidArgument('config.netStackSpec.netStackInstance.requestedMaxNumberOfConnections');
  }
  stack.congestionControl = algorithm ?? stack.congestionControl;
  stack.connections = connections ?? stack.connections;
}

/** Routes are added and removed one by one; those to be ignored are how others are read and sent back. */
function editRoutes(host: LabHost, stack: LabNetstack, table: Vim<'HostIpRouteTableConfig'>): void {
  const path = 'config.netStackSpec.netStackInstance.routeTableConfig';
  for (const { changeOperation, route } of [...table.ipRoute, ...table.ipv6Route]) {
    const { network, prefixLength, gateway } = route;
    const isIt = (one: LabRoute) =>
      isSameAddress(one.network, network) && one.prefixLength === prefixLength && isSameAddress(one.gateway, gateway);
    const known = (stack.routes ?? []).find(isIt);
    if (changeOperation === 'ignore') continue;
    if (changeOperation === 'remove') {
      if (known === undefined) throw notFound();
      stack.routes = stack.routes?.filter((one) => one !== known);
    } else if (changeOperation === 'add') {
      if (known !== undefined) throw alreadyExists(`${network}/${prefixLength}`);
      const isNetwork = isIpv6(network) ? parseIpv6(network) !== undefined : parseIpv4(network) !== undefined;
      if (!isNetwork || isIpv6(network) !== isIpv6(gateway)) throw invalidArgument(path);
      if (!isReachable(host, stack.key, gateway)) {
        throw platformConfigFault(
          `Unable to add route to ${network}/${prefixLength} via ${gateway}: Network unreachable`,
        );
      }
      stack.routes = [...(stack.routes ?? []), { network, prefixLength, gateway }];
    } else throw invalidArgument(`${path}.changeOperation`);
  }
}

/** What is not in the new routes is gone: a missing gateway is a cleared one. */
function editGateways(context: HostContext, stack: LabNetstack, routes: Vim<'HostIpRouteConfig'>): void {
  const { host } = context;
  const gateway = routes.defaultGateway === '' ? undefined : routes.defaultGateway;
  if (gateway !== undefined && gateway !== stack.gateway && !isReachable(host, stack.key, gateway)) {
    const text = `Unable to set default gateway ${gateway} on netstack ${stack.key}: Network unreachable`;
    recordEvent(context, 'esx.problem.net.gateway.set.failed', text);
    throw platformConfigFault(text);
  }
  if (gateway === undefined && stack.key === DEFAULT_NETSTACK && stack.gateway !== undefined) {
    throw platformConfigFault('Removing the default gateway would disconnect the host from vCenter');
  }
  const gateway6 = routes.ipV6DefaultGateway === '' ? undefined : routes.ipV6DefaultGateway;
  if (gateway6 !== undefined && gateway6 !== stack.ipv6Gateway && !isReachable(host, stack.key, gateway6)) {
    const text = `Unable to set IPv6 default gateway ${gateway6} on netstack ${stack.key}: Network unreachable`;
    recordEvent(context, 'esx.problem.net.gateway.set.failed', text);
    throw platformConfigFault(text);
  }
  stack.gateway = gateway;
  stack.ipv6Gateway = gateway6;
  if (!context.switches.gatewayEditDropsTold) return;
  for (const vmk of host.network.vmks.filter((one) => one.netstack === stack.key)) {
    if (gateway === undefined) vmk.learntGateway = undefined;
    if (gateway6 === undefined) vmk.learntGateway6 = undefined;
  }
}

/** To be called after an adapter of the stack has gone or changed its address. */
export function dropUnreached(host: LabHost, netstack: string): void {
  const stack = findNetstack(host, netstack);
  if (stack === undefined || netstack === DEFAULT_NETSTACK) return;
  const isKept = (gateway: string | undefined) => gateway !== undefined && isReachable(host, netstack, gateway);
  if (!isKept(stack.gateway)) stack.gateway = undefined;
  if (!isKept(stack.ipv6Gateway)) stack.ipv6Gateway = undefined;
  stack.routes = stack.routes?.filter((route) => isKept(route.gateway));
}

/** A gateway has to be a neighbour of one of the stack's adapters, and not the adapter itself. */
function isReachable(host: LabHost, netstack: string, gateway: string): boolean {
  const inStack = host.network.vmks.filter((vmk) => vmk.netstack === netstack);
  if (inStack.some((vmk) => ownsAddress(vmk, gateway))) return false;
  const family = isIpv6(gateway) ? 6 : 4;
  return inStack
    .flatMap((vmk) => addressesOf(vmk, family))
    .some((own) => isNeighbour(gateway, own) && (family === 6 || isHostAddress(gateway, own.prefixLength)));
}

function editDns(host: LabHost, stack: LabNetstack, dns: Vim<'HostDnsConfig'>): void {
  if (dns.hostName.includes('.')) throw invalidArgument('config.netStackSpec.netStackInstance.dnsConfig.hostName');
  if (dns.dhcp) {
    const vmk = host.network.vmks.find((one) => one.device === dns.virtualNicDevice && one.netstack === stack.key);
    if (vmk?.ipv4.dhcp !== true) {
      throw invalidArgument('config.netStackSpec.netStackInstance.dnsConfig.virtualNicDevice');
    }
  }
  stack.dns = {
    dhcp: dns.dhcp,
    virtualNicDevice: dns.virtualNicDevice,
    hostName: dns.hostName,
    domainName: dns.domainName,
    address: dns.address,
    searchDomain: dns.searchDomain,
  };
}
