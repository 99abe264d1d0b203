// How a host differs from its profile, as the audit tells it: the plan's steps as named fields.
import { describe, expect, it } from 'vitest';
import { findChanges, toHostFields } from '../../shared/domain/drift-find.ts';
import { wantedFields } from '../../shared/domain/drift-wanted.ts';
import type { HostNetwork } from '../../shared/domain/inventory.ts';
import type { Step } from '../../shared/domain/step.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { aGroup, aHost, aNetwork, aVmk, managementVmk } from '../support/builders.ts';
import { aDistributedGroup, aWideNetwork, distributed } from './network-shapes.ts';

const standardSwitch = { name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic6', 'vmnic7'] };
const portGroup = aGroup('vMotion-A', { vlanId: 101, uplinks: { active: ['vmnic2'], standby: [] } });
const spec = toSpec(aVmk('vmk2', { netstack: 'vmotion', attachment: { kind: 'standard', portGroup: 'vMotion-A' } }));
const ipv6 = { dhcp: false, autoconfiguration: false, addresses: [{ address: 'fd00::1', prefixLength: 64 }] };
const shared = aDistributedGroup('A');

describe('what a plan wants, as fields', () => {
  it.each([
    {
      step: { kind: 'add-switch', standardSwitch },
      told: ['switch vSwitch2: undefined -> vmnic6 vmnic7, MTU 9000'],
    },
    {
      step: { kind: 'remove-switch', standardSwitch },
      told: ['switch vSwitch2: vmnic6 vmnic7, MTU 9000 -> undefined'],
    },
    {
      step: {
        kind: 'update-distributed-port-group',
        from: shared,
        to: { ...shared, uplinks: { active: ['Uplink 1'], standby: [] } },
      },
      told: ['distributed port group dv-vMotion-A active uplinks: Uplink 1 Uplink 2 -> Uplink 1'],
    },
    {
      step: { kind: 'add-port-group', portGroup },
      told: ['port group vMotion-A: undefined -> VLAN 101 on vSwitch1, active vmnic2'],
    },
    {
      step: { kind: 'remove-port-group', portGroup },
      told: ['port group vMotion-A: VLAN 101 on vSwitch1, active vmnic2 -> undefined'],
    },
    {
      step: { kind: 'update-port-group', from: portGroup, to: { ...portGroup, vlanId: 7 } },
      told: ['port group vMotion-A VLAN: 101 -> 7'],
    },
    {
      step: { kind: 'add-vmk', spec },
      told: ['vmotion adapter: undefined -> 10.0.0.51/24 on vMotion-A, MTU 1500'],
    },
    {
      step: { kind: 'add-vmk', spec: { ...spec, ipv6, attachment: distributed('A') } },
      told: ['vmotion adapter: undefined -> 10.0.0.51/24 fd00::1/64 on dvportgroup-A, MTU 1500'],
    },
    {
      step: { kind: 'add-vmk', spec: { ...spec, attachment: { ...distributed('A'), name: 'dv-A' } } },
      told: ['vmotion adapter: undefined -> 10.0.0.51/24 on dv-A, MTU 1500'],
    },
    {
      step: { kind: 'remove-vmk', device: 'vmk1', spec, services: ['vmotion'] },
      told: ['vmk1: 10.0.0.51/24 on vMotion-A, MTU 1500 -> undefined'],
    },
    {
      step: { kind: 'update-vmk', device: 'vmk2', from: spec, to: { ...spec, mtuBytes: 9000 } },
      told: ['vmk2 MTU: 1500 -> 9000'],
    },
    {
      step: { kind: 'set-netstack', netstack: 'vmotion', from: { gateway: '1.2.3.1' }, to: { gateway: '1.2.3.2' } },
      told: ['netstack vmotion gateway: 1.2.3.1 -> 1.2.3.2'],
    },
    {
      step: { kind: 'select-service', device: 'vmk1', service: 'vmotion' },
      told: ['vmk1 services: without vmotion -> vmotion'],
    },
    {
      step: { kind: 'deselect-service', device: 'vmk1', service: 'vmotion' },
      told: ['vmk1 services: vmotion -> without vmotion'],
    },
    { step: { kind: 'await-dormant', netstack: 'vmotion' }, told: [] },
  ] satisfies { step: Step; told: string[] }[])('$step.kind: $told', ({ step, told }) => {
    expect(wantedFields([step]).map(({ field, from, to }) => `${field}: ${from} -> ${to}`)).toEqual(told);
  });

  it('come in the order of the steps', () => {
    const steps: Step[] = [
      { kind: 'add-vmk', spec },
      { kind: 'add-port-group', portGroup },
    ];
    expect(wantedFields(steps).map(({ field }) => field)).toEqual(['vmotion adapter', 'port group vMotion-A']);
  });
});

describe('a host as an audit keeps it', () => {
  const fieldsOf = (network: HostNetwork) => toHostFields(aHost(), network);
  const changed = (from: HostNetwork, to: HostNetwork) =>
    findChanges([fieldsOf(from)], [fieldsOf(to)]).changes.map(({ field }) => field);
  const own = [managementVmk(), aVmk('vmk2', { attachment: distributed('A') })];

  it('is known by its name and its moref', () => {
    expect(fieldsOf(aNetwork())).toMatchObject({ name: 'esx01.lab.local', moref: 'host-11' });
  });

  it.each([
    {
      what: 'the VLAN of a port group that an adapter uses',
      from: aNetwork(),
      to: aNetwork({ portGroups: [aGroup('vMotion-old', { vlanId: 41 })] }),
      told: ['port group vMotion-old VLAN'],
    },
    {
      what: 'nothing of port groups of machines',
      from: aNetwork({ portGroups: [aGroup('VMs')] }),
      to: aNetwork({ portGroups: [aGroup('VMs', { vlanId: 9 })] }),
      told: [],
    },
    {
      what: 'the VLAN of a distributed port group that an adapter uses, and of no other',
      from: aWideNetwork({ vmks: own }),
      to: aWideNetwork({
        vmks: own,
        distributedPortGroups: [aDistributedGroup('A', { vlanId: 9 }), aDistributedGroup('B', { vlanId: 9 })],
      }),
      told: ['distributed port group dv-vMotion-A VLAN'],
    },
    {
      what: 'whose the order of a distributed port group is',
      from: aWideNetwork({ vmks: own, distributedPortGroups: [aDistributedGroup('A', { overridesUplinks: false })] }),
      to: aWideNetwork({ vmks: own, distributedPortGroups: [aDistributedGroup('A', { overridesUplinks: true })] }),
      told: ['distributed port group dv-vMotion-A own uplink order'],
    },
    {
      what: 'nothing of that where an audit of an older version did not tell',
      from: aWideNetwork({ vmks: own }),
      to: aWideNetwork({ vmks: own, distributedPortGroups: [aDistributedGroup('A', { overridesUplinks: false })] }),
      told: [],
    },
    {
      what: 'settings of the vMotion stack, and of no other',
      from: aNetwork(),
      to: aNetwork({
        netstacks: aNetwork().netstacks.map((stack) => ({
          ...stack,
          settings: { ...stack.settings, gateway: '9.9.9.9' },
        })),
      }),
      told: ['netstack vmotion gateway'],
    },
  ])('shows $what', ({ from, to, told }) => {
    const groups = (network: HostNetwork) => ({ ...network, pnics: [] });
    expect(changed(groups(from), groups(to)).filter((field) => !field.includes('teaming'))).toEqual(told);
  });
});
