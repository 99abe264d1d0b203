import { describe, expect, it } from 'vitest';
import { createLabVcenter, type LabOptions } from '../../infra/lab/vcenter/vcenter.ts';
import { getHost } from '../../infra/lab/vcenter/model.ts';
import { silentLog } from '../../shared/log.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { createLabTransport } from '../support/lab-transport.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { createFakeVcenter, Fault } from './fake-vcenter.ts';
import { inSession } from './in-session.ts';

const HOST = { type: 'HostSystem', value: 'host-12' };
const ISCSI = { type: 'IscsiManager', value: 'iscsiManager-12' };
const NOTHING = { servers: [], bound: [], unread: [] };

const volume = (change: object, mountInfo: object = {}) => ({
  mountInfo: { accessMode: 'readWrite', ...mountInfo },
  volume: {
    _type: 'HostNasVolume',
    type: 'NFS',
    name: 'ds',
    capacity: 1,
    remotePath: '/x',
    remoteHostNames: [],
    ...change,
  },
});
const hba = (change: object) => ({
  _type: 'HostInternetScsiHba',
  device: 'vmhba64',
  bus: 1,
  status: 'online',
  model: 'iSCSI Software Adapter',
  isSoftwareBased: true,
  iScsiName: 'iqn.x',
  configuredSendTarget: [{ address: '10.1.1.1', port: 3260 }],
  configuredStaticTarget: [],
  ...change,
});

/** One host with these volumes and adapters; left out: vCenter has no value for it. */
function serve({ volumes, hbas, missingSet = [] }: { volumes?: object[]; hbas?: object[]; missingSet?: object[] }) {
  const fake = createFakeVcenter();
  const property = (name: string, type: string, value: object[] | undefined) =>
    value === undefined ? [] : [{ name, val: { _type: `ArrayOf${type}`, _value: value } }];
  fake.answers['RetrievePropertiesEx'] = () => ({
    objects: [
      {
        obj: HOST,
        propSet: [
          { name: 'name', val: 'esx01' },
          ...property('config.fileSystemVolume.mountInfo', 'HostFileSystemMountInfo', volumes),
          ...property('config.storageDevice.hostBusAdapter', 'HostHostBusAdapter', hbas),
          { name: 'configManager.iscsiManager', val: { _type: 'ManagedObjectReference', _value: ISCSI } },
        ],
        missingSet,
      },
    ],
  });
  fake.answers['QueryBoundVnics'] = () => [];
  return fake;
}
const read = async (fake: ReturnType<typeof serve>) => {
  const [storage] = await inSession(fake, (session) => session.readStorage([HOST]));
  return storage;
};
const server = (kind: 'NFS' | 'iSCSI', name: string) => ({ kind, server: name });

describe('what a host has datastores from', () => {
  it('is every NFS server, with each of its addresses, once and in order', async () => {
    const volumes = [
      volume({ remoteHost: 'nas01' }),
      volume({ remoteHost: '10.1.1.9,10.1.1.8', remoteHostNames: ['10.1.1.8', '[fd00::8]'], type: 'NFS41' }),
      volume({ remoteHost: '10.1.1.9' }),
      {
        mountInfo: { accessMode: 'readWrite' },
        volume: { _type: 'HostFileSystemVolume', type: 'VMFS', name: 'l', capacity: 1 },
      },
    ];
    expect(await read(serve({ volumes, hbas: [] }))).toEqual({
      ...NOTHING,
      servers: [server('NFS', '10.1.1.8'), server('NFS', '10.1.1.9'), server('NFS', 'fd00::8'), server('NFS', 'nas01')],
    });
  });

  it('names the adapter that a mount is bound to', async () => {
    const fake = serve({ volumes: [volume({ remoteHost: '10.1.1.9' }, { vmknicName: 'vmk3' })], hbas: [] });
    expect((await read(fake))?.bound).toEqual([{ device: 'vmk3', to: 'NFS server 10.1.1.9' }]);
  });

  it('is every iSCSI target of adapters that use VMkernel adapters, with what they are bound to', async () => {
    const hbas = [
      hba({ configuredStaticTarget: [{ address: 'san01', iScsiName: 'iqn.t' }] }),
      hba({
        device: 'vmhba2',
        isSoftwareBased: false,
        networkBindingSupport: 'required',
        configuredSendTarget: [{ address: '10.2.2.2' }],
      }),
      hba({
        device: 'vmhba3',
        isSoftwareBased: false,
        networkBindingSupport: 'notsupported',
        configuredSendTarget: [{ address: '10.3.3.3' }],
      }),
      hba({ device: 'vmhba65', configuredSendTarget: [] }),
      { _type: 'HostHostBusAdapter', device: 'vmhba0', bus: 0, status: 'unknown', model: 'SATA' },
    ];
    const fake = serve({ volumes: [], hbas });
    const asked: unknown[] = [];
    fake.answers['QueryBoundVnics'] = ({ parameters }) => {
      asked.push(parameters);
      return [{ vnicDevice: 'vmk1' }, { pnicDevice: 'vmnic2' }];
    };
    expect(await read(fake)).toEqual({
      servers: [server('iSCSI', '10.1.1.1'), server('iSCSI', '10.2.2.2'), server('iSCSI', 'san01')],
      bound: [
        { device: 'vmk1', to: 'iSCSI adapter vmhba2' },
        { device: 'vmk1', to: 'iSCSI adapter vmhba64' },
      ],
      unread: [],
    });
    expect(asked).toMatchObject([{ iScsiHbaName: 'vmhba64' }, { iScsiHbaName: 'vmhba2' }]);
  });
});

