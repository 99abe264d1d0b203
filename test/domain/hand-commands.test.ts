import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handCommands } from '../../shared/domain/hand-commands.ts';
import type { DistributedPortGroup, NetstackSettings, PortGroup, VmkSpec } from '../../shared/domain/inventory.ts';
import type { Step } from '../../shared/domain/step.ts';

const SPEC: VmkSpec = {
  netstack: 'defaultTcpipStack',
  attachment: { kind: 'standard', portGroup: 'vMotion' },
  ipv4: { dhcp: false, address: '10.0.8.11', prefixLength: 24 },
  mtuBytes: 9000,
};
const GROUP: PortGroup = {
  name: 'vMotion',
  switchName: 'vSwitch1',
  vlanId: 108,
  uplinks: { active: ['vmnic2'], standby: ['vmnic3'] },
  overridesUplinks: true,
};
const DISTRIBUTED: DistributedPortGroup = {
  key: 'dvportgroup-7',
  name: 'dv vMotion',
  switchUuid: 'u',
  uplinks: { active: [], standby: [] },
  configVersion: '1',
};

const CASES: [string, Step, string[]][] = [
  [
    'adds an adapter with its address',
    { kind: 'add-vmk', spec: SPEC, device: 'vmk1' },
    [
      'esxcli network ip interface add --interface-name=vmk1 --portgroup-name=vMotion --netstack=defaultTcpipStack --mtu=9000',
      'esxcli network ip interface ipv4 set --interface-name=vmk1 --type=static --ipv4=10.0.8.11 --netmask=255.255.255.0',
    ],
  ],
  [
    'wakes the vMotion stack before its first adapter',
    { kind: 'add-vmk', spec: { ...SPEC, netstack: 'vmotion', ipv4: { dhcp: true } }, device: 'vmk2' },
    [
      'esxcli network ip netstack add --netstack=vmotion',
      'esxcli network ip interface add --interface-name=vmk2 --portgroup-name=vMotion --netstack=vmotion --mtu=9000',
      'esxcli network ip interface ipv4 set --interface-name=vmk2 --type=dhcp',
    ],
  ],
  [
    'adds an IPv6 address',
    {
      kind: 'add-vmk',
      device: 'vmk2',
      spec: {
        ...SPEC,
        ipv4: { dhcp: false },
        ipv6: { dhcp: false, autoconfiguration: false, addresses: [{ address: 'fd00::11', prefixLength: 64 }] },
      },
    },
    [
      'esxcli network ip interface add --interface-name=vmk2 --portgroup-name=vMotion --netstack=defaultTcpipStack --mtu=9000',
      'esxcli network ip interface ipv4 set --interface-name=vmk2 --type=none',
      'esxcli network ip interface ipv6 address add --interface-name=vmk2 --ipv6=fd00::11/64',
    ],
  ],
  [
    'sends whoever must plug into a distributed port group to the client, which knows a free port',
    {
      kind: 'add-vmk',
      device: 'vmk2',
      spec: {
        ...SPEC,
        attachment: { kind: 'distributed', switchUuid: 'u', portGroupKey: 'dvportgroup-7', name: 'dv-vmotion' },
      },
    },
    ['# in the vSphere Client: add vmk2 in dv-vmotion on the defaultTcpipStack stack, 10.0.8.11/24, MTU 9000'],
  ],
  [
    'gives an adapter its MTU and address back',
    { kind: 'update-vmk', device: 'vmk2', from: SPEC, to: { ...SPEC, mtuBytes: 1500 } },
    [
      'esxcli network ip interface set --interface-name=vmk2 --mtu=1500',
      'esxcli network ip interface ipv4 set --interface-name=vmk2 --type=static --ipv4=10.0.8.11 --netmask=255.255.255.0',
    ],
  ],
  [
    'removes an adapter',
    { kind: 'remove-vmk', device: 'vmk2', spec: SPEC, services: [] },
    ['esxcli network ip interface remove --interface-name=vmk2'],
  ],
  [
    'selects a service as esxcli calls it',
    { kind: 'select-service', device: 'vmk1', service: 'vmotion' },
    ['esxcli network ip interface tag add --interface-name=vmk1 --tagname=VMotion'],
  ],
  [
    'says where a service is selected that esxcli does not know',
    { kind: 'deselect-service', device: 'vmk1', service: 'nvmeTcp' },
    ['# in the vSphere Client: deselect nvmeTcp on vmk1'],
  ],
  [
    'makes a port group with its own order of uplinks',
    { kind: 'add-port-group', portGroup: GROUP },
    [
      'esxcli network vswitch standard portgroup add --portgroup-name=vMotion --vswitch-name=vSwitch1',
      'esxcli network vswitch standard portgroup set --portgroup-name=vMotion --vlan-id=108',
      'esxcli network vswitch standard portgroup policy failover set --portgroup-name=vMotion --active-uplinks=vmnic2 --standby-uplinks=vmnic3',
    ],
  ],
  [
    'gives a port group the order of its switch back',
    { kind: 'update-port-group', from: GROUP, to: { ...GROUP, overridesUplinks: false } },
    [
      'esxcli network vswitch standard portgroup set --portgroup-name=vMotion --vlan-id=108',
      'esxcli network vswitch standard portgroup policy failover set --portgroup-name=vMotion --use-vswitch',
    ],
  ],
  [
    'adds an adapter whose number nobody knows, with its hardware address and a gateway of its own',
    { kind: 'add-vmk', spec: { ...SPEC, mac: '00:50:56:60:00:01', gatewayOverride: '10.0.8.1' } },
    [
      'esxcli network ip interface add --interface-name=vmkN --portgroup-name=vMotion --netstack=defaultTcpipStack --mtu=9000 --mac-address=00:50:56:60:00:01',
      'esxcli network ip interface ipv4 set --interface-name=vmkN --type=static --ipv4=10.0.8.11 --netmask=255.255.255.0 --gateway=10.0.8.1',
    ],
  ],
  [
    'adds no gateway beside a lease',
    {
      kind: 'update-vmk',
      device: 'vmk2',
      from: SPEC,
      to: { ...SPEC, ipv4: { dhcp: true }, gatewayOverride: '10.0.8.1' },
    },
    [
      'esxcli network ip interface set --interface-name=vmk2 --mtu=9000',
      'esxcli network ip interface ipv4 set --interface-name=vmk2 --type=dhcp',
    ],
  ],
  [
    'sends to the client for a distributed port group whose name nobody knows',
    {
      kind: 'add-vmk',
      device: 'vmk2',
      spec: {
        ...SPEC,
        ipv4: { dhcp: true },
        attachment: { kind: 'distributed', switchUuid: 'u', portGroupKey: 'dvportgroup-7' },
      },
    },
    ['# in the vSphere Client: add vmk2 in dvportgroup-7 on the defaultTcpipStack stack, DHCP, MTU 9000'],
  ],
  [
    'sends to the client for an opaque network',
    { kind: 'add-vmk', device: 'vmk2', spec: { ...SPEC, attachment: { kind: 'opaque', network: 'nsx-1' } } },
    ['# in the vSphere Client: add vmk2 in nsx-1 on the defaultTcpipStack stack, 10.0.8.11/24, MTU 9000'],
  ],
  [
    'sends to the client for the order of a distributed port group',
    { kind: 'update-distributed-port-group', from: DISTRIBUTED, to: DISTRIBUTED },
    ['# in the vSphere Client: set distributed port group dv vMotion as it was'],
  ],
  [
    'deselects a service',
    { kind: 'deselect-service', device: 'vmk1', service: 'vsan' },
    ['esxcli network ip interface tag remove --interface-name=vmk1 --tagname=VSAN'],
  ],
  [
    'says where a service is to be selected that esxcli does not know',
    { kind: 'select-service', device: 'vmk1', service: 'nvmeTcp' },
    ['# in the vSphere Client: select nvmeTcp on vmk1'],
  ],
  [
    'makes a port group with uplinks in each role, in quotes where its name needs them',
    {
      kind: 'update-port-group',
      from: GROUP,
      to: { ...GROUP, name: "Ann's vMotion", uplinks: { active: ['vmnic2', 'vmnic3'], standby: [] } },
    },
    [
      String.raw`esxcli network vswitch standard portgroup set --portgroup-name='Ann'\''s vMotion' --vlan-id=108`,
      String.raw`esxcli network vswitch standard portgroup policy failover set --portgroup-name='Ann'\''s vMotion' --active-uplinks=vmnic2,vmnic3`,
    ],
  ],
  [
    'removes a switch',
    { kind: 'remove-switch', standardSwitch: { name: 'vSwitch2', mtuBytes: 9000, uplinks: [] } },
    ['esxcli network vswitch standard remove --vswitch-name=vSwitch2'],
  ],
  [
    'removes a port group',
    { kind: 'remove-port-group', portGroup: GROUP },
    ['esxcli network vswitch standard portgroup remove --portgroup-name=vMotion --vswitch-name=vSwitch1'],
  ],
  [
    'makes a switch with its uplinks',
    { kind: 'add-switch', standardSwitch: { name: 'vSwitch1', mtuBytes: 9000, uplinks: ['vmnic2', 'vmnic3'] } },
    [
      'esxcli network vswitch standard add --vswitch-name=vSwitch1',
      'esxcli network vswitch standard set --vswitch-name=vSwitch1 --mtu=9000',
      'esxcli network vswitch standard uplink add --uplink-name=vmnic2 --vswitch-name=vSwitch1',
      'esxcli network vswitch standard uplink add --uplink-name=vmnic3 --vswitch-name=vSwitch1',
    ],
  ],
];

