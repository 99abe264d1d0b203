import { describe, expect, it } from 'vitest';
import { type Device, findPort, type Fabric } from '../../infra/lab/vcenter/fabric.ts';
import {
  findPortGroup,
  findVmk,
  getHost,
  type LabModel,
  type LabPortGroup,
  type LabVmk,
} from '../../infra/lab/vcenter/model.ts';
import { computePing, type PingInput } from '../../infra/lab/vcenter/ping.ts';
import { layer3Addresses } from '../../infra/lab/vcenter/topology.ts';
import type { LabOptions } from '../../infra/lab/vcenter/vcenter.ts';
import { addAdapter, aNic, createCaller, setGateway } from './vcenter-client.ts';

const [ESX01, ESX02] = ['esx01.lab.local', 'esx02.lab.local'];

/** cluster-a with both islands and cluster-l3 with its gateways, as the lab's profile wants them. */
async function enabledLab(options: LabOptions = {}): Promise<LabModel> {
  const caller = await createCaller(options);
  const [clusterA, clusterL3] = caller.lab.model.clusters;
  for (const host of clusterA?.hosts ?? []) {
    const octet = 51 + host.index;
    await addAdapter(caller, host.name, {
      portGroup: 'vMotion-A',
      vlanId: 101,
      uplink: 'vmnic2',
      nic: aNic(`172.16.1.${octet}`),
    });
    await addAdapter(caller, host.name, {
      portGroup: 'vMotion-B',
      vlanId: 102,
      uplink: 'vmnic3',
      nic: aNic(`172.16.2.${octet}`),
    });
  }
  for (const host of clusterL3?.hosts ?? []) {
    const { address, gateway } = layer3Addresses(host.index);
    const nic = aNic(address, { ip: { dhcp: false, ipAddress: address, subnetMask: '255.255.255.252' } });
    await addAdapter(caller, host.name, { portGroup: 'vMotion-L3', vlanId: 200, uplink: 'vmnic2', nic });
    await setGateway(caller, host.name, gateway);
  }
  return caller.lab.model;
}

/** "3/3", or the first error. */
function ping(model: LabModel, host: string, input: Partial<PingInput>): string {
  const full = {
    interface: 'vmk2',
    netstack: 'vmotion',
    host: '172.16.1.52',
    size: 56,
    count: 3,
    df: false,
    ttl: 64,
    ...input,
  };
  const answer = computePing(model, 1, getHost(model, host), full);
  return answer.kind === 'fault' ? (answer.errors[0] ?? '') : `${answer.replies.length}/${answer.sent}`;
}

const FULL = { size: 8972, df: true };

