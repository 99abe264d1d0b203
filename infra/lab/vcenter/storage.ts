// What hosts have datastores from over the network: NFS mounts, and the software iSCSI adapter with its targets.
import { DEFAULT_NETSTACK } from '../../../shared/domain/inventory.ts';
import { contains, isAddress, toCidrs } from '../../../shared/domain/ip-network.ts';
import type { Vim, VimInput } from '../../../shared/vsphere/vim.ts';
import type { LabHost, LabModel } from './model.ts';
import { allHosts } from './model.ts';
import type { Lazy } from './property-path.ts';
import { oldAdapter, type Turn } from './starting-point.ts';
import { VimFault } from './vim-fault.ts';

/** `bound`: the adapters that iSCSI is bound to. */
export type LabStorage = {
  nfs: { datastore: string; server: string }[];
  iscsi: { targets: string[]; bound: string[] };
};

/** A host without any has a disk of its own, and an iSCSI adapter only once it has targets. */
export const NO_STORAGE: LabStorage = { nfs: [], iscsi: { targets: [], bound: [] } };

const HBA = 'vmhba64';
const ISCSI_PORT = 3260;

/** The parts of HostConfigInfo. */
export function storageConfig(host: LabHost): Lazy {
  return {
    storageDevice: { hostBusAdapter: () => [LOCAL_HBA, ...(hasTargets(host) ? [iscsiHba(host)] : [])] },
    fileSystemVolume: {
      volumeTypeList: () => ['VMFS', 'NFS', 'NFS41', 'OTHER'],
      mountInfo: () => [LOCAL_VOLUME, ...host.storage.nfs.map((mount) => nfsVolume(host, mount))],
    },
  };
}

/** IscsiManager.QueryBoundVnics. */
export function queryBoundVnics(host: LabHost, hba: string): Vim<'IscsiPortInfo'>[] {
  if (hba !== HBA || !hasTargets(host))
    throw new VimFault('NotFound', 'The object or item referred to could not be found.');
  return host.storage.iscsi.bound.map((vnicDevice) => ({ vnicDevice }));
}

/** The unlucky host of each cluster mounts NFS by its old vMotion adapter, and the first has iSCSI bound to its own. */
export const putStorageOnOldAdapter: Turn = (model: LabModel, on) => {
  for (const host of allHosts(model)) {
    if (!host.isUnlucky && host.index !== 0) continue;
    host.storage = structuredClone(NO_STORAGE);
    const vmk = oldAdapter(host);
    const network = vmk?.ipv4.address?.replace(/\.\d+$/, '');
    if (!on || vmk === undefined || network === undefined) continue;
    if (host.isUnlucky) host.storage.nfs = [{ datastore: 'nfs-01', server: `${network}.250` }];
    else host.storage.iscsi = { targets: [`${network}.251`], bound: [vmk.device] };
  }
};

/** Whether the default stack has an adapter in the server's subnet. One that has only a name is somewhere else. */
function reachesStorage(host: LabHost, server: string): boolean {
  if (!isAddress(server)) return true;
  return host.network.vmks.some(
    (vmk) => vmk.netstack === DEFAULT_NETSTACK && toCidrs(vmk.ipv4).some((subnet) => contains(subnet, server)),
  );
}

/** The storage that the host has by way of its VMkernel adapters now, a text for each. */
export function storageInReach(host: LabHost): string[] {
  const { nfs, iscsi } = host.storage;
  const servers = [...nfs.map(({ server }) => server), ...iscsi.targets].filter((one) => reachesStorage(host, one));
  const bound = iscsi.bound.filter((device) => host.network.vmks.some((vmk) => vmk.device === device));
  return [...servers, ...bound.map((device) => `iSCSI bound to ${device}`)];
}

const hasTargets = ({ storage }: LabHost): boolean => storage.iscsi.targets.length > 0;

const LOCAL_VOLUME: VimInput<'HostFileSystemMountInfo'> = {
  mountInfo: { path: '/vmfs/volumes/local', accessMode: 'readWrite', mounted: true, accessible: true },
  volume: { _type: 'HostFileSystemVolume', type: 'VMFS', name: 'local', capacity: 549_755_813_888 },
};

function nfsVolume(host: LabHost, mount: LabStorage['nfs'][number]): VimInput<'HostFileSystemMountInfo'> {
  const accessible = reachesStorage(host, mount.server);
  const mountInfo = {
    path: `/vmfs/volumes/${mount.datastore}`,
    accessMode: 'readWrite',
    mounted: true,
    accessible,
    ...(accessible ? {} : { inaccessibleReason: 'AllPathsDown_Start' }),
  };
  const volume: VimInput<'HostNasVolume'> & { _type: string } = {
    _type: 'HostNasVolume',
    type: 'NFS',
    name: mount.datastore,
    capacity: 4_398_046_511_104,
    remoteHost: mount.server,
    remotePath: `/export/${mount.datastore}`,
    remoteHostNames: [mount.server],
    protocolEndpoint: false,
  };
  return { mountInfo, volume };
}

const LOCAL_HBA: VimInput<'HostHostBusAdapter'> & { _type: string } = {
  _type: 'HostHostBusAdapter',
  key: 'key-vim.host.BlockHba-vmhba0',
  device: 'vmhba0',
  bus: 0,
  status: 'unknown',
  model: 'Lab SATA Controller',
};

function iscsiHba({ name, storage }: LabHost): VimInput<'HostInternetScsiHba'> & { _type: string } {
  const own = `iqn.1998-01.com.vmware:${name.split('.')[0] ?? name}`;
  const target = (address: string) => ({ address, port: ISCSI_PORT });
  return {
    _type: 'HostInternetScsiHba',
    key: `key-vim.host.InternetScsiHba-${HBA}`,
    device: HBA,
    bus: 1,
    status: 'online',
    model: 'iSCSI Software Adapter',
    driver: 'iscsi_vmk',
    isSoftwareBased: true,
    canBeDisabled: true,
    networkBindingSupport: 'optional',
    iScsiName: own,
    configuredSendTarget: storage.iscsi.targets.map(target),
    configuredStaticTarget: storage.iscsi.targets.map((address) => ({
      ...target(address),
      iScsiName: 'iqn.2001-05.lab:lun0',
    })),
  };
}
