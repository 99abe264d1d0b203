// Hosts and profiles of every shape that a vMotion network can have, for properties that must hold for all of them.
import fc from 'fast-check';
import type { DistributedPortGroup, HostNetwork } from '../../shared/domain/inventory.ts';
import type {
  AdapterProfile,
  AddressRule,
  AttachRule,
  GatewayRule,
  Ipv6Rule,
  Profile,
} from '../../shared/domain/profile.ts';
import type { Step } from '../../shared/domain/step.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aGroup, aNetwork, aProfile, aVmk, managementVmk, oldVmotionVmk } from '../support/builders.ts';

const SWITCH_UUID = '50 2a 00 00 00 00 00 01-00 00 00 00 00 00 00 01';

export function aDistributedGroup(letter: 'A' | 'B', change: Partial<DistributedPortGroup> = {}): DistributedPortGroup {
  return {
    key: `dvportgroup-${letter}`,
    name: `dv-vMotion-${letter}`,
    switchUuid: SWITCH_UUID,
    vlanId: letter === 'A' ? 101 : 102,
    uplinks: { active: ['Uplink 1', 'Uplink 2'], standby: [] },
    configVersion: '1',
    ...change,
  };
}

export const distributed = (letter: 'A' | 'B') =>
  ({ kind: 'distributed', switchUuid: SWITCH_UUID, portGroupKey: `dvportgroup-${letter}` }) as const;

/** A host with a distributed switch on vmnic4 and vmnic5, and with vmnic6 and vmnic7 free. */
export function aWideNetwork(change: Partial<HostNetwork> = {}): HostNetwork {
  const pnics = [0, 1, 2, 3, 4, 5, 6, 7].map((number) => ({ device: `vmnic${number}`, linkSpeedMb: 25_000 }));
  return aNetwork({
    distributedSwitches: [
      {
        uuid: SWITCH_UUID,
        name: 'DVS1',
        mtuBytes: 9000,
        uplinks: [
          { name: 'Uplink 1', pnic: 'vmnic4' },
          { name: 'Uplink 2', pnic: 'vmnic5' },
        ],
      },
    ],
    distributedPortGroups: [aDistributedGroup('A'), aDistributedGroup('B')],
    pnics,
    ...change,
  });
}

const standard = (letter: 'A' | 'B'): AttachRule => ({
  kind: 'standard',
  switchName: 'vSwitch1',
  portGroup: `vMotion-${letter}`,
  vlanId: letter === 'A' ? 101 : 102,
  activeUplink: letter === 'A' ? 'vmnic2' : 'vmnic3',
});
export const onNewSwitch = (letter: 'A' | 'B'): AttachRule => ({
  ...standard(letter),
  kind: 'standard',
  vlanId: 101,
  switchName: 'vSwitch2',
  create: { pnics: ['vmnic6', 'vmnic7'], mtuBytes: 9000 },
  activeUplink: letter === 'A' ? 'vmnic6' : 'vmnic7',
});
export const onDistributed = (letter: 'A' | 'B', activeUplink?: string): AttachRule => ({
  kind: 'distributed',
  switchName: 'DVS1',
  portGroup: `dv-vMotion-${letter}`,
  activeUplink,
});

const PLACES: Record<string, [AttachRule, AttachRule]> = {
  standard: [standard('A'), standard('B')],
  distributed: [onDistributed('A', 'Uplink 1'), onDistributed('B', 'Uplink 2')],
  'one distributed port group': [onDistributed('A'), onDistributed('A')],
  'a new switch': [onNewSwitch('A'), onNewSwitch('B')],
  mixed: [onNewSwitch('A'), onDistributed('B', 'Uplink 2')],
};

const IPV6: Record<string, Ipv6Rule | undefined> = {
  'as it is': undefined,
  'router advertisement': { kind: 'router-advertisement' },
  dhcpv6: { kind: 'dhcpv6' },
};

export type ProfileShape = {
  place: string;
  isDhcp: boolean;
  ipv6: string;
  hasOverride: boolean;
  hasGateway: boolean;
  hasStackSettings: boolean;
  oldAdapters: 'remove' | 'keep';
};

export const profileShapes: fc.Arbitrary<ProfileShape> = fc.record({
  place: fc.constantFrom(...Object.keys(PLACES)),
  isDhcp: fc.boolean(),
  ipv6: fc.constantFrom('as it is', 'router advertisement', 'dhcpv6', 'by hand'),
  hasOverride: fc.boolean(),
  hasGateway: fc.boolean(),
  hasStackSettings: fc.boolean(),
  oldAdapters: fc.constantFrom('remove' as const, 'keep' as const),
});

export function profileOf(shape: ProfileShape): Profile {
  const places = PLACES[shape.place] ?? [standard('A'), standard('B')];
  // Adapters in one port group are told apart by their addresses.
  const isDhcp = shape.isDhcp && shape.place !== 'one distributed port group';
  const adapters = places.map((attach, index): AdapterProfile => {
    const ipv4: AddressRule = isDhcp
      ? { kind: 'dhcp' }
      : { kind: 'management-octet', network: `172.16.${index + 1}.0`, prefixLength: 24 };
    const byHand: Ipv6Rule = { kind: 'per-host', addresses: { esx01: `fd00:${index + 1}::51/64` } };
    return {
      label: 'ab'[index] ?? 'z',
      attach,
      mtuBytes: 9000,
      ipv4,
      ipv6: shape.ipv6 === 'by hand' ? byHand : IPV6[shape.ipv6],
      gatewayOverride: shape.hasOverride && !isDhcp ? { kind: 'first-address' } : undefined,
    };
  });
  const settings = {
    ipv6Gateway: 'fe80::1',
    dns: { servers: ['10.0.0.53'], searchDomains: ['lab.local'] },
    routes: [{ network: '172.18.0.0/16', gateway: '172.16.1.1' }],
    connections: 8000,
  };
  const gateway: GatewayRule = shape.hasGateway && !isDhcp ? { kind: 'first-address' } : { kind: 'none' };
  const stack = { gateway, ...(shape.hasStackSettings ? settings : {}) };
  return aProfile({ adapters, stack, oldAdapters: shape.oldAdapters });
}

