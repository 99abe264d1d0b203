// From the shape of vmotion.yaml to the settings the product works with. Only for a file without problems.
import { cidrText, isIpv4, parseCidr } from '../domain/ip-network.ts';
import type { AdapterProfile, AddressRule, GatewayRule } from '../domain/profile.ts';
import type { ClusterSettings, Settings, Trust, VcenterSettings } from '../domain/settings.ts';
import { readHostAddress, readRange } from './config-addresses.ts';
import type { ConfigAdapter, ConfigCluster, ConfigFile } from './config-schema.ts';

/** `pems`: the content of CA files by the name of their vCenter. */
export function toSettings(file: ConfigFile, pems: Map<string, string>): Settings {
  const vcenters = Object.entries(file.vcenters).map(([name, { url, secret, trust }]): [string, VcenterSettings] => {
    return [name, { name, url: new URL(url).origin, secret, trust: toTrust(trust, pems.get(name)) }];
  });
  const clusters = Object.entries(file.clusters).map(([name, cluster]): [string, ClusterSettings] => {
    return [name, toCluster(name, cluster)];
  });
  return { vcenters: Object.fromEntries(vcenters), clusters: Object.fromEntries(clusters) };
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
  { vcenter, path, channel, approval, access, profile }: ConfigCluster,
): ClusterSettings {
  const { gateway, congestionControl, connections } = profile.stack;
  return {
    name,
    vcenter,
    path,
    channel,
    approval,
    access,
    profile: {
      ...profile,
      stack: { gateway: toGateway(gateway), congestionControl, connections },
      adapters: profile.adapters.map(toAdapter),
    },
  };
}

function toAdapter({ label, attach, mtu, ipv4 }: ConfigAdapter): AdapterProfile {
  const { portGroup, vlan, activeUplink } = attach;
  return {
    label,
    attach: { kind: 'standard', switchName: attach.switch, portGroup, vlanId: vlan, activeUplink },
    mtuBytes: mtu,
    ipv4: toRule(ipv4),
  };
}

function toRule(ipv4: ConfigAdapter['ipv4']): AddressRule {
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
