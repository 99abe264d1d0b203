import { describe, expect, it } from 'vitest';
import type { HostNetwork, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import { attachmentText, describeChange, differences, ipv6Text, isOther } from '../../shared/domain/network-fields.ts';
import { aGroup } from '../support/builders.ts';
import { aDistributedGroup, aWideNetwork } from './network-shapes.ts';

const BEFORE = aWideNetwork();
const vmk = (change: Partial<VmkernelAdapter>): Partial<HostNetwork> => ({
  vmks: BEFORE.vmks.map((one) => (one.device === 'vmk1' ? { ...one, ...change } : one)),
});
const stack = (change: object, isLive = false): Partial<HostNetwork> => ({
  netstacks: BEFORE.netstacks.map((one) =>
    one.key === 'vmotion' ? { ...one, isLive, settings: { ...one.settings, ...change } } : one,
  ),
});
const group = (change: object): Partial<HostNetwork> => ({
  portGroups: BEFORE.portGroups.map((one) => (one.name === 'vMotion-old' ? { ...one, ...change } : one)),
});
const [switch0, switch1] = BEFORE.standardSwitches;
const [dvs] = BEFORE.distributedSwitches;
if (switch0 === undefined || switch1 === undefined || dvs === undefined) throw new Error('switches are missing');
const groupA = (change: object): Partial<HostNetwork> => ({
  distributedPortGroups: [aDistributedGroup('A', change), aDistributedGroup('B')],
});
const dns = { hostName: 'esx01', domainName: 'lab', servers: ['10.0.0.2'], searchDomains: ['lab.local'] };

describe('what has changed at a host, by its name', () => {
  it.each<{ change: Partial<HostNetwork>; says: string[] }>([
    { change: {}, says: [] },
    { change: vmk({ netstack: 'vmotion' }), says: ['vmk1 netstack defaultTcpipStack -> vmotion'] },
    {
      change: vmk({ attachment: { kind: 'standard', portGroup: 'Other' } }),
      says: ['vmk1 port group vMotion-old -> Other'],
    },
    {
      change: vmk({ ipv4: { dhcp: false, address: '192.168.40.52', prefixLength: 25 } }),
      says: ['vmk1 address 192.168.40.51/24 -> 192.168.40.52/25'],
    },
    { change: vmk({ ipv4: { dhcp: false } }), says: ['vmk1 address 192.168.40.51/24 -> (none)'] },
    {
      change: vmk({ ipv4: { dhcp: true, address: '192.168.40.51', prefixLength: 24 } }),
      says: ['vmk1 address 192.168.40.51/24 -> DHCP'],
    },
    {
      change: vmk({ ipv6: { dhcp: true, autoconfiguration: false, addresses: [] } }),
      says: ['vmk1 IPv6 (none) -> DHCPv6'],
    },
    { change: vmk({ mtuBytes: 1500 }), says: ['vmk1 MTU 9000 -> 1500'] },
    { change: vmk({ mac: undefined }), says: ['vmk1 MAC 00:50:56:60:00:01 -> (none)'] },
    { change: vmk({ gatewayOverride: '192.168.40.1' }), says: ['vmk1 gateway override (none) -> 192.168.40.1'] },
    { change: vmk({ services: ['vmotion', 'vsan'] }), says: ['vmk1 services vmotion -> vmotion vsan'] },
    { change: vmk({ services: [] }), says: ['vmk1 services vmotion -> (none)'] },
    { change: stack({ gateway: '172.16.1.1' }), says: ['netstack vmotion gateway (none) -> 172.16.1.1'] },
    { change: stack({ ipv6Gateway: 'fe80::1' }), says: ['netstack vmotion IPv6 gateway (none) -> fe80::1'] },
    {
      change: stack({ congestionControl: 'cubic' }),
      says: ['netstack vmotion congestion control newreno -> cubic'],
    },
    { change: stack({ connections: 1 }), says: ['netstack vmotion connections 11000 -> 1'] },
    {
      change: stack({ dns }),
      says: ['netstack vmotion DNS (none) -> host esx01, domain lab, 10.0.0.2, search lab.local'],
    },
    {
      change: stack({ routes: [{ network: '10.9.0.0/16', gateway: '172.16.1.2' }] }),
      says: ['netstack vmotion routes (none) -> 10.9.0.0/16 via 172.16.1.2'],
    },
    { change: stack({}, true), says: ['netstack vmotion state (none) -> live'] },
    { change: group({ switchName: 'vSwitch0' }), says: ['port group vMotion-old switch vSwitch1 -> vSwitch0'] },
    { change: group({ vlanId: 0 }), says: ['port group vMotion-old VLAN 40 -> 0'] },
    { change: group({ teaming: 'loadbalance_ip' }), says: ['port group vMotion-old teaming (none) -> loadbalance_ip'] },
    {
      change: group({ uplinks: { active: ['vmnic2'], standby: ['vmnic3', 'vmnic4'] } }),
      says: [
        'port group vMotion-old active uplinks vmnic2 vmnic3 -> vmnic2',
        'port group vMotion-old standby uplinks (none) -> vmnic3 vmnic4',
      ],
    },
    { change: group({ overridesUplinks: true }), says: ['port group vMotion-old own uplink order no -> yes'] },
    {
      change: { portGroups: [...BEFORE.portGroups, aGroup('New', { vlanId: 7 })] },
      says: [
        'port group New VLAN (none) -> 7',
        'port group New active uplinks (none) -> vmnic2 vmnic3',
        'port group New own uplink order (none) -> no',
        'port group New switch (none) -> vSwitch1',
      ],
    },
    {
      change: {
        standardSwitches: [switch0, { ...switch1, mtuBytes: 1500, uplinks: ['vmnic3', 'vmnic2'], teaming: 'x' }],
      },
      says: [
        'switch vSwitch1 MTU 9000 -> 1500',
        'switch vSwitch1 teaming (none) -> x',
        'switch vSwitch1 uplinks vmnic2 vmnic3 -> vmnic3 vmnic2',
      ],
    },
    {
      change: {
        distributedSwitches: [{ ...dvs, mtuBytes: 1500, uplinks: [{ name: 'Uplink 1' }, ...dvs.uplinks.slice(1)] }],
      },
      says: ['switch DVS1 MTU 9000 -> 1500', 'switch DVS1 Uplink 1 vmnic4 -> (none)'],
    },
    { change: groupA({ vlanId: undefined }), says: ['distributed port group dv-vMotion-A VLAN 101 -> (none)'] },
    {
      change: groupA({ uplinks: { active: ['Uplink 1'], standby: ['Uplink 2'] } }),
      says: [
        'distributed port group dv-vMotion-A active uplinks Uplink 1 Uplink 2 -> Uplink 1',
        'distributed port group dv-vMotion-A standby uplinks (none) -> Uplink 2',
      ],
    },
    // Only what both tell can differ: rows of older versions do not tell it.
    { change: groupA({ overridesUplinks: true }), says: [] },
    { change: { pnics: [] }, says: [] },
  ])('$says', ({ change, says }) => {
    expect(differences(BEFORE, aWideNetwork(change)).map(describeChange)).toEqual(says);
  });

  it('is nothing that a lease, or the order in which vCenter tells addresses, has changed', () => {
    const leased = (address: string) => aWideNetwork(vmk({ ipv4: { dhcp: true, address, prefixLength: 24 } }));
    expect(differences(leased('10.1.1.1'), leased('10.1.1.2'))).toEqual([]);
    const six = (...addresses: string[]) => ({
      dhcp: false,
      autoconfiguration: true,
      addresses: addresses.map((address) => ({ address, prefixLength: 64 })),
    });
    expect(ipv6Text(six('fd00::2', 'fd00::1'))).toBe('fd00::1/64 fd00::2/64 RA');
    expect(ipv6Text(undefined)).toBe('');
  });

  it('is an own order of uplinks where both tell it', () => {
    const network = (overridesUplinks: boolean) => aWideNetwork(groupA({ overridesUplinks }));
    expect(differences(network(false), network(true)).map(describeChange)).toEqual([
      'distributed port group dv-vMotion-A own uplink order no -> yes',
    ]);
    expect(isOther('distributed port group a own uplink order', 'yes', undefined)).toBe(false);
    expect(isOther('distributed port group a own uplink order', undefined, 'yes')).toBe(false);
    expect(isOther('port group a own uplink order', undefined, 'yes')).toBe(true);
    expect(isOther('port group distributed port group a own uplink order', undefined, 'yes')).toBe(true);
    expect(isOther('distributed port group a own uplink order x', undefined, 'yes')).toBe(true);
  });
});

it.each([
  { attachment: { kind: 'standard', portGroup: 'A' } as const, text: 'A' },
  {
    attachment: { kind: 'distributed', switchUuid: '50 2a', portGroupKey: 'dvportgroup-7', name: 'A' } as const,
    text: 'dvportgroup-7',
  },
  { attachment: { kind: 'opaque', network: 'nsx-1' } as const, text: 'nsx-1' },
])('calls what an adapter is plugged into $text', ({ attachment, text }) => {
  expect(attachmentText(attachment)).toBe(text);
});
