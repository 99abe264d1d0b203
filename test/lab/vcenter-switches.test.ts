import { describe, expect, it } from 'vitest';
import { findPortGroup, findSwitch, findVmk, getHost } from '../../infra/lab/vcenter/model.ts';
import { uplinkOrder } from '../../infra/lab/vcenter/network-policy.ts';
import type { VimInput } from '../../shared/vsphere/vim.ts';
import { aPortGroup, createCaller, faultOf, networkSystem, readProperty, toldBy } from './vcenter-client.ts';

const HOST = 'esx01.lab.local';

describe('port groups', () => {
  it('keep their own uplinks, and the other uplink is in neither list', async () => {
    const caller = await createCaller();
    await caller.call('AddPortGroup', networkSystem(caller, HOST), { portgrp: aPortGroup('A', 101, 'vmnic2') });
    const host = getHost(caller.lab.model, HOST);
    const portGroup = findPortGroup(host, 'A');
    expect(portGroup && uplinkOrder(host, portGroup)).toEqual({ active: ['vmnic2'], standby: [] });
    const read = await readProperty(caller, host.moref, 'config.network.portgroup');
    expect(read).toContainEqual(
      expect.objectContaining({
        key: 'key-vim.host.PortGroup-A',
        spec: expect.objectContaining({ vlanId: 101, policy: expect.objectContaining({ security: {} }) }),
        computedPolicy: expect.objectContaining({ security: expect.objectContaining({ macChanges: false }) }),
      }),
    );
  });

  const badPolicy = (nicTeaming: VimInput<'HostNicTeamingPolicy'>) => ({
    ...aPortGroup('A', 101),
    policy: { nicTeaming },
  });
  it.each<{ what: string; portgrp: VimInput<'HostPortGroupSpec'>; fault: string }>([
    { what: 'a taken name', portgrp: aPortGroup('vMotion-old', 101), fault: 'AlreadyExists' },
    { what: 'an empty name', portgrp: aPortGroup('', 101), fault: 'InvalidName' },
    { what: 'an unknown switch', portgrp: { ...aPortGroup('A', 101), vswitchName: 'vSwitch7' }, fault: 'NotFound' },
    { what: 'VLAN 4096', portgrp: aPortGroup('A', 4096), fault: 'InvalidArgument' },
    { what: 'VLAN -1', portgrp: aPortGroup('A', -1), fault: 'InvalidArgument' },
    { what: 'an uplink of another switch', portgrp: aPortGroup('A', 101, 'vmnic0'), fault: 'InvalidArgument' },
    { what: 'an unknown teaming policy', portgrp: badPolicy({ policy: 'round-robin' }), fault: 'InvalidArgument' },
    {
      what: 'one uplink as active and as standby',
      portgrp: badPolicy({ nicOrder: { activeNic: ['vmnic2'], standbyNic: ['vmnic2'] } }),
      fault: 'InvalidArgument',
    },
    {
      what: 'beacons the switch does not send',
      portgrp: badPolicy({ failureCriteria: { checkBeacon: true } }),
      fault: 'InvalidArgument',
    },
  ])('are refused with $fault for $what', async ({ portgrp, fault }) => {
    const caller = await createCaller();
    expect(await faultOf(caller.call('AddPortGroup', networkSystem(caller, HOST), { portgrp }))).toBe(fault);
  });

  it('take their adapters along when renamed', async () => {
    const caller = await createCaller();
    const portgrp = aPortGroup('vMotion-legacy', 40);
    await caller.call('UpdatePortGroup', networkSystem(caller, HOST), { pgName: 'vMotion-old', portgrp });
    const vmk = findVmk(getHost(caller.lab.model, HOST), 'vmk1');
    expect(vmk?.attachment).toEqual({ kind: 'standard', portGroup: 'vMotion-legacy' });
  });

  it.each([
    { pgName: 'nowhere', fault: 'NotFound' },
    { pgName: 'vMotion-old', fault: 'ResourceInUse' },
    { pgName: 'VM Network', fault: 'ResourceInUse' },
  ])('answer $fault when $pgName is removed', async ({ pgName, fault }) => {
    const caller = await createCaller();
    expect(await faultOf(caller.call('RemovePortGroup', networkSystem(caller, HOST), { pgName }))).toBe(fault);
  });

  it.each([
    { vms: 'none', isPoweredOn: undefined, stoppedVmHoldsPortGroup: true, fault: 'none' },
    { vms: 'one that runs', isPoweredOn: true, stoppedVmHoldsPortGroup: false, fault: 'ResourceInUse' },
    { vms: 'one that is off', isPoweredOn: false, stoppedVmHoldsPortGroup: false, fault: 'none' },
    { vms: 'one that is off', isPoweredOn: false, stoppedVmHoldsPortGroup: true, fault: 'ResourceInUse' },
  ])('with $vms on them answer $fault when they, or their switch, are removed', async ({ isPoweredOn, ...one }) => {
    const caller = await createCaller({ switches: { stoppedVmHoldsPortGroup: one.stoppedVmHoldsPortGroup } });
    const target = networkSystem(caller, HOST);
    for (const vm of caller.lab.model.vms.filter(({ host }) => host === HOST)) {
      if (isPoweredOn === undefined) vm.nics = [];
      else vm.isPoweredOn = isPoweredOn;
      for (const nic of vm.nics) nic.network = { kind: 'standard', name: 'A' };
    }
    await caller.call('AddVirtualSwitch', target, { vswitchName: 'new', spec: { numPorts: 8 } });
    const portgrp = { ...aPortGroup('A', 101), vswitchName: 'new' };
    await caller.call('AddPortGroup', target, { portgrp });
    expect(await faultOf(caller.call('RemovePortGroup', target, { pgName: 'A' }))).toBe(one.fault);
    expect(await faultOf(caller.call('RemoveVirtualSwitch', target, { vswitchName: 'new' }))).toBe(one.fault);
  });

  it('are rolled back, with an event, when the change would cut the host off from vCenter', async () => {
    const caller = await createCaller();
    const before = structuredClone(getHost(caller.lab.model, HOST).network);
    const portgrp = { name: 'Management Network', vlanId: 666, vswitchName: 'vSwitch0', policy: {} };
    const update = caller.call('UpdatePortGroup', networkSystem(caller, HOST), {
      pgName: 'Management Network',
      portgrp,
    });
    expect(await faultOf(update)).toBe('HostConfigFault');
    expect(getHost(caller.lab.model, HOST).network).toEqual(before);
    expect(toldBy(caller.lab)).toEqual(['NetworkRollbackEvent']);
  });
});

