// TCP/IP stacks as vim25 wants them written.
import type { NetstackSettings, Route } from '../domain/inventory.ts';
import { isIpv6, normalAddress, parseCidr } from '../domain/ip-network.ts';
import { isLinkLocal } from '../domain/ipv6-rule.ts';
import { staticRoutes } from './static-routes.ts';
import type { Vim, VimInput } from './vim.ts';

type Stack = VimInput<'HostNetStackInstance'>;

/**
 * A change of one stack, to be sent as `edit` in mode `modify`. What is sent of a sub-object replaces all of it, so
 * each is complete: gateways that are not wanted are cleared, DNS is left out unless it is wanted or has to go. Gateways
 * that nobody wants changed are left out too, since the network may have told them. Routes are edited one by one, those
 * set by hand only.
 */
export function toNetstackSpec(
  netstack: string,
  { settings, from }: { settings: NetstackSettings; from?: NetstackSettings | undefined },
  current: Vim<'HostNetStackInstance'> | undefined,
): Stack {
  return {
    key: netstack,
    dnsConfig: toDns(settings, from, current?.dnsConfig),
    ipRouteConfig: isRouted(settings, from, current?.ipRouteConfig)
      ? undefined
      : {
          defaultGateway: settings.gateway,
          ipV6DefaultGateway: settings.ipv6Gateway ?? byHand(from, current?.ipRouteConfig),
        },
    requestedMaxNumberOfConnections: settings.connections,
    congestionControlAlgorithm: settings.congestionControl,
    routeTableConfig: toRouteChanges(settings.routes ?? [], staticRoutes(current?.routeTableConfig)),
  };
}

/** Whether the gateways are to stay what they were, and the host has not lost them since. */
function isRouted(
  { gateway, ipv6Gateway }: NetstackSettings,
  from: NetstackSettings | undefined,
  current: Vim<'HostIpRouteConfig'> | undefined,
): boolean {
  if (from === undefined || from.gateway !== gateway || from.ipv6Gateway !== ipv6Gateway) return false;
  const has = current?.ipV6DefaultGateway ?? '';
  const isThere6 = ipv6Gateway === undefined || (isIpv6(has) && normalAddress(has) === ipv6Gateway);
  return isThere6 && (gateway === undefined || gateway === current?.defaultGateway);
}

/** The IPv6 gateway that is not spoken of and that nobody told the host. One from a router is shown with its adapter, and is
 * link-local, since that is where routers advertise from. */
function byHand(from: NetstackSettings | undefined, current: Vim<'HostIpRouteConfig'> | undefined): string | undefined {
  const isLeft = from !== undefined && from.ipv6Gateway === undefined;
  const { ipV6DefaultGateway: gateway = '', ipV6GatewayDevice: device = '' } = current ?? {};
  return isLeft && device === '' && isIpv6(gateway) && !isLinkLocal(gateway) ? gateway : undefined;
}

/** Absent where nothing changes. A route is gone before another one to the same network comes. */
function toRouteChanges(wanted: readonly Route[], current: readonly Route[]): Stack['routeTableConfig'] {
  const removed = current.filter((one) => !includes(wanted, one)).map((one) => toOperation(one, 'remove'));
  const added = wanted.filter((one) => !includes(current, one)).map((one) => toOperation(one, 'add'));
  const operations = [...removed, ...added];
  if (operations.length === 0) return undefined;
  const isOfIpv6 = ({ route }: (typeof operations)[number]) => isIpv6(route.network);
  return { ipRoute: operations.filter((one) => !isOfIpv6(one)), ipv6Route: operations.filter(isOfIpv6) };
}

const includes = (routes: readonly Route[], one: Route) => routes.some((other) => keyOf(other) === keyOf(one));

function keyOf({ network, gateway }: Route): string {
  const { address, prefixLength } = parseCidr(network);
  return `${address}/${prefixLength} ${normalAddress(gateway)}`;
}

function toOperation({ network, gateway }: Route, changeOperation: 'add' | 'remove') {
  const { address, prefixLength } = parseCidr(network);
  return { changeOperation, route: { network: address, prefixLength, gateway } };
}

function toDns(
  { dns, dnsDevice }: NetstackSettings,
  from: NetstackSettings | undefined,
  current: Vim<'HostDnsConfig'> | undefined,
): Stack['dnsConfig'] {
  if (dns !== undefined) {
    const { hostName, domainName, servers, searchDomains } = dns;
    return { dhcp: false, hostName, domainName, address: servers, searchDomain: searchDomains };
  }
  if (dnsDevice !== undefined) {
    const isThere = current?.dhcp === true && current.virtualNicDevice === dnsDevice;
    return isThere ? undefined : { dhcp: true, virtualNicDevice: dnsDevice, hostName: '', domainName: '' };
  }
  const isSetByHand =
    current !== undefined &&
    !current.dhcp &&
    [current.hostName, current.domainName, ...current.address, ...current.searchDomain].some((one) => one);
  // Required elements: an empty name is how an idle stack has it.
  const isLeft = isSetByHand || (current?.dhcp === true && from?.dnsDevice !== undefined);
  return isLeft ? { dhcp: false, hostName: '', domainName: '' } : undefined;
}
