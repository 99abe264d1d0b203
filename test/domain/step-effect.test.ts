// What a worker asks of the host after a lost answer: whether the step was made although nobody said so.
import { describe, expect, it } from 'vitest';
import type { HostNetwork } from '../../shared/domain/inventory.ts';
import type { Step } from '../../shared/domain/step.ts';
import { isInEffect } from '../../shared/domain/step-effect.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { aGroup, aVmk, managementVmk } from '../support/builders.ts';
import { aDistributedGroup, aWideNetwork, distributed } from './network-shapes.ts';

const ours = aVmk('vmk2', { netstack: 'vmotion', attachment: { kind: 'standard', portGroup: 'vMotion-A' } });
const other = aVmk('vmk3', { ipv4: { dhcp: false, address: '10.9.0.3', prefixLength: 24 }, services: ['vsan'] });
const group = aGroup('vMotion-A', { uplinks: { active: ['vmnic2', 'vmnic3'], standby: [] }, overridesUplinks: true });
const standardSwitch = { name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic6'] };
const settings = { gateway: '172.16.1.1', routes: [] };
const shared = aDistributedGroup('A', { uplinks: { active: ['Uplink 1'], standby: ['Uplink 2'] } });

/** The network with this in it, beside what every network has: other switches, groups, stacks and adapters. */
const withVmks = (...vmks: HostNetwork['vmks']) => aWideNetwork({ vmks: [managementVmk(), other, ...vmks] });
const withGroups = (...groups: HostNetwork['portGroups']) =>
  aWideNetwork({ portGroups: [...aWideNetwork().portGroups, ...groups] });
const withSwitches = (...switches: HostNetwork['standardSwitches']) =>
  aWideNetwork({ standardSwitches: [...aWideNetwork().standardSwitches, ...switches] });
const withShared = (...groups: NonNullable<HostNetwork['distributedPortGroups']>) =>
  aWideNetwork({ distributedPortGroups: [aDistributedGroup('B'), ...groups] });
const withStack = (change: Partial<HostNetwork['netstacks'][number]>) =>
  aWideNetwork({
    netstacks: [
      { key: 'defaultTcpipStack', isLive: true, settings },
      { key: 'vmotion', isLive: true, settings: {}, ...change },
    ],
  });
const inOrder = (active: string[], standby: string[] = []) => ({ ...group, uplinks: { active, standby } });

type Row = { what: string; step: Step; network: HostNetwork; is: boolean };

const add: Step = { kind: 'add-vmk', spec: toSpec(ours) };
const remove: Step = { kind: 'remove-vmk', device: 'vmk2', spec: toSpec(ours), services: [] };
const update: Step = {
  kind: 'update-vmk',
  device: 'vmk2',
  from: toSpec(ours),
  to: { ...toSpec(ours), mtuBytes: 9000 },
};
const updateGroup: Step = { kind: 'update-port-group', from: aGroup('vMotion-A'), to: group };
const updateShared: Step = { kind: 'update-distributed-port-group', from: aDistributedGroup('A'), to: shared };
const setStack: Step = { kind: 'set-netstack', netstack: 'vmotion', from: {}, to: settings };
const select: Step = { kind: 'select-service', device: 'vmk2', service: 'vmotion' };
const deselect: Step = { kind: 'deselect-service', device: 'vmk2', service: 'vmotion' };
const dormant: Step = { kind: 'await-dormant', netstack: 'vmotion' };

const ROWS: Row[] = [
  {
    what: 'the switch is there',
    step: { kind: 'add-switch', standardSwitch },
    network: withSwitches(standardSwitch),
    is: true,
  },
  {
    what: 'only other switches are there',
    step: { kind: 'add-switch', standardSwitch },
    network: withSwitches(),
    is: false,
  },
  {
    what: 'only other switches are there',
    step: { kind: 'remove-switch', standardSwitch },
    network: withSwitches(),
    is: true,
  },
  {
    what: 'the switch is there',
    step: { kind: 'remove-switch', standardSwitch },
    network: withSwitches(standardSwitch),
    is: false,
  },

  { what: 'the order is the wanted one', step: updateShared, network: withShared(shared), is: true },
  {
    what: 'standby differs',
    step: updateShared,
    network: withShared({ ...shared, uplinks: { active: ['Uplink 1'], standby: [] } }),
    is: false,
  },
  {
    what: 'active differs',
    step: updateShared,
    network: withShared({ ...shared, uplinks: { active: ['Uplink 2'], standby: ['Uplink 2'] } }),
    is: false,
  },
  {
    what: 'the order is inherited',
    step: { ...updateShared, to: { ...shared, overridesUplinks: true } },
    network: withShared({ ...shared, overridesUplinks: false }),
    is: false,
  },
  {
    what: 'the order is still the port group’s own',
    step: { ...updateShared, to: { ...shared, overridesUplinks: false } },
    network: withShared({ ...shared, overridesUplinks: true }),
    is: false,
  },
  {
    what: 'the order is the switch’s, which has another one by now',
    step: { ...updateShared, to: { ...shared, overridesUplinks: false } },
    network: withShared(aDistributedGroup('A', { overridesUplinks: false })),
    is: true,
  },
  {
    what: 'the plan is of an older version',
    step: updateShared,
    network: withShared({ ...shared, overridesUplinks: true }),
    is: true,
  },
  { what: 'the port group is gone', step: updateShared, network: withShared(), is: false },
  { what: 'none was read', step: updateShared, network: aWideNetwork({ distributedPortGroups: undefined }), is: false },

  {
    what: 'the port group is there',
    step: { kind: 'add-port-group', portGroup: group },
    network: withGroups(group),
    is: true,
  },
  {
    what: 'only others are there',
    step: { kind: 'add-port-group', portGroup: group },
    network: withGroups(),
    is: false,
  },
  {
    what: 'only others are there',
    step: { kind: 'remove-port-group', portGroup: group },
    network: withGroups(),
    is: true,
  },
  {
    what: 'the port group is there',
    step: { kind: 'remove-port-group', portGroup: group },
    network: withGroups(group),
    is: false,
  },

  { what: 'all of it is as wanted', step: updateGroup, network: withGroups(group), is: true },
  {
    what: 'the order of active uplinks is another',
    step: updateGroup,
    network: withGroups(inOrder(['vmnic3', 'vmnic2'])),
    is: false,
  },
  {
    what: 'one more is on standby',
    step: updateGroup,
    network: withGroups(inOrder(['vmnic2', 'vmnic3'], ['vmnic4'])),
    is: false,
  },
  { what: 'the VLAN is another', step: updateGroup, network: withGroups({ ...group, vlanId: 9 }), is: false },
  {
    what: 'the order is inherited',
    step: updateGroup,
    network: withGroups({ ...group, overridesUplinks: false }),
    is: false,
  },
  { what: 'the port group is gone', step: updateGroup, network: withGroups(), is: false },

  { what: 'it is there, whatever its number', step: add, network: withVmks({ ...ours, device: 'vmk9' }), is: true },
  { what: 'only others are there', step: add, network: withVmks(), is: false },
  {
    what: 'it is on another stack',
    step: add,
    network: withVmks({ ...ours, netstack: 'defaultTcpipStack' }),
    is: false,
  },
  {
    what: 'it is in another port group',
    step: add,
    network: withVmks({ ...ours, attachment: distributed('A') }),
    is: false,
  },
  { what: 'it has another address', step: add, network: withVmks({ ...ours, ipv4: { dhcp: true } }), is: false },

  { what: 'it is gone', step: remove, network: withVmks(), is: true },
  { what: 'it is there', step: remove, network: withVmks(ours), is: false },
  {
    what: 'its number went to another stack',
    step: remove,
    network: withVmks({ ...ours, netstack: 'defaultTcpipStack' }),
    is: true,
  },
  {
    what: 'its number went to another port group',
    step: remove,
    network: withVmks({ ...ours, attachment: distributed('A') }),
    is: true,
  },
  { what: 'one like it has another number', step: remove, network: withVmks({ ...ours, device: 'vmk9' }), is: true },

  { what: 'it is as wanted', step: update, network: withVmks({ ...ours, mtuBytes: 9000 }), is: true },
  { what: 'it is as before', step: update, network: withVmks(ours), is: false },
  { what: 'it is gone', step: update, network: withVmks(), is: false },
  {
    what: 'another has what is wanted',
    step: update,
    network: withVmks({ ...ours, device: 'vmk9', mtuBytes: 9000 }),
    is: false,
  },

  { what: 'the settings are as wanted', step: setStack, network: withStack({ settings }), is: true },
  {
    what: 'the settings are as wanted, beside a gateway that nobody speaks of',
    step: { ...setStack, to: { connections: 9000 } },
    network: withStack({ settings: { connections: 9000, gateway: '172.16.1.9', ipv6Gateway: 'fe80::9' } }),
    is: true,
  },
  {
    what: 'a gateway that is to go is there',
    step: { ...setStack, from: settings, to: {} },
    network: withStack({ settings }),
    is: false,
  },
  {
    what: 'an IPv6 gateway that is to go is there',
    step: { ...setStack, from: { ipv6Gateway: 'fe80::9' }, to: {} },
    network: withStack({ settings: { ipv6Gateway: 'fe80::9' } }),
    is: false,
  },
  { what: 'only the default stack has them', step: setStack, network: withStack({}), is: false },
  { what: 'the stack is not there', step: setStack, network: withStack({ key: 'mirror', settings }), is: false },

  { what: 'the stack sleeps', step: dormant, network: withStack({ isLive: false }), is: true },
  { what: 'the stack is not there', step: dormant, network: withStack({ key: 'mirror' }), is: true },
  { what: 'the stack is live', step: dormant, network: withStack({}), is: false },

  { what: 'it is selected', step: select, network: withVmks({ ...ours, services: ['vmotion', 'vsan'] }), is: true },
  { what: 'another service is', step: select, network: withVmks({ ...ours, services: ['vsan'] }), is: false },
  { what: 'the adapter is gone', step: select, network: withVmks(), is: false },
  { what: 'another service is selected', step: deselect, network: withVmks({ ...ours, services: ['vsan'] }), is: true },
  { what: 'it is selected', step: deselect, network: withVmks({ ...ours, services: ['vmotion'] }), is: false },
  { what: 'the adapter is gone', step: deselect, network: withVmks(), is: true },
];

describe('a step is in effect', () => {
  it.each(ROWS)('$step.kind where $what: $is', ({ step, network, is }) => {
    expect(isInEffect(step, network)).toBe(is);
  });
});
