// From the shape of vmotion.yaml to the settings the product works with. Only for a file without problems.
import { cidrText, isIpv4, normalAddress, parseCidr } from '../domain/ip-network.ts';
import type {
  AdapterProfile,
  AddressRule,
  AttachRule,
  GatewayRule,
  Ipv6Rule,
  StackProfile,
} from '../domain/profile.ts';
import type { ClusterSettings, Settings, Trust, VcenterSettings } from '../domain/settings.ts';
import { readHostAddress, readRange } from './config-addresses.ts';
import type { ConfigAdapter } from './config-adapter-schema.ts';
import type { ConfigCluster, ConfigFile } from './config-schema.ts';

/** `pems`: the content of CA files by the name of their vCenter. */
export function toSettings(file: ConfigFile, pems: Map<string, string>): Settings {
  const vcenters = Object.entries(file.vcenters).map(([name, vcenter]): [string, VcenterSettings] => {
    const { url, secret, concurrentCalls, workers, instanceUuid } = vcenter;
    const trust = toTrust(vcenter.trust, pems.get(name));
    const own = { name, url: new URL(url).origin, secret, trust, concurrentCalls, workers };
    return [name, instanceUuid === undefined ? own : { ...own, instanceUuid }];
  });
  const clusters = Object.entries(file.clusters).map(([name, cluster]): [string, ClusterSettings] => {
    return [name, toCluster(name, cluster)];
  });
  const settings = { vcenters: Object.fromEntries(vcenters), clusters: Object.fromEntries(clusters) };
  const { slack, alarms } = file;
  return { ...settings, ...(slack === undefined ? {} : { slack }), ...(alarms === undefined ? {} : { alarms }) };
}

/** A fingerprint is spelt as Node.js spells it: upper case, with colons. */
function toTrust(trust: ConfigFile['vcenters'][string]['trust'], pem: string | undefined): Trust {
  if (pem !== undefined) return { kind: 'ca', pem };
  if (trust.sha256 === undefined) return { kind: 'system' };
  const bytes = trust.sha256.replaceAll(':', '').toUpperCase().match(/../g) ?? [];
  return { kind: 'sha256', fingerprint: bytes.join(':') };
}

function toCluster(
  name: string,
  { vcenter, path, channel, approval, access, windows, audit, profile }: ConfigCluster,
): ClusterSettings {
  return {
    name,
    vcenter,
    path,
    channel,
    approval,
    access,
    windows,
    audit,
    profile: {
      ...profile,
      stack: toStack(profile.stack),
      adapters: profile.adapters.map(toAdapter),
    },
  };
}

type ConfigStack = ConfigCluster['profile']['stack'];

function toStack({ gateway, ipv6Gateway, dns, routes, congestionControl, connections }: ConfigStack): StackProfile {
  return {
    gateway: toGateway(gateway),
    ipv6Gateway: ipv6Gateway === undefined ? undefined : normalAddress(ipv6Gateway),
    dns: dns === undefined ? undefined : { ...dns, servers: dns.servers.map(normalAddress) },
    routes: routes?.map((route) => ({
      network: cidrText(parseCidr(route.network)),
      gateway: normalAddress(route.gateway),
    })),
    congestionControl,
    connections,
  };
}

function toAdapter({ label, attach, mtu, ipv4, ipv6, gatewayOverride }: ConfigAdapter): AdapterProfile {
  return {
    label,
    attach: toAttach(attach),
    mtuBytes: mtu,
    ipv4: toRule(ipv4),
    ipv6: ipv6 === undefined ? undefined : toIpv6Rule(ipv6),
    gatewayOverride: gatewayOverride === undefined ? undefined : toGateway(gatewayOverride),
  };
}

function toAttach({ portGroup, activeUplink, vlan = 0, ...one }: ConfigAdapter['attach']): AttachRule {
  if (one.distributedSwitch !== undefined)
    return { kind: 'distributed', switchName: one.distributedSwitch, portGroup, activeUplink };
  const switchName = one.newSwitch?.name ?? one.switch;
  if (switchName === undefined) throw new Error('settings are made only from a file without problems');
  const create = one.newSwitch && { pnics: one.newSwitch.pnics, mtuBytes: one.newSwitch.mtu };
  return { kind: 'standard', switchName, portGroup, vlanId: vlan, activeUplink, create };
}

function toIpv6Rule(ipv6: NonNullable<ConfigAdapter['ipv6']>): Ipv6Rule {
  if (ipv6 === 'dhcpv6') return { kind: 'dhcpv6' };
  if (ipv6 === 'routerAdvertisement') return { kind: 'router-advertisement' };
  const addresses = Object.entries(ipv6.hosts).map(([host, value]) => [host, cidrText(parseCidr(value))]);
  return { kind: 'per-host', addresses: Object.fromEntries(addresses) };
}

function toRule(ipv4: ConfigAdapter['ipv4']): AddressRule {
  if (ipv4 === 'dhcp') return { kind: 'dhcp' };
  if (ipv4.hosts !== undefined) {
    const addresses = Object.entries(ipv4.hosts).map(([host, value]) => [host, toCidrText(value, ipv4.subnet)]);
    return { kind: 'per-host', addresses: Object.fromEntries(addresses) };
  }
  if (ipv4.managementOctet !== undefined) {
    const { address, prefixLength } = parseCidr(ipv4.managementOctet);
    return { kind: 'management-octet', network: address, prefixLength };
  }
  if (ipv4.subnetPerHost !== undefined) {
    const { address, prefixLength } = parseCidr(ipv4.subnetPerHost.from);
    return { kind: 'subnet-per-host', network: address, prefixLength, subnetPrefixLength: ipv4.subnetPerHost.prefix };
  }
  const range = readRange(ipv4.range ?? '');
  if (range === undefined) throw new Error('settings are made only from a file without problems');
  return { kind: 'range', ...range };
}

function toCidrText(value: string, subnet: string | undefined): string {
  const cidr = readHostAddress(value, subnet);
  return cidr === undefined ? value : cidrText(cidr);
}

function toGateway(gateway: ConfigCluster['profile']['stack']['gateway']): GatewayRule {
  if (typeof gateway === 'object') return { kind: 'per-host', addresses: gateway };
  if (gateway === 'none' || gateway === 'first-address') return { kind: gateway };
  if (isIpv4(gateway)) return { kind: 'address', address: gateway };
  throw new Error('settings are made only from a file without problems');
}