describe('what vCenter does not tell of storage is unknown, and no failure', () => {
  it('where it has no value', async () => {
    expect(await read(serve({}))).toEqual({ ...NOTHING, unread: ['NFS', 'iSCSI'] });
  });

  it('where the account may not read it', async () => {
    const fault = { _type: 'NoPermission', object: HOST, privilegeId: 'System.Read' };
    const missingSet = [{ path: 'config.fileSystemVolume.mountInfo', fault: { fault, localizedMessage: 'no' } }];
    expect((await read(serve({ hbas: [], missingSet })))?.unread).toEqual(['NFS']);
  });

  it.each(['NoPermission', 'HostNotConnected'])(
    'where all of it is refused, or its bindings, with %s',
    async (_type) => {
      const fake = serve({ volumes: [], hbas: [hba({})] });
      fake.answers['QueryBoundVnics'] = () => {
        throw new Fault({
          _type,
          ...(_type === 'NoPermission' ? { object: ISCSI, privilegeId: 'Host.Config.Storage' } : {}),
        });
      };
      expect((await read(fake))?.unread).toEqual(['iSCSI port binding']);
      if (_type !== 'NoPermission') return;
      fake.answers['RetrievePropertiesEx'] = () => {
        throw new Fault({ _type, object: HOST, privilegeId: 'System.Read' });
      };
      expect(await read(fake)).toEqual({ ...NOTHING, unread: ['NFS', 'iSCSI'] });
    },
  );
});

describe('the simulated vCenter', () => {
  const onLab = async (options: LabOptions, deny?: string) => {
    const lab = createLabVcenter({ hosts: 3, clusters: ['cluster-a'], ...options });
    const clock = createVirtualClock();
    const hosts = ['esx01', 'esx02', 'esx03'].map((name) => getHost(lab.model, `${name}.lab.local`).moref);
    if (deny !== undefined) lab.model.privileges.missing.push({ entity: hosts[0]?.value ?? '', privilege: deny });
    const connect = () => createLabTransport(lab);
    const vsphere = createVsphere({ connect, credentials: async () => lab.credentials, clock, log: silentLog });
    return vsphere.withSession('lab', 'test', (session) => session.readStorage(hosts));
  };

  it('has hosts whose old adapters are their way to NFS and bound to iSCSI', async () => {
    expect(await onLab({ scenarios: ['storage-on-old-adapter'] })).toEqual([
      {
        servers: [server('iSCSI', '192.168.40.251')],
        bound: [{ device: 'vmk1', to: 'iSCSI adapter vmhba64' }],
        unread: [],
      },
      NOTHING,
      { ...NOTHING, servers: [server('NFS', '192.168.40.250')] },
    ]);
    expect(await onLab({})).toEqual([NOTHING, NOTHING, NOTHING]);
  });

  it('tells no binding to who may not see it', async () => {
    const [first] = await onLab({ scenarios: ['storage-on-old-adapter'] }, 'Host.Config.Storage');
    expect(first).toMatchObject({ bound: [], unread: ['iSCSI port binding'] });
  });
});
