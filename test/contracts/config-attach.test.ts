// What one adapter and the stack of vmotion.yaml may say about switches, DHCP, IPv6, DNS and routes.
import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../shared/contracts/config-file.ts';
import { OpsError } from '../../shared/errors.ts';

const PORT_GROUP = 'portGroup: vMotion-A';
const aDistributed = '{ distributedSwitch: DVS1, portGroup: dv-A, activeUplink: "Uplink 1" }';
const aNewSwitch = `{ newSwitch: { name: vSwitch2, pnics: [vmnic4, vmnic5], mtu: 9000 }, ${PORT_GROUP}, vlan: 101 }`;

type Shape = { attach?: string; ipv4?: string; more?: string; stack?: string; second?: string };

function aFile({ attach = `{ switch: vSwitch1, ${PORT_GROUP} }`, ipv4, more, stack, second }: Shape): string {
  return `vcenters:
  lab: { url: "https://vc.lab.local", secret: vcenter/lab, trust: { system: true } }
clusters:
  cluster-a:
    vcenter: lab
    path: /DC1/host/cluster-a
    channel: C0VSPHERE
    profile:
      stack: ${stack ?? '{}'}
      adapters:
        - label: a
          attach: ${attach}
          ipv4: ${ipv4 ?? '{ managementOctet: 172.16.1.0/24 }'}
          ${more ?? '# nothing more'}
${second === undefined ? '' : `        - { label: b, ${second} }`}
`;
}

const profileOf = (shape: Shape) => {
  const profile = parseConfigFile(aFile(shape), 'vmotion.yaml').clusters['cluster-a']?.profile;
  if (profile === undefined) throw new Error('no profile');
  return profile;
};

/** "path: problem" of each, without the line. */
function problems(shape: Shape): string[] {
  try {
    parseConfigFile(aFile(shape), 'vmotion.yaml');
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    const lines = error.message.split('\n').slice(1);
    return lines.map((line) => line.replace(/^ {2}- clusters\.cluster-a\.profile\.(.*) \(line \d+\) /, '$1: '));
  }
  return [];
}

it.each([
  {
    what: 'a distributed port group',
    shape: { attach: aDistributed },
    adapter: { attach: { kind: 'distributed', switchName: 'DVS1', portGroup: 'dv-A', activeUplink: 'Uplink 1' } },
  },
  {
    what: 'a new standard switch',
    shape: { attach: aNewSwitch },
    adapter: {
      attach: {
        kind: 'standard',
        switchName: 'vSwitch2',
        vlanId: 101,
        create: { pnics: ['vmnic4', 'vmnic5'], mtuBytes: 9000 },
      },
    },
  },
  { what: 'DHCP', shape: { ipv4: 'dhcp' }, adapter: { ipv4: { kind: 'dhcp' } } },
  { what: 'DHCPv6', shape: { more: 'ipv6: dhcpv6' }, adapter: { ipv6: { kind: 'dhcpv6' } } },
  {
    what: 'router advertisement',
    shape: { more: 'ipv6: routerAdvertisement' },
    adapter: { ipv6: { kind: 'router-advertisement' } },
  },
  {
    what: 'IPv6 addresses in their one spelling',
    shape: { more: 'ipv6: { hosts: { esx01: "FD00:12:0::51/64" } }' },
    adapter: { ipv6: { kind: 'per-host', addresses: { esx01: 'fd00:12::51/64' } } },
  },
  {
    what: 'a gateway for one adapter',
    shape: { more: 'gatewayOverride: first-address' },
    adapter: { gatewayOverride: { kind: 'first-address' } },
  },
])('accepts $what', ({ shape, adapter }) => {
  expect(profileOf(shape).adapters[0]).toMatchObject(adapter);
});

it('accepts IPv6 gateway, DNS and routes of the stack', () => {
  const stack = `{ ipv6Gateway: FE80::1, dns: { servers: [10.0.0.53, "FD00::53"] },
        routes: [{ network: 172.18.0.0/16, gateway: 172.16.1.1 }] }`;
  expect(profileOf({ stack }).stack).toMatchObject({
    ipv6Gateway: 'fe80::1',
    dns: { servers: ['10.0.0.53', 'fd00::53'], searchDomains: [] },
    routes: [{ network: '172.18.0.0/16', gateway: '172.16.1.1' }],
  });
});

it.each([
  { what: 'of the link', gateway: 'fe80::1', ipv6: 'ipv6: { hosts: { esx01: "fd00:12::51/64" } }' },
  { what: 'in its subnet', gateway: 'fd00:12::1', ipv6: 'ipv6: { hosts: { esx01: "fd00:12::51/64" } }' },
  { what: 'that a router may bring into reach', gateway: 'fd00:13::1', ipv6: 'ipv6: routerAdvertisement' },
  { what: 'while IPv6 is left as it is', gateway: 'fd00:13::1', ipv6: 'mtu: 1500' },
])('accepts an IPv6 gateway $what', ({ gateway, ipv6 }) => {
  expect(problems({ stack: `{ ipv6Gateway: "${gateway}" }`, more: ipv6 })).toEqual([]);
});

