// The settings of a TCP/IP stack as text, and whether two are the same.
import type { NetstackSettings, Route } from './inventory.ts';

/** Whether a host with `a` is as one with `b`. Absent and empty are the same. */
export function isSameSettings(a: NetstackSettings, b: NetstackSettings): boolean {
  return (
    a.gateway === b.gateway &&
    a.ipv6Gateway === b.ipv6Gateway &&
    a.congestionControl === b.congestionControl &&
    a.connections === b.connections &&
    dnsText(a.dns) === dnsText(b.dns) &&
    a.dnsDevice === b.dnsDevice &&
    routesText(a.routes) === routesText(b.routes)
  );
}

/** A stack's settings once they are changed from `from` to `to`. A gateway in neither is not spoken of: the network may have
 * told the stack's adapters one. */
export function settingsAfter(
  now: NetstackSettings,
  { from, to }: { from: NetstackSettings; to: NetstackSettings },
): NetstackSettings {
  return {
    ...to,
    gateway: to.gateway ?? told(now, from, 'gateway'),
    ipv6Gateway: to.ipv6Gateway ?? told(now, from, 'ipv6Gateway'),
  };
}

const told = (now: NetstackSettings, from: NetstackSettings, which: 'gateway' | 'ipv6Gateway') =>
  from[which] === undefined ? now[which] : undefined;

/** The routers it names: of both default routes, and of those set by hand. */
export function gatewaysOf({ gateway, ipv6Gateway, routes = [] }: NetstackSettings): string[] {
  return [gateway, ipv6Gateway, ...routes.map((route) => route.gateway)].filter((one) => one !== undefined);
}

/** Empty for no DNS at all. */
export function dnsText(dns: NetstackSettings['dns']): string {
  if (dns === undefined) return '';
  const { hostName, domainName, servers, searchDomains } = dns;
  return [hostName, domainName, ...servers, ...searchDomains].every((one) => one === '')
    ? ''
    : [`host ${hostName}`, `domain ${domainName}`, servers.join(' '), `search ${searchDomains.join(' ')}`].join(', ');
}

/** In an order that does not depend on the host's. */
export function routesText(routes: Route[] | undefined): string {
  return (routes ?? [])
    .map((route) => `${route.network} via ${route.gateway}`)
    .toSorted()
    .join(', ');
}
