import { type } from './notation.ts';

/** Less than VMware has, where nobody reads it: credentials, options and what a volume is made of. */
export const STORAGE_TYPES = {
  HostFileSystemVolumeInfo: type({ volumeTypeList: 'string*', mountInfo: 'HostFileSystemMountInfo*' }),
  HostFileSystemMountInfo: type({
    mountInfo: 'HostMountInfo-',
    volume: 'HostFileSystemVolume^',
    vStorageSupport: 'string?',
  }),
  HostMountInfo: type({
    path: 'string?',
    accessMode: 'string-',
    mounted: 'boolean?',
    accessible: 'boolean?',
    inaccessibleReason: 'string?',
    vmknicName: 'string?',
    vmknicActive: 'boolean?',
    mountFailedReason: 'string?',
    numTcpConnections: 'int?',
  }),
  HostFileSystemVolume: type({ type: 'string-', name: 'string-', capacity: 'long-' }),
  HostNasVolume: type(
    {
      remoteHost: 'string-',
      remotePath: 'string-',
      userName: 'string?',
      remoteHostNames: 'string*',
      securityType: 'string?',
      protocolEndpoint: 'boolean?',
    },
    'HostFileSystemVolume',
  ),
  HostStorageDeviceInfo: type({ hostBusAdapter: 'HostHostBusAdapter^*' }),
  HostHostBusAdapter: type({
    key: 'string?',
    device: 'string',
    bus: 'int-',
    status: 'string-',
    model: 'string-',
    driver: 'string?',
    pci: 'string?',
    storageProtocol: 'string?',
  }),
  HostInternetScsiHba: type(
    {
      isSoftwareBased: 'boolean-',
      canBeDisabled: 'boolean?',
      networkBindingSupport: 'string?',
      iScsiName: 'string-',
      iScsiAlias: 'string?',
      configuredSendTarget: 'HostInternetScsiHbaSendTarget*',
      configuredStaticTarget: 'HostInternetScsiHbaStaticTarget*',
    },
    'HostHostBusAdapter',
  ),
  HostInternetScsiHbaSendTarget: type({ address: 'string', port: 'int?' }),
  HostInternetScsiHbaStaticTarget: type({ address: 'string', port: 'int?', iScsiName: 'string-' }),
  IscsiPortInfo: type({ vnicDevice: 'string?', pnicDevice: 'string?' }),
} as const;