export type NetworkShape = { old: string; begun: string; hasVsan: boolean };

/** Hosts as people leave them. */
export const networkShapes: fc.Arbitrary<NetworkShape> = fc.record({
  old: fc.constantFrom('none', 'standard', 'distributed', 'same-address', 'dhcp', 'after-a-gap', 'shared'),
  begun: fc.constantFrom(
    'no',
    'distributed',
    'distributed-other-address',
    'standard',
    'with-settings',
    'new-switch',
    'elsewhere-with-settings',
    'swapped',
    'swapped-with-settings',
  ),
  hasVsan: fc.boolean(),
});

const OLD: Record<string, Parameters<typeof oldVmotionVmk>[1]> = {
  standard: {},
  distributed: { attachment: distributed('A') },
  'same-address': { attachment: distributed('A'), ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 } },
  dhcp: { attachment: distributed('B'), ipv4: { dhcp: true, address: '192.168.40.77', prefixLength: 24 } },
  'after-a-gap': { device: 'vmk3' },
  shared: { attachment: distributed('B'), services: ['faultToleranceLogging', 'vmotion'] },
};

const TAKES_ADDRESS: ReadonlySet<string> = new Set(['elsewhere-with-settings', 'swapped', 'swapped-with-settings']);

export function networkOf(shape: NetworkShape): HostNetwork {
  const vmks = [managementVmk()];
  const old = OLD[shape.old];
  // An address is on one adapter only.
  const isAddressTaken = shape.old === 'same-address' && TAKES_ADDRESS.has(shape.begun);
  if (old !== undefined && !isAddressTaken) vmks.push(oldVmotionVmk(1, old));
  if (shape.hasVsan)
    vmks.push(
      aVmk('vmk5', {
        attachment: distributed('B'),
        services: ['vsan'],
        ipv4: { dhcp: false, address: '10.9.0.51', prefixLength: 24 },
      }),
    );
  return begin(aWideNetwork({ vmks }), shape.begun);
}

/** Somebody began by hand, on the vMotion stack. */
function begin(network: HostNetwork, how: string): HostNetwork {
  const ipv4 = { dhcp: false, address: '172.16.2.51', prefixLength: 24 };
  const spec = { netstack: 'vmotion', attachment: distributed('B'), ipv4, mtuBytes: 1500 } as const;
  const onA = { ...ipv4, address: '172.16.1.51' };
  const keepsSettings: Step = {
    kind: 'set-netstack',
    netstack: 'vmotion',
    from: {},
    to: {
      gateway: '172.16.1.1',
      dns: { hostName: 'esx01', domainName: '', servers: ['10.0.0.53'], searchDomains: [] },
      routes: [{ network: '10.1.0.0/16', gateway: '172.16.1.2' }],
    },
  };
  switch (how) {
    case 'distributed':
      return applySteps(network, [{ kind: 'add-vmk', spec }]);
    case 'distributed-other-address': {
      const other = { ...ipv4, address: '172.16.9.51' };
      return applySteps(network, [{ kind: 'add-vmk', spec: { ...spec, attachment: distributed('A'), ipv4: other } }]);
    }
    case 'standard':
      return applySteps(network, [
        { kind: 'add-port-group', portGroup: aGroup('vMotion-B', { vlanId: 102 }) },
        { kind: 'add-vmk', spec: { ...spec, attachment: { kind: 'standard', portGroup: 'vMotion-B' } } },
      ]);
    case 'with-settings':
      return applySteps(network, [
        { kind: 'add-vmk', spec: { ...spec, gatewayOverride: '172.16.2.1' } },
        {
          kind: 'set-netstack',
          netstack: 'vmotion',
          from: {},
          to: { gateway: '172.16.2.1', routes: [{ network: '10.1.0.0/16', gateway: '172.16.2.2' }] },
        },
      ]);
    case 'elsewhere-with-settings':
      return applySteps(network, [
        { kind: 'add-port-group', portGroup: aGroup('elsewhere', { vlanId: 101 }) },
        { kind: 'add-vmk', spec: { ...spec, ipv4: onA, attachment: { kind: 'standard', portGroup: 'elsewhere' } } },
        keepsSettings,
      ]);
    case 'swapped':
    case 'swapped-with-settings':
      return applySteps(network, [
        { kind: 'add-port-group', portGroup: aGroup('vMotion-A', { vlanId: 101 }) },
        { kind: 'add-port-group', portGroup: aGroup('vMotion-B', { vlanId: 102 }) },
        { kind: 'add-vmk', spec: { ...spec, attachment: { kind: 'standard', portGroup: 'vMotion-A' } } },
        { kind: 'add-vmk', spec: { ...spec, ipv4: onA, attachment: { kind: 'standard', portGroup: 'vMotion-B' } } },
        ...(how === 'swapped' ? [] : [keepsSettings]),
      ]);
    case 'new-switch':
      return applySteps(network, [
        {
          kind: 'add-switch',
          standardSwitch: { name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic6', 'vmnic7'] },
        },
      ]);
    default:
      return network;
  }
}
