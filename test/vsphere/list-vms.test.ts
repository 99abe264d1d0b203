import { describe, expect, it } from 'vitest';
import type { Moref } from '../../shared/domain/inventory.ts';
import { decodeAny, typed } from '../../shared/vsphere/codec.ts';
import { parseXml } from '../../shared/vsphere/xml.ts';
import { createFakeVcenter } from './fake-vcenter.ts';
import { inSession } from './in-session.ts';

const HOSTS: Moref[] = [
  { type: 'HostSystem', value: 'host-1' },
  { type: 'HostSystem', value: 'host-2' },
];

const DISTRIBUTED =
  '<backing xsi:type="VirtualEthernetCardDistributedVirtualPortBackingInfo"><port><switchUuid>50 11</switchUuid>' +
  '<portgroupKey>dvportgroup-42</portgroupKey><portKey>17</portKey></port></backing>';
const STANDARD =
  '<backing xsi:type="VirtualEthernetCardNetworkBackingInfo"><deviceName>VM Network</deviceName>' +
  '<useAutoDetect>false</useAutoDetect><network type="Network">network-7</network></backing>';
const OPAQUE =
  '<backing xsi:type="VirtualEthernetCardOpaqueNetworkBackingInfo"><opaqueNetworkId>seg-1</opaqueNetworkId>' +
  '<opaqueNetworkType>nsx.LogicalSwitch</opaqueNetworkType></backing>';
const DISK =
  '<backing xsi:type="VirtualDiskFlatVer2BackingInfo"><fileName>[ds] web.vmdk</fileName><diskMode>persistent</diskMode>' +
  '</backing>';

/** A device as vCenter sends it. */
const device = (type: string, label: string, backing: string) =>
  `<VirtualDevice xsi:type="${type}"><key>4000</key><deviceInfo><label>${label}</label><summary>s</summary>` +
  `</deviceInfo>${backing}<connectable><startConnected>true</startConnected>` +
  '<allowGuestControl>true</allowGuestControl><connected>true</connected></connectable></VirtualDevice>';

function vm(number: number, { name = `vm${number}`, state = 'poweredOn', devices = [] as string[] } = {}) {
  const hardware =
    '<val xmlns="urn:vim25" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="ArrayOfVirtualDevice">' +
    `${devices.join('')}</val>`;
  const list = (decodeAny(parseXml(hardware)) as { _type?: string }[]).map((one) =>
    // Types that only a server knows stand for themselves when read, and can't be written again.
    one._type === 'VirtualDisk' ? { ...one, _type: 'VirtualDevice', backing: undefined } : one,
  );
  const properties = {
    name,
    'runtime.host': typed('ManagedObjectReference', HOSTS[number % 2]),
    'runtime.powerState': typed('VirtualMachinePowerState', state),
    'config.hardware.device': typed('ArrayOfVirtualDevice', list),
  };
  return {
    obj: { type: 'VirtualMachine', value: `vm-${number}` },
    propSet: Object.entries(properties).map(([key, val]) => ({ name: key, val })),
  };
}

function list(...objects: ReturnType<typeof vm>[]) {
  const fake = createFakeVcenter();
  fake.answers['RetrievePropertiesEx'] = () => (objects.length === 0 ? undefined : { objects });
  return inSession(fake, async (session) => {
    const before = session.calls;
    const vms = await session.listVms(HOSTS);
    expect(session.calls - before).toBe(1);
    return vms;
  });
}

describe('virtual machines', () => {
  it('are listed with what their network adapters are plugged into, in one call', async () => {
    const vms = await list(
      vm(10, {
        devices: [
          device('VirtualDisk', 'Hard disk 1', DISK),
          device('VirtualVmxnet3', 'Network adapter 1', DISTRIBUTED),
          device('VirtualE1000e', 'Network adapter 2', STANDARD),
          device('VirtualVmxnet3', 'Network adapter 3', OPAQUE),
        ],
      }),
      vm(2, { name: 'db%2f2', state: 'poweredOff' }),
    );
    expect(vms).toEqual([
      {
        moref: { type: 'VirtualMachine', value: 'vm-2' },
        name: 'db/2',
        host: HOSTS[0],
        isPoweredOn: false,
        nics: [],
      },
      {
        moref: { type: 'VirtualMachine', value: 'vm-10' },
        name: 'vm10',
        host: HOSTS[0],
        isPoweredOn: true,
        nics: [
          {
            label: 'Network adapter 1',
            network: { kind: 'distributed', switchUuid: '50 11', portGroupKey: 'dvportgroup-42' },
          },
          { label: 'Network adapter 2', network: { kind: 'standard', name: 'VM Network' } },
          { label: 'Network adapter 3', network: { kind: 'other', name: 'seg-1' } },
        ],
      },
    ]);
  });

  it('may be none', async () => {
    expect(await list()).toEqual([]);
  });

  it('of a kind of adapter that is not known here are read by what it is plugged into', () => {
    const xml = device('VirtualVmxnet9', 'Network adapter 1', STANDARD).replace(
      '<VirtualDevice ',
      '<VirtualDevice xmlns="urn:vim25" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ',
    );
    expect(decodeAny(parseXml(xml))).not.toHaveProperty('backing');
    const array = parseXml(
      '<val xmlns="urn:vim25" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="ArrayOfVirtualDevice">' +
        `${device('VirtualVmxnet9', 'Network adapter 1', STANDARD)}</val>`,
    );
    expect(decodeAny(array)).toMatchObject([{ _type: 'VirtualVmxnet9', backing: { deviceName: 'VM Network' } }]);
  });
});
