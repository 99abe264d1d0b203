import { describe, expect, it } from 'vitest';
import { findVmk, getHost } from '../../infra/lab/vcenter/model.ts';
import type { VimInput } from '../../shared/vsphere/vim.ts';
import {
  addAdapter,
  aNic,
  aPortGroup,
  createCaller,
  faultOf,
  networkSystem,
  onDefaultStack,
  toldBy,
} from './vcenter-client.ts';

const HOST = 'esx01.lab.local';

describe('AddVirtualNic', () => {
  it('answers the lowest free device and generates a MAC address in VMware’s range', async () => {
    const caller = await createCaller();
    const device = await addAdapter(caller, HOST, { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.51') });
    expect(device).toBe('vmk2');
    expect(findVmk(getHost(caller.lab.model, HOST), 'vmk2')).toMatchObject({
      netstack: 'vmotion',
      ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
      mtuBytes: 9000,
      mac: expect.stringMatching(/^00:50:56:6/),
    });
  });

  it('gives a removed device’s number to the next adapter', async () => {
    const caller = await createCaller();
    const target = networkSystem(caller, HOST);
    await caller.call('RemoveVirtualNic', target, { device: 'vmk1' });
    expect(await addAdapter(caller, HOST, { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.51') })).toBe('vmk1');
  });

  it('uses the MAC address that is sent', async () => {
    const caller = await createCaller();
    const mac = '00:50:56:6A:BC:DE';
    await addAdapter(caller, HOST, { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.51', { mac }) });
    expect(findVmk(getHost(caller.lab.model, HOST), 'vmk2')?.mac).toBe('00:50:56:6a:bc:de');
  });

  it('generates the same MAC addresses for the same seed and different ones for each adapter', async () => {
    const macs = async (seed: number) => {
      const { lab } = await createCaller({ seed });
      return lab.model.clusters.flatMap(({ hosts }) =>
        hosts.flatMap(({ network }) => network.vmks.map(({ mac }) => mac)),
      );
    };
    const first = await macs(7);
    expect(await macs(7)).toEqual(first);
    expect(await macs(8)).not.toEqual(first);
    expect(new Set(first).size).toBe(first.length);
  });

  const ip = (ipAddress: string, subnetMask: string) => ({ ip: { dhcp: false, ipAddress, subnetMask } });
  it.each<{ what: string; nic: VimInput<'HostVirtualNicSpec'>; portgroup?: string; fault: string }>([
    { what: 'an unknown port group', nic: aNic('172.16.1.51'), portgroup: 'nowhere', fault: 'InvalidArgument' },
    {
      what: 'a port group that has an adapter',
      nic: aNic('172.16.1.51'),
      portgroup: 'vMotion-old',
      fault: 'AlreadyExists',
    },
    { what: 'no ip', nic: { netStackInstanceKey: 'vmotion' }, fault: 'InvalidArgument' },
    { what: 'an unknown netstack', nic: aNic('172.16.1.51', { netStackInstanceKey: 'vsan' }), fault: 'NotFound' },
    { what: 'text as address', nic: aNic('one'), fault: 'InvalidArgument' },
    { what: 'a network address', nic: aNic('172.16.1.0'), fault: 'InvalidArgument' },
    { what: 'a broadcast address', nic: aNic('172.16.1.255'), fault: 'InvalidArgument' },
    { what: 'a /30’s broadcast', nic: ip('172.17.8.3', '255.255.255.252'), fault: 'InvalidArgument' },
    { what: 'a multicast address', nic: aNic('224.0.0.5'), fault: 'InvalidArgument' },
    { what: 'a mask with a gap', nic: ip('172.16.1.51', '255.0.255.0'), fault: 'InvalidArgument' },
    { what: 'an address of the same stack', nic: onDefaultStack('192.168.40.51'), fault: 'InvalidArgument' },
    { what: 'an MTU of 9500', nic: aNic('172.16.1.51', { mtu: 9500 }), fault: 'InvalidArgument' },
    { what: 'an MTU of 1000', nic: aNic('172.16.1.51', { mtu: 1000 }), fault: 'InvalidArgument' },
    { what: 'an MTU above its switch’s', nic: aNic('172.16.1.51', { mtu: 9100 }), fault: 'HostConfigFault' },
    { what: 'a multicast MAC', nic: aNic('172.16.1.51', { mac: '01:00:5e:00:00:01' }), fault: 'InvalidArgument' },
    {
      what: 'a gateway override outside its subnet',
      nic: aNic('172.16.1.51', {
        ipRouteSpec: { ipRouteConfig: { _type: 'HostIpRouteConfig', defaultGateway: '10.9.9.9' } },
      }),
      fault: 'PlatformConfigFault',
    },
    {
      what: 'a distributed port, which the lab has not',
      nic: aNic('172.16.1.51', { distributedVirtualPort: { switchUuid: '50 11' } }),
      fault: 'NotFound',
    },
  ])('refuses $what with $fault and changes nothing', async ({ nic, portgroup = 'free', fault }) => {
    const caller = await createCaller();
    const target = networkSystem(caller, HOST);
    await caller.call('AddPortGroup', target, { portgrp: aPortGroup('free', 101) });
    const before = structuredClone(getHost(caller.lab.model, HOST).network);
    expect(await faultOf(caller.call('AddVirtualNic', target, { portgroup, nic }))).toBe(fault);
    expect(getHost(caller.lab.model, HOST).network).toEqual(before);
  });

  it('refuses IPv6 addresses on a host without IPv6', async () => {
    const caller = await createCaller();
    getHost(caller.lab.model, HOST).network.isIpv6Enabled = false;
    const ipV6Config = { ipV6Address: [{ ipAddress: '2001:db8::51', prefixLength: 64 }] };
    const nic = aNic('172.16.1.51', {
      ip: { dhcp: false, ipAddress: '172.16.1.51', subnetMask: '255.255.255.0', ipV6Config },
    });
    expect(await faultOf(addAdapter(caller, HOST, { portGroup: 'A', vlanId: 101, nic }))).toBe('InvalidState');
  });

  it('keeps an address that somebody else has, and says so in an event', async () => {
    const caller = await createCaller({ scenarios: ['duplicate-ip'] });
    await addAdapter(caller, 'esx03.lab.local', { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.53') });
    expect(toldBy(caller.lab)).toEqual(['esx.problem.net.vmknic.ip.duplicate']);
  });
});

describe('UpdateVirtualNic', () => {
  it('changes what is sent and leaves the rest', async () => {
    const caller = await createCaller();
    await caller.call('UpdateVirtualNic', networkSystem(caller, HOST), { device: 'vmk1', nic: { mtu: 1500 } });
    expect(findVmk(getHost(caller.lab.model, HOST), 'vmk1')).toMatchObject({
      mtuBytes: 1500,
      ipv4: { address: '192.168.40.51' },
      attachment: { portGroup: 'vMotion-old' },
    });
  });

  it.each([{ changeStackFault: 'HostConfigFault' as const }, { changeStackFault: 'InvalidArgument' as const }])(
    'refuses another netstack with $changeStackFault',
    async ({ changeStackFault }) => {
      const caller = await createCaller({ switches: { changeStackFault } });
      const update = caller.call('UpdateVirtualNic', networkSystem(caller, HOST), {
        device: 'vmk1',
        nic: aNic('192.168.40.51'),
      });
      expect(await faultOf(update)).toBe(changeStackFault);
    },
  );

  it('refuses an unknown device', async () => {
    const caller = await createCaller();
    const update = caller.call('UpdateVirtualNic', networkSystem(caller, HOST), { device: 'vmk9', nic: { mtu: 1500 } });
    expect(await faultOf(update)).toBe('NotFound');
  });

  it('leaves the adapter as it was when part of the change is refused', async () => {
    const caller = await createCaller();
    const before = structuredClone(getHost(caller.lab.model, HOST).network);
    const nic = { mtu: 1500, ip: { dhcp: false, ipAddress: '192.168.40.0', subnetMask: '255.255.255.0' } };
    const update = caller.call('UpdateVirtualNic', networkSystem(caller, HOST), { device: 'vmk1', nic });
    expect(await faultOf(update)).toBe('InvalidArgument');
    expect(getHost(caller.lab.model, HOST).network).toEqual(before);
  });
});

describe('RemoveVirtualNic', () => {
  it.each([
    { device: 'vmk9', fault: 'NotFound' },
    { device: 'vmk0', fault: 'HostConfigFault' },
  ])('answers $fault for $device', async ({ device, fault }) => {
    const caller = await createCaller();
    expect(await faultOf(caller.call('RemoveVirtualNic', networkSystem(caller, HOST), { device }))).toBe(fault);
  });

  it('takes the adapter out of every service', async () => {
    const caller = await createCaller();
    await caller.call('RemoveVirtualNic', networkSystem(caller, HOST), { device: 'vmk1' });
    expect(getHost(caller.lab.model, HOST).network.services.vmotion).toEqual([]);
  });
});