describe('standard switches', () => {
  const bond = (...nicDevice: string[]) => ({ _type: 'HostVirtualSwitchBondBridge', nicDevice });

  it('are added without uplinks and removed with their port groups', async () => {
    const caller = await createCaller();
    const target = networkSystem(caller, HOST);
    await caller.call('AddVirtualSwitch', target, { vswitchName: 'vSwitch2', spec: { numPorts: 64, mtu: 9000 } });
    await caller.call('AddPortGroup', target, { portgrp: { ...aPortGroup('A', 5), vswitchName: 'vSwitch2' } });
    expect(findSwitch(getHost(caller.lab.model, HOST), 'vSwitch2')).toMatchObject({ pnics: [], mtuBytes: 9000 });
    await caller.call('RemoveVirtualSwitch', target, { vswitchName: 'vSwitch2' });
    expect(findPortGroup(getHost(caller.lab.model, HOST), 'A')).toBeUndefined();
  });

  it.each([
    { vswitchName: 'vSwitch1', spec: undefined, fault: 'AlreadyExists' },
    { vswitchName: 'v'.repeat(33), spec: undefined, fault: 'InvalidName' },
    { vswitchName: 'new', spec: { numPorts: 8, bridge: bond('vmnic2') }, fault: 'ResourceInUse' },
    { vswitchName: 'new', spec: { numPorts: 8, bridge: bond('vmnic9') }, fault: 'InvalidArgument' },
    { vswitchName: 'new', spec: { numPorts: 8, mtu: 20_000 }, fault: 'InvalidArgument' },
  ])('$vswitchName with $spec is refused with $fault', async ({ vswitchName, spec, fault }) => {
    const caller = await createCaller();
    expect(await faultOf(caller.call('AddVirtualSwitch', networkSystem(caller, HOST), { vswitchName, spec }))).toBe(
      fault,
    );
  });

  it('lose their uplinks when the bridge is left out, and port groups forget a pnic that leaves', async () => {
    const caller = await createCaller();
    const target = networkSystem(caller, HOST);
    await caller.call('AddPortGroup', target, { portgrp: aPortGroup('A', 101, 'vmnic2') });
    await caller.call('UpdateVirtualSwitch', target, {
      vswitchName: 'vSwitch1',
      spec: { numPorts: 128, bridge: bond('vmnic3') },
    });
    const host = getHost(caller.lab.model, HOST);
    expect(findPortGroup(host, 'A')?.policy.nicTeaming?.nicOrder?.activeNic).toEqual([]);
    await caller.call('UpdateVirtualSwitch', target, { vswitchName: 'vSwitch1', spec: { numPorts: 128 } });
    expect(findSwitch(getHost(caller.lab.model, HOST), 'vSwitch1')?.pnics).toEqual([]);
  });

  it('are not removed while an adapter uses them, and not changed so that management is cut off', async () => {
    const caller = await createCaller();
    const target = networkSystem(caller, HOST);
    expect(await faultOf(caller.call('RemoveVirtualSwitch', target, { vswitchName: 'vSwitch1' }))).toBe(
      'ResourceInUse',
    );
    const cut = caller.call('UpdateVirtualSwitch', target, { vswitchName: 'vSwitch0', spec: { numPorts: 128 } });
    expect(await faultOf(cut)).toBe('HostConfigFault');
    expect(findSwitch(getHost(caller.lab.model, HOST), 'vSwitch0')?.pnics).toEqual(['vmnic0', 'vmnic1']);
  });
});
