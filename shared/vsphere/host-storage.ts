// What a host has its datastores from over the network, which no service of an adapter tells.
import type { HostStorage, Moref } from '../domain/inventory.ts';
import { compareNaturally } from '../domain/natural-order.ts';
import { OpsError } from '../errors.ts';
import { retrieveExisting } from './property-collector.ts';
import type { Session } from './session.ts';
import type { Vim } from './vim.ts';

const STORAGE_PATHS = [
  'name',
  'config.fileSystemVolume.mountInfo',
  'config.storageDevice.hostBusAdapter',
  'configManager.iscsiManager',
];

/** Credentials and options of an adapter, and what a volume lies on: most of the answer, and nobody's business here. */
const STORAGE_SKIP: ReadonlySet<string> = new Set([
  'extent',
  'capability',
  'discoveryCapabilities',
  'discoveryProperties',
  'authenticationCapabilities',
  'authenticationProperties',
  'digestCapabilities',
  'digestProperties',
  'ipCapabilities',
  'ipProperties',
  'supportedAdvancedOptions',
  'advancedOptions',
]);
/** How many hosts are asked for their port bindings at the same time. */
const HOSTS_AT_ONCE = 8;

type StorageProperties = {
  name?: string;
  'config.fileSystemVolume.mountInfo'?: Vim<'HostFileSystemMountInfo'>[];
  'config.storageDevice.hostBusAdapter'?: Vim<'HostHostBusAdapter'>[];
  'configManager.iscsiManager'?: Moref;
};
type IscsiHba = Vim<'HostInternetScsiHba'>;

/** The storage of these hosts, in their order: one call for all, and one more for each iSCSI adapter that has targets and uses
 * VMkernel adapters. What vCenter does not tell, or does not let the account see, is `unread`, and no failure. */
export async function readStorage(session: Session, hosts: readonly Moref[]): Promise<HostStorage[]> {
  const found = await readProperties(session, hosts);
  const storage: HostStorage[] = [];
  for (let from = 0; from < hosts.length; from += HOSTS_AT_ONCE) {
    const some = hosts.slice(from, from + HOSTS_AT_ONCE);
    storage.push(...(await Promise.all(some.map(({ value }) => toStorage(session, found.get(value) ?? {})))));
  }
  return storage;
}

async function readProperties(session: Session, hosts: readonly Moref[]): Promise<Map<string, StorageProperties>> {
  const toSpec = (some: readonly Moref[]) => ({
    propSet: [{ type: 'HostSystem', pathSet: STORAGE_PATHS }],
    objectSet: some.map((obj) => ({ obj })),
  });
  const options = { toSpec, skip: STORAGE_SKIP, hideable: new Set(['HostSystem']) };
  const rows = await unlessHidden(retrieveExisting(session, hosts, options), []);
  // The table decodes each path to the type that StorageProperties says.
  return new Map(rows.map(({ obj, properties }) => [obj.value, Object.fromEntries(properties) as StorageProperties]));
}

async function toStorage(session: Session, properties: StorageProperties): Promise<HostStorage> {
  const mounts = properties['config.fileSystemVolume.mountInfo'];
  const adapters = properties['config.storageDevice.hostBusAdapter'];
  const [nfs, hbas] = [(mounts ?? []).flatMap(toMount), (adapters ?? []).filter(isIscsi).filter(isOnVmk)];
  const ports = await Promise.all(hbas.map((hba) => readPorts(session, properties, hba)));
  const unread: HostStorage['unread'] = [];
  if (mounts === undefined) unread.push('NFS');
  if (adapters === undefined) unread.push('iSCSI');
  if (ports.includes(undefined)) unread.push('iSCSI port binding');
  return {
    servers: once([
      ...nfs.flatMap(({ servers }) => servers.map((server) => ({ kind: 'NFS' as const, server }))),
      ...hbas.flatMap(targetsOf).map((server) => ({ kind: 'iSCSI' as const, server })),
    ]),
    bound: once([...nfs.flatMap(({ bound }) => bound), ...ports.flatMap((some) => some ?? [])]),
    unread,
  };
}

type Mount = { servers: string[]; bound: HostStorage['bound'] };

/** Empty for a volume that is no network's. NFS 4.1 may name several servers, in one text or in a list. */
function toMount({ mountInfo, volume }: Vim<'HostFileSystemMountInfo'>): Mount[] {
  if (!isNas(volume)) return [];
  const named = [...(volume.remoteHost ?? '').split(','), ...volume.remoteHostNames].map(toServer);
  const servers = [...new Set(named.filter((one) => one !== ''))];
  const device = mountInfo?.vmknicName ?? '';
  const bound = device === '' ? [] : [{ device, to: `NFS server ${servers.join(', ')}` }];
  return [{ servers, bound }];
}

const isNas = (volume: object): volume is Vim<'HostNasVolume'> => '_type' in volume && volume._type === 'HostNasVolume';

const isIscsi = (hba: object): hba is IscsiHba => '_type' in hba && hba._type === 'HostInternetScsiHba';

/** One that has targets, and no network of its own. */
function isOnVmk(hba: IscsiHba): boolean {
  const { isSoftwareBased, networkBindingSupport } = hba;
  const isBindable = networkBindingSupport === 'optional' || networkBindingSupport === 'required';
  return (isSoftwareBased === true || isBindable) && targetsOf(hba).length > 0;
}

function targetsOf(hba: IscsiHba): string[] {
  return [...hba.configuredSendTarget, ...hba.configuredStaticTarget].map(({ address }) => toServer(address));
}

/** IPv6 may stand in brackets. */
const toServer = (text: string): string => text.trim().replace(/^\[(.*)\]$/, '$1');

/** IscsiManager.QueryBoundVnics. `undefined` where the account may not ask (it takes Host.Config.Storage), or nobody can
 * be asked. */
async function readPorts(
  session: Session,
  { name, 'configManager.iscsiManager': manager }: StorageProperties,
  { device: iScsiHbaName }: IscsiHba,
): Promise<HostStorage['bound'] | undefined> {
  if (manager === undefined) return undefined;
  const options = { about: name, skip: new Set(['vnic', 'pnic']) };
  const asked = session.call('QueryBoundVnics', manager, { iScsiHbaName }, options);
  const ports = await asked.catch((error: unknown) => {
    if (error instanceof OpsError && (error.retry === 'never' || error.fault !== undefined)) return undefined;
    throw error;
  });
  return ports?.flatMap(({ vnicDevice: device }) =>
    device === undefined ? [] : [{ device, to: `iSCSI adapter ${iScsiHbaName}` }],
  );
}

async function unlessHidden<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  return reading.catch((error: unknown) => {
    if (error instanceof OpsError && error.code === 'vcenter-no-permission') return otherwise;
    throw error;
  });
}

/** Each once, in an order that does not depend on vCenter's. */
function once<T extends object>(values: T[]): T[] {
  const byText = new Map(values.map((value) => [Object.values(value).join(' '), value]));
  return [...byText].toSorted(([left], [right]) => compareNaturally(left, right)).map(([, value]) => value);
}