it('accepts two adapters in one distributed port group, and two on one new switch', () => {
  const ipv4 = 'ipv4: { managementOctet: 172.16.2.0/24 }';
  expect(problems({ attach: aDistributed, second: `attach: ${aDistributed}, ${ipv4}` })).toEqual([]);
  const second = `attach: ${aNewSwitch.replace('vMotion-A', 'vMotion-B')}, ${ipv4}`;
  expect(problems({ attach: aNewSwitch, second })).toEqual([]);
});

const at = 'adapters[0]';
const SECOND = 'ipv4: { managementOctet: 172.16.2.0/24 }';
it.each([
  {
    what: 'no switch at all',
    shape: { attach: `{ ${PORT_GROUP} }` },
    problem: `${at}.attach: needs exactly one of switch, newSwitch, distributedSwitch; it has none.`,
  },
  {
    what: 'two kinds of switch',
    shape: { attach: `{ switch: vSwitch1, distributedSwitch: DVS1, ${PORT_GROUP} }` },
    problem: `${at}.attach: needs exactly one of switch, newSwitch, distributedSwitch; it has switch and distributedSwitch.`,
  },
  {
    what: 'a VLAN on a distributed port group',
    shape: { attach: `{ distributedSwitch: DVS1, ${PORT_GROUP}, vlan: 7 }` },
    problem: `${at}.attach.vlan: belongs to standard switches; a distributed port group has its own. Leave it out, and set the VLAN of the port group in vCenter.`,
  },
  {
    what: 'a new switch with a pnic named twice',
    shape: { attach: `{ newSwitch: { name: v, pnics: [vmnic4, vmnic4] }, ${PORT_GROUP} }` },
    problem: `${at}.attach.newSwitch.pnics: names a pnic twice.`,
  },
  {
    what: 'a new switch without a pnic',
    shape: { attach: `{ newSwitch: { name: v, pnics: [] }, ${PORT_GROUP} }` },
    problem: `${at}.attach.newSwitch.pnics: needs at least one pnic.`,
  },
  {
    what: 'a new switch that passes less than its adapter sends',
    shape: { attach: `{ newSwitch: { name: v, pnics: [vmnic4] }, ${PORT_GROUP} }`, more: 'mtu: 9000' },
    problem: `${at}.attach.newSwitch.mtu: must be at least the 9000 of the adapter, not 1500.`,
  },
  {
    what: 'an active uplink that the new switch does not have',
    shape: { attach: `{ newSwitch: { name: v, pnics: [vmnic4] }, ${PORT_GROUP}, activeUplink: vmnic5 }` },
    problem: `${at}.attach.activeUplink: vmnic5 is not among the new switch's pnics vmnic4.`,
  },
  {
    what: 'one new switch in two ways',
    shape: {
      attach: aNewSwitch,
      second: `attach: { newSwitch: { name: vSwitch2, pnics: [vmnic4], mtu: 9000 }, portGroup: B }, ${SECOND}`,
    },
    problem: 'adapters[1].attach.newSwitch: vSwitch2 is not the same for adapter a.',
  },
  {
    what: 'a pnic of two new switches',
    shape: {
      attach: aNewSwitch,
      second: `attach: { newSwitch: { name: vSwitch3, pnics: [vmnic5] }, portGroup: B }, ${SECOND}`,
    },
    problem: 'adapters[1].attach.newSwitch.pnics: vmnic5 is already a pnic of the new switch vSwitch2.',
  },
  {
    what: 'a switch that is new for one adapter and old for another',
    shape: { attach: aNewSwitch, second: `attach: { switch: vSwitch2, portGroup: B }, ${SECOND}` },
    problem: 'adapters[1].attach.switch: vSwitch2 is a new switch for adapter a; say newSwitch here too.',
  },
  {
    what: 'DHCP for adapters that share a distributed port group',
    shape: { attach: aDistributed, second: `attach: ${aDistributed}, ipv4: dhcp` },
    problem: "adapters[1].attach.portGroup: dv-A is also adapter a's; with dhcp, each needs a port group of its own.",
  },
  {
    what: 'two uplink orders for one distributed port group',
    shape: { attach: aDistributed, second: `attach: ${aDistributed.replace('Uplink 1', 'Uplink 2')}, ${SECOND}` },
    problem:
      "adapters[1].attach.activeUplink: differs from adapter a's on the same port group; a port group has one uplink order.",
  },
  {
    what: 'another word for an address',
    shape: { ipv4: 'static' },
    problem: `${at}.ipv4: must be dhcp, or a map with one of the rules.`,
  },
  {
    what: 'a slip in a rule',
    shape: { ipv4: '{ managmentOctet: 172.16.1.0/24 }' },
    problem: `${at}.ipv4.managmentOctet: is not a key here; did you mean managementOctet?`,
  },
  {
    what: 'another word for IPv6',
    shape: { more: 'ipv6: slaac' },
    problem: `${at}.ipv6: must be dhcpv6, routerAdvertisement, or a map with hosts.`,
  },
  {
    what: 'an IPv6 address without its prefix length',
    shape: { more: 'ipv6: { hosts: { esx01: "fd00::1" } }' },
    problem: `${at}.ipv6.hosts.esx01: must be an IPv6 address with its prefix length, such as fd00:12::51/64, not fd00::1.`,
  },
  {
    what: 'one IPv6 address for two hosts',
    shape: { more: 'ipv6: { hosts: { esx01: "fd00::1/64", esx02: "fd00:0::1/64" } }' },
    problem: `${at}.ipv6.hosts.esx02: fd00::1 is already the address of esx01.`,
  },
  {
    what: "a gateway outside the adapter's own subnet",
    shape: { more: 'gatewayOverride: 172.16.9.1' },
    problem: `${at}.gatewayOverride: 172.16.9.1 lies outside the subnets of every adapter (172.16.1.0/24).`,
  },
  {
    what: 'a gateway for an adapter that has DHCP',
    shape: { ipv4: 'dhcp', more: 'gatewayOverride: 172.16.9.1' },
    problem: `${at}.gatewayOverride: needs an address in this file; with dhcp it is not known when the adapter is made.`,
  },
  {
    what: 'the first address of an unknown subnet',
    shape: { ipv4: 'dhcp', stack: '{ gateway: first-address }' },
    problem: 'stack.gateway: first-address needs an adapter with an address in this file, and the first has dhcp.',
  },
  {
    what: 'an IPv4 address as the IPv6 gateway',
    shape: { stack: '{ ipv6Gateway: 10.0.0.1 }' },
    problem: 'stack.ipv6Gateway: must be an IPv6 address, not 10.0.0.1.',
  },
  {
    what: 'an IPv6 gateway outside the subnets that the file gives a host',
    shape: {
      stack: '{ ipv6Gateway: "fd00:13::1" }',
      more: 'ipv6: { hosts: { esx01: "fd00:12::51/64", esx02: "fd00:13::52/64" } }',
    },
    problem: 'stack.ipv6Gateway: fd00:13::1 lies outside the subnets of every adapter of esx01 (fd00:12::/64).',
  },
  {
    what: 'an IPv6 gateway that is the address of a host',
    shape: { stack: '{ ipv6Gateway: "FD00:12:0::51" }', more: 'ipv6: { hosts: { esx01: "fd00:12::51/64" } }' },
    problem: 'stack.ipv6Gateway: FD00:12:0::51 is the address of esx01 itself.',
  },
  {
    what: 'a DNS server by its name',
    shape: { stack: '{ dns: { servers: [dns.lab.local] } }' },
    problem: 'stack.dns.servers[0]: must be an address, not dns.lab.local.',
  },
  {
    what: 'a route to an address inside a network',
    shape: { stack: '{ routes: [{ network: 172.18.1.0/16, gateway: 172.16.1.1 }] }' },
    problem: 'stack.routes[0].network: 172.18.1.0/16 is an address inside a network. Write 172.18.0.0/16.',
  },
  {
    what: 'the default route as a route',
    shape: { stack: '{ routes: [{ network: 0.0.0.0/0, gateway: 172.16.1.1 }] }' },
    problem: 'stack.routes[0].network: is the default route; that is what gateway and ipv6Gateway are for.',
  },
  {
    what: 'a route whose gateway is of the other family',
    shape: { stack: '{ routes: [{ network: "fd00:18::/32", gateway: 172.16.1.1 }] }' },
    problem: "stack.routes[0].gateway: must be an address of the network's own family, not 172.16.1.1.",
  },
])('refuses $what', ({ shape, problem }) => {
  expect(problems(shape)).toEqual([problem]);
});

describe('two clusters on one distributed switch', () => {
  const two = (uplink: string, path = '/DC1/host/cluster-b') => {
    const file = aFile({ attach: aDistributed });
    const [, cluster = ''] = file.split('clusters:\n');
    const other = cluster
      .replace('cluster-a:', 'cluster-b:')
      .replace('/DC1/host/cluster-a', path)
      .replace('"Uplink 1"', uplink);
    return () => parseConfigFile(`${file}${other}`, 'vmotion.yaml');
  };

  it('may name one port group with the same uplink, or switches of one name in two datacenters', () => {
    expect(two('"Uplink 1"')).not.toThrow();
    expect(two('"Uplink 2"', '/DC2/host/cluster-b')).not.toThrow();
    expect(two('"Uplink 2"', '/DC1/DC2/host/cluster-b')).not.toThrow();
  });

  it('can’t give one port group two uplinks', () => {
    expect(two('"Uplink 2"')).toThrow(/differs from that of cluster-a, which has dv-A of DVS1 too/);
  });
});
