import { type } from './notation.ts';

/** Virtual network adapters. Devices of other kinds are read as `VirtualDevice`: what they have in common. */
export const VIRTUAL_MACHINE_TYPES = {
  Description: type({ label: 'string', summary: 'string-' }),
  ElementDescription: type({ key: 'string' }, 'Description'),
  VirtualDevice: type({
    key: 'int',
    deviceInfo: 'Description^?',
    backing: 'VirtualDeviceBackingInfo^?',
    connectable: 'VirtualDeviceConnectInfo?',
    slotInfo: 'VirtualDeviceBusSlotInfo^?',
    controllerKey: 'int?',
    unitNumber: 'int?',
    numaNode: 'int?',
    deviceGroupInfo: 'VirtualDeviceDeviceGroupInfo?',
  }),
  VirtualDeviceConnectInfo: type({
    migrateConnect: 'string?',
    startConnected: 'boolean',
    allowGuestControl: 'boolean',
    connected: 'boolean',
    status: 'string?',
  }),
  VirtualDeviceBusSlotInfo: type({}),
  VirtualDeviceDeviceGroupInfo: type({ groupInstanceKey: 'int', sequenceId: 'int' }),
  VirtualDeviceBackingInfo: type({}),
  VirtualDeviceDeviceBackingInfo: type({ deviceName: 'string', useAutoDetect: 'boolean?' }, 'VirtualDeviceBackingInfo'),
  VirtualEthernetCardNetworkBackingInfo: type(
    { network: 'ManagedObjectReference?', inPassthroughMode: 'boolean?' },
    'VirtualDeviceDeviceBackingInfo',
  ),
  VirtualEthernetCardDistributedVirtualPortBackingInfo: type(
    { port: 'DistributedVirtualSwitchPortConnection' },
    'VirtualDeviceBackingInfo',
  ),
  VirtualEthernetCardOpaqueNetworkBackingInfo: type(
    { opaqueNetworkId: 'string', opaqueNetworkType: 'string' },
    'VirtualDeviceBackingInfo',
  ),
  VirtualEthernetCard: type(
    {
      addressType: 'string?',
      macAddress: 'string?',
      wakeOnLanEnabled: 'boolean?',
      resourceAllocation: 'VirtualEthernetCardResourceAllocation?',
      externalId: 'string?',
      uptCompatibilityEnabled: 'boolean?',
      subnetId: 'string?',
    },
    'VirtualDevice',
  ),
  VirtualEthernetCardResourceAllocation: type({ reservation: 'long?', share: 'SharesInfo', limit: 'long?' }),
  SharesInfo: type({ shares: 'int', level: 'string' }),
  VirtualPCNet32: type({}, 'VirtualEthernetCard'),
  VirtualE1000: type({}, 'VirtualEthernetCard'),
  VirtualE1000e: type({}, 'VirtualEthernetCard'),
  VirtualVmxnet: type({}, 'VirtualEthernetCard'),
  VirtualVmxnet2: type({}, 'VirtualVmxnet'),
  VirtualVmxnet3: type({ uptv2Enabled: 'boolean?' }, 'VirtualVmxnet'),
  VirtualVmxnet3Vrdma: type({ deviceProtocol: 'string?' }, 'VirtualVmxnet3'),
  VirtualSriovEthernetCard: type({ allowGuestOSMtuChange: 'boolean?' }, 'VirtualEthernetCard'),
} as const;