describe('ping of a lab as the profile wants it', () => {
  const UNREACHABLE = 'sendto() failed (Network is unreachable)';
  it.each([
    { what: 'a neighbour of the same island', input: {}, says: '3/3' },
    { what: 'it with full-size packets', input: FULL, says: '3/3' },
    { what: 'one byte more', input: { size: 8973, df: true }, says: 'sendto() failed (Message too long)' },
    { what: 'one byte more in pieces', input: { size: 8973 }, says: '3/3' },
    { what: 'the other island', input: { host: '172.16.2.52' }, says: UNREACHABLE },
    { what: 'the other island’s neighbour', input: { interface: 'vmk3', host: '172.16.2.52' }, says: '3/3' },
    { what: 'nobody', input: { host: '172.16.1.200' }, says: '0/3' },
    { what: 'its own address', input: { host: '172.16.1.51' }, says: '3/3' },
    { what: 'without the interface', input: { interface: undefined }, says: '3/3' },
    {
      what: 'without the netstack',
      input: { netstack: undefined },
      says: "Unknown interface 'vmk2': Invalid argument",
    },
    {
      what: 'an adapter of another stack',
      input: { interface: 'vmk0' },
      says: "Unknown interface 'vmk0': Invalid argument",
    },
    {
      what: 'an interface that is not there',
      input: { interface: 'vmk9' },
      says: "Unknown interface 'vmk9': Invalid argument",
    },
    {
      what: 'on a stack that is not live',
      input: { netstack: 'vSphereProvisioning' },
      says: "Unable to find netstack instance 'vSphereProvisioning': the netstack is not active",
    },
    {
      what: 'the management gateway from the default stack',
      input: { netstack: undefined, interface: 'vmk0', host: '10.0.0.1' },
      says: '3/3',
    },
    {
      what: 'another management network through it',
      input: { netstack: undefined, interface: 'vmk0', host: '10.0.8.51' },
      says: '3/3',
    },
    { what: 'the vMotion network from management', input: { netstack: undefined, interface: 'vmk0' }, says: '0/3' },
  ])('$what: $says', async ({ input, says }) => {
    expect(ping(await enabledLab(), ESX01, input)).toBe(says);
  });

  const l3 = (index: number) => layer3Addresses(index);
  it.each([
    { what: 'another host through both gateways', input: { host: l3(1).address }, says: '3/3' },
    { what: 'it with full-size packets', input: { host: l3(1).address, ...FULL }, says: '3/3' },
    { what: 'its own gateway', input: { host: l3(0).gateway }, says: '3/3' },
    { what: 'another host’s gateway', input: { host: l3(1).gateway }, says: '3/3' },
    { what: 'with a TTL of one', input: { host: l3(1).address, ttl: 1 }, says: '0/3' },
    { what: 'an address of no subnet', input: { host: '172.18.0.1' }, says: '0/3' },
    { what: 'the islands, which nobody routes', input: { host: '172.16.1.51' }, says: '0/3' },
    { what: 'by way of a next hop that is nobody', input: { host: l3(1).address, nexthop: '172.17.8.3' }, says: '0/3' },
  ])('across subnets, $what: $says', async ({ input, says }) => {
    // esx12 and esx11 carry vSAN on vmk2, so their vMotion adapter is vmk3.
    expect(ping(await enabledLab(), 'esx11.lab.local', { interface: 'vmk3', ...input })).toBe(says);
  });

  it('answers with microseconds that are the same each time, and longer through a router', async () => {
    const model = await enabledLab();
    const times = (host: string, device: string, address: string) => {
      const input = { interface: device, netstack: 'vmotion', host: address, size: 56, count: 2, df: true, ttl: 64 };
      const answer = computePing(model, 1, getHost(model, host), input);
      return answer.kind === 'sent' ? answer.replies.map(({ micros, ttl }) => ({ micros, ttl })) : [];
    };
    const near = times(ESX01, 'vmk2', '172.16.1.52');
    expect(times(ESX01, 'vmk2', '172.16.1.52')).toEqual(near);
    expect(near.every(({ micros, ttl }) => micros >= 130 && micros < 400 && ttl === 64)).toBe(true);
    expect(times('esx11.lab.local', 'vmk3', l3(1).address).every(({ ttl }) => ttl === 63)).toBe(true);
  });
});

