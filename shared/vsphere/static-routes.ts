import type { Route } from '../domain/inventory.ts';
import { cidrText, contains, isAddress, normalAddress } from '../domain/ip-network.ts';
import { compareNaturally } from '../domain/natural-order.ts';
import type { Vim } from './vim.ts';

const UNSPECIFIED: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** ESXi routes two scopes of multicast by way of each adapter's own link-local address: nobody set that by hand. */
const MULTICAST = { address: 'ff00::', prefixLength: 8 };

/**
 * The routes of a stack that were set by hand, sorted by network. A host lists the rest with them, and marks all alike:
 * the default route, which is the stack's gateway, those to the adapters' own subnets, which name no gateway, and those
 * of IPv6 multicast.
 */
export function staticRoutes(table: Vim<'HostIpRouteTableConfig'> | undefined): Route[] {
  return [...(table?.ipRoute ?? []), ...(table?.ipv6Route ?? [])]
    .map(({ route }) => route)
    .filter(({ network, gateway, prefixLength }) => prefixLength > 0 && isUnicast(network) && isGateway(gateway))
    .map(({ network, prefixLength, gateway }) => ({
      network: cidrText({ address: normalAddress(network), prefixLength }),
      gateway: normalAddress(gateway),
    }))
    .sort((a, b) => compareNaturally(a.network, b.network) || compareNaturally(a.gateway, b.gateway));
}

const isGateway = (text: string): boolean => isAddress(text) && !UNSPECIFIED.has(normalAddress(text));

const isUnicast = (text: string): boolean => isAddress(text) && !contains(MULTICAST, text);