const stackStep = (from: NetstackSettings, to: NetstackSettings): Step => ({
  kind: 'set-netstack',
  netstack: 'vmotion',
  from,
  to,
});

describe('a step as commands for the host', () => {
  it.each(CASES)('%s', (_, step, commands) => {
    expect(handCommands(step)).toEqual(commands);
  });

  it('turns the gateway of a stack, and names what esxcli has no word for', () => {
    const dns = { hostName: 'esx11', domainName: 'lab.local', servers: ['10.0.0.53'], searchDomains: [] };
    const step = stackStep(
      { gateway: '10.0.8.1', ipv6Gateway: 'fd00::1' },
      { gateway: '10.0.8.254', dns, connections: 11000 },
    );
    expect(handCommands(step)).toEqual([
      'esxcli network ip route ipv4 remove --network=default --gateway=10.0.8.1 --netstack=vmotion',
      'esxcli network ip route ipv4 add --network=default --gateway=10.0.8.254 --netstack=vmotion',
      'esxcli network ip route ipv6 remove --network=default --gateway=fd00::1 --netstack=vmotion',
      'esxcli network ip dns server add --server=10.0.0.53 --netstack=vmotion',
      "# in the vSphere Client: compare the vmotion stack's DNS, connections",
    ]);
  });

  it('types nothing for a stack that is as it should be, and nothing twice', () => {
    const dns = { hostName: 'esx11', domainName: 'lab.local', servers: ['10.0.0.53'], searchDomains: [] };
    const all = { gateway: '10.0.8.1', ipv6Gateway: 'fd00::1', dns, routes: [], congestionControl: 'cubic' };
    expect(handCommands(stackStep(all, structuredClone(all)))).toEqual([]);
    expect(handCommands(stackStep(all, { gateway: '10.0.8.1', ipv6Gateway: 'fd00::1' }))).toEqual([]);
    expect(handCommands(stackStep({}, { ipv6Gateway: 'fd00::1' }))).toEqual([
      'esxcli network ip route ipv6 add --network=default --gateway=fd00::1 --netstack=vmotion',
    ]);
    const two = { ...all, dns: { ...dns, servers: ['10.0.0.53', '10.0.0.54'] } };
    expect(handCommands(stackStep(all, two))).toEqual([
      'esxcli network ip dns server add --server=10.0.0.54 --netstack=vmotion',
      "# in the vSphere Client: compare the vmotion stack's DNS",
    ]);
  });

  it('says so where only time helps', () => {
    const [only, ...more] = handCommands({ kind: 'await-dormant', netstack: 'vmotion' });
    expect(only).toMatch(/^# wait /);
    expect(more).toEqual([]);
  });

  it('lets no name out of its quotes, whatever somebody called a port group', () => {
    const names = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("'", '\n', ';', '$', '`', '\\', ' ', 'a') }));
    fc.assert(
      fc.property(names, (name) => {
        const [command = '', ...more] = handCommands({
          kind: 'remove-port-group',
          portGroup: { ...GROUP, name, switchName: 'v' },
        });
        expect(more).toEqual([]);
        expect(command).not.toMatch(/[\r\n]/);
        const value = command.slice(command.indexOf('=') + 1, command.lastIndexOf(' --vswitch-name='));
        // Between quotes nothing but the end of the quotes counts for a shell.
        expect(value).toMatch(/^(?:[\w.:/,@-]+|(?:'[^']*'|\\')*)$/);
      }),
    );
  });
});
