import { expect, it } from 'vitest';
import type { DistributedPortGroup, PortGroup, VmkSpec } from '../../shared/domain/inventory.ts';
import type { Step } from '../../shared/domain/step.ts';
import { addressText, renderCounts, renderStep } from '../../shared/slack/step-text.ts';
import { aHost } from '../support/builders.ts';

const portGroup: PortGroup = {
  name: 'vMotion-A',
  switchName: 'vSwitch1',
  vlanId: 101,
  uplinks: { active: ['vmnic2'], standby: [] },
  overridesUplinks: true,
};
const inherits: DistributedPortGroup = {
  key: 'dvportgroup-52',
  name: 'dv-vMotion-A',
  switchUuid: 'u',
  uplinks: { active: ['Uplink 1', 'Uplink 2'], standby: [] },
  overridesUplinks: false,
  configVersion: '1',
};
const narrow = { ...inherits, uplinks: { active: ['Uplink 1'], standby: [] }, overridesUplinks: true };
const spec: VmkSpec = {
  netstack: 'vmotion',
  attachment: { kind: 'standard', portGroup: 'vMotion-A' },
  ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
  mtuBytes: 9000,
};

it.each<{ step: Step; lines: string[] }>([
  {
    step: { kind: 'add-port-group', portGroup },
    lines: ['+ port group "vMotion-A" on vSwitch1, VLAN 101, active vmnic2'],
  },
  {
    step: {
      kind: 'update-port-group',
      from: { ...portGroup, vlanId: 0, uplinks: { active: ['vmnic2'], standby: ['vmnic3'] } },
      to: portGroup,
    },
    lines: [
      '~ port group vMotion-A on vSwitch1',
      '    VLAN: untagged -> VLAN 101',
      '    uplinks: active vmnic2, standby vmnic3 -> active vmnic2',
    ],
  },
  {
    step: { kind: 'update-distributed-port-group', from: inherits, to: narrow },
    lines: [
      '~ distributed port group "dv-vMotion-A", on every host of its switch',
      "    uplinks: active Uplink 1, Uplink 2 (the switch's) -> active Uplink 1",
    ],
  },
  {
    step: { kind: 'update-distributed-port-group', from: narrow, to: { ...narrow, overridesUplinks: false } },
    lines: [
      '~ distributed port group "dv-vMotion-A", on every host of its switch',
      "    uplinks: active Uplink 1 -> active Uplink 1 (the switch's)",
    ],
  },
  {
    step: { kind: 'remove-port-group', portGroup: { ...portGroup, overridesUplinks: false, vlanId: 4095 } },
    lines: ['- port group "vMotion-A" on vSwitch1, VLAN trunk'],
  },
  {
    step: { kind: 'add-vmk', spec },
    lines: ['+ VMkernel adapter 172.16.1.51/24 mtu 9000 netstack=vmotion on "vMotion-A"'],
  },
  {
    step: {
      kind: 'update-vmk',
      device: 'vmk2',
      from: { ...spec, mtuBytes: 1500 },
      to: { ...spec, gatewayOverride: '172.16.1.1' },
    },
    lines: ['~ vmk2', '    mtu: 1500 -> 9000', '    gateway override: none -> 172.16.1.1'],
  },
  {
    step: {
      kind: 'remove-vmk',
      device: 'vmk1',
      spec: { ...spec, netstack: 'defaultTcpipStack' },
      services: ['vmotion', 'vSphereProvisioning'],
    },
    lines: ['- vmk1 172.16.1.51/24 mtu 9000 netstack=defaultTcpipStack on "vMotion-A", carried vMotion, provisioning'],
  },
  {
    step: { kind: 'set-netstack', netstack: 'vmotion', from: {}, to: { gateway: '172.16.1.1', connections: 22_000 } },
    lines: ['~ netstack vmotion', '    gateway: none -> 172.16.1.1', '    connections: default -> 22000'],
  },
  {
    step: { kind: 'set-netstack', netstack: 'vmotion', from: { gateway: '172.16.1.1' }, to: { gateway: '172.16.1.1' } },
    lines: ['~ netstack vmotion, set again as it is'],
  },
  { step: { kind: 'await-dormant', netstack: 'vmotion' }, lines: ['  wait until netstack vmotion is dormant'] },
  { step: { kind: 'select-service', device: 'vmk1', service: 'vmotion' }, lines: ['+ vmk1 carries vMotion'] },
  {
    step: { kind: 'deselect-service', device: 'vmk1', service: 'vmotion' },
    lines: ['- vmk1 no longer carries vMotion'],
  },
])('shows $step.kind as a person reads it', ({ step, lines }) => {
  expect(renderStep(step)).toEqual(lines);
});

it.each([
  { what: 'an address of its own', given: spec, text: '172.16.1.51/24' },
  { what: 'DHCP that has not answered', given: { ...spec, ipv4: { dhcp: true } }, text: 'DHCP' },
  {
    what: 'DHCP that has answered',
    given: { ...spec, ipv4: { dhcp: true, address: '10.0.0.9', prefixLength: 24 } },
    text: '10.0.0.9/24 (DHCP)',
  },
  {
    what: 'IPv6 in three ways',
    given: {
      ...spec,
      ipv4: { dhcp: false },
      ipv6: { dhcp: true, autoconfiguration: true, addresses: [{ address: 'fd00::51', prefixLength: 64 }] },
    },
    text: 'fd00::51/64 and DHCPv6 and router advertisement',
  },
  { what: 'none at all', given: { ...spec, ipv4: { dhcp: false } }, text: 'no address' },
])('names $what', ({ given, text }) => {
  expect(addressText(given)).toBe(text);
});

it('counts what comes before what goes, and leaves out what there is none of', () => {
  expect(renderCounts({ 'remove-vmk': 1, 'add-vmk': 8, 'await-dormant': 0 })).toEqual([
    '+ create 8 VMkernel adapters',
    '- remove 1 VMkernel adapter',
  ]);
});

it('names the port group of an adapter that is there already, where the host knows its name', () => {
  const attachment = { kind: 'distributed' as const, switchUuid: 'u', portGroupKey: 'dvportgroup-52' };
  const step: Step = { kind: 'remove-vmk', device: 'vmk2', spec: { ...spec, attachment }, services: [] };
  const group = {
    key: 'dvportgroup-52',
    name: 'dv-vMotion-A',
    switchUuid: 'u',
    uplinks: { active: [], standby: [] },
    configVersion: '1',
  };
  const network = { ...aHost().network!, distributedPortGroups: [group] };
  expect(renderStep(step, network)[0]).toContain('on distributed port group "dv-vMotion-A"');
  expect(renderStep(step)[0]).toContain('on distributed port group dvportgroup-52');
});