describe('ping of a lab in which something is wrong', () => {
  type Change = (parts: { model: LabModel; fabric: Fabric; vmk: LabVmk; portGroup: LabPortGroup }) => void;
  const port = (fabric: Fabric, host: string, pnic: string) => {
    const found = findPort(fabric, host, pnic);
    if (found === undefined) throw new Error(`no port ${pnic}`);
    return found;
  };
  const link = (model: LabModel, pnic: string, speedMb: number | undefined) => {
    for (const one of getHost(model, ESX02).network.pnics) if (one.device === pnic) one.speedMb = speedMb;
  };
  it.each<{ what: string; change: Change; small: string; full: string }>([
    { what: 'nothing', change: () => undefined, small: '3/3', full: '3/3' },
    {
      what: 'another VLAN on the port group',
      change: ({ portGroup }) => void (portGroup.vlanId = 103),
      small: '0/3',
      full: '0/3',
    },
    {
      what: 'a switch port without the VLAN',
      change: ({ fabric }) => void (port(fabric, ESX02, 'vmnic2').vlans = [1, 40, 102]),
      small: '0/3',
      full: '0/3',
    },
    {
      what: 'a switch port of 1500 bytes',
      change: ({ fabric }) => void (port(fabric, ESX02, 'vmnic2').mtuBytes = 1500),
      small: '3/3',
      full: '0/3',
    },
    {
      what: 'a vSwitch of 1500 bytes',
      change: ({ model }) => setSwitchMtu(model, ESX02, 1500),
      small: '3/3',
      full: '0/3',
    },
    { what: 'the target’s MTU at 1500', change: ({ vmk }) => void (vmk.mtuBytes = 1500), small: '3/3', full: '0/3' },
    {
      what: 'the active uplink’s link down',
      change: ({ model }) => link(model, 'vmnic2', undefined),
      small: '0/3',
      full: '0/3',
    },
    {
      what: 'the unused uplink’s link down',
      change: ({ model }) => link(model, 'vmnic3', undefined),
      small: '3/3',
      full: '3/3',
    },
    {
      what: 'the active uplink down and a standby',
      change: ({ model, portGroup }) => {
        link(model, 'vmnic2', undefined);
        portGroup.policy.nicTeaming = { nicOrder: { activeNic: ['vmnic2'], standbyNic: ['vmnic3'] } };
      },
      small: '3/3',
      full: '3/3',
    },
    {
      what: 'the target switched off',
      change: ({ model }) => void (getHost(model, ESX02).isRunning = false),
      small: '0/3',
      full: '0/3',
    },
    {
      what: 'an access list from esx01 to esx02',
      change: ({ fabric }) => void fabric.acls.push({ fromHost: ESX01, toHost: ESX02, vlans: [101] }),
      small: '0/3',
      full: '0/3',
    },
    {
      what: 'an access list from esx02 to esx01',
      change: ({ fabric }) => void fabric.acls.push({ fromHost: ESX02, toHost: ESX01, vlans: [101] }),
      small: '3/3',
      full: '3/3',
    },
    {
      what: 'a device with the target’s address',
      change: ({ fabric }) =>
        void fabric.devices.push({
          name: 'printer',
          address: '172.16.1.52',
          leaf: 'leaf-a',
          vlanId: 101,
          mtuBytes: 1500,
        }),
      small: '3/3',
      full: '1/3',
    },
    {
      what: 'the source’s address on a device',
      change: ({ fabric }) =>
        void fabric.devices.push({
          name: 'printer',
          address: '172.16.1.51',
          leaf: 'leaf-a',
          vlanId: 101,
          mtuBytes: 9216,
        }),
      small: '1/3',
      full: '1/3',
    },
  ])('$what: small pings $small, full-size ones $full', async ({ change, small, full }) => {
    const model = await enabledLab();
    const vmk = findVmk(getHost(model, ESX02), 'vmk2');
    const portGroup = findPortGroup(getHost(model, ESX02), 'vMotion-A');
    if (vmk === undefined || portGroup === undefined) throw new Error('the lab is not enabled');
    change({ model, fabric: model.fabric, vmk, portGroup });
    expect(ping(model, ESX01, {})).toBe(small);
    expect(ping(model, ESX01, FULL)).toBe(full);
  });

  it('loses what a host without a route back receives', async () => {
    const model = await enabledLab();
    const stack = getHost(model, 'esx12.lab.local').network.netstacks.find(({ key }) => key === 'vmotion');
    if (stack !== undefined) stack.gateway = undefined;
    expect(ping(model, 'esx11.lab.local', { interface: 'vmk3', host: layer3Addresses(1).address })).toBe('0/3');
  });

  it.each([
    { what: 'with a gateway of its own', change: () => undefined, says: '3/3' },
    { what: 'without one', change: (device: Device) => void delete device.gateway, says: '0/3' },
    {
      what: 'with a gateway that nobody has',
      change: (device: Device) => void (device.gateway = '172.17.8.3'),
      says: '0/3',
    },
    {
      what: 'whose gateway is down',
      change: (_: Device, fabric: Fabric) => {
        for (const one of fabric.gateways) if (one.address === layer3Addresses(1).gateway) one.isUp = false;
      },
      says: '0/3',
    },
  ])('hears through routers from a device $what: $says', async ({ change, says }) => {
    const model = await enabledLab();
    const { address, gateway } = layer3Addresses(1);
    const other = getHost(model, 'esx12.lab.local');
    other.network.vmks = other.network.vmks.filter((vmk) => vmk.ipv4.address !== address);
    const leaf = findPort(model.fabric, 'esx12.lab.local', 'vmnic2')?.leaf ?? '';
    const device: Device = { name: 'printer', address, leaf, vlanId: 200, mtuBytes: 1500, gateway };
    const ask = () => ping(model, 'esx11.lab.local', { interface: 'vmk3', host: address });
    expect(ask()).toBe('0/3');
    model.fabric.devices.push(device);
    change(device, model.fabric);
    expect(ask()).toBe(says);
  });

  it('takes an adapter’s own gateway before the stack’s', async () => {
    const model = await enabledLab();
    const vmk = findVmk(getHost(model, 'esx11.lab.local'), 'vmk3');
    if (vmk !== undefined) vmk.gatewayOverride = '172.17.8.3';
    expect(ping(model, 'esx11.lab.local', { interface: 'vmk3', host: layer3Addresses(1).address })).toBe('0/3');
  });
});

function setSwitchMtu(model: LabModel, host: string, mtuBytes: number): void {
  for (const one of getHost(model, host).network.switches) if (one.name === 'vSwitch1') one.mtuBytes = mtuBytes;
}
