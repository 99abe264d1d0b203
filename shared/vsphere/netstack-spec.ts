// TCP/IP stacks as vim25 wants them written.
import type { NetstackSettings } from '../domain/inventory.ts';
import type { Vim, VimInput } from './vim.ts';

type Stack = VimInput<'HostNetStackInstance'>;

/**
 * A change of one stack, to be sent as `edit` in mode `modify`. What is sent of a sub-object replaces all of it, so
 * each is complete: gateways that are not wanted are cleared, DNS is left out unless it is wanted or has to go.
 */
export function toNetstackSpec(
  netstack: string,
  settings: NetstackSettings,
  current: Vim<'HostNetStackInstance'> | undefined,
): Stack {
  return {
    key: netstack,
    dnsConfig: toDns(settings, current?.dnsConfig),
    ipRouteConfig: { defaultGateway: settings.gateway, ipV6DefaultGateway: settings.ipv6Gateway },
    requestedMaxNumberOfConnections: settings.connections,
    congestionControlAlgorithm: settings.congestionControl,
  };
}

function toDns({ dns }: NetstackSettings, current: Vim<'HostDnsConfig'> | undefined): Stack['dnsConfig'] {
  if (dns !== undefined) {
    const { hostName, domainName, servers, searchDomains } = dns;
    return { dhcp: false, hostName, domainName, address: servers, searchDomain: searchDomains };
  }
  const isSetByHand =
    current !== undefined &&
    !current.dhcp &&
    [current.hostName, current.domainName, ...current.address, ...current.searchDomain].some((one) => one);
  // Required elements: an empty name is how an idle stack has it.
  return isSetByHand ? { dhcp: false, hostName: '', domainName: '' } : undefined;
}
