import { describe, expect, it } from 'vitest';
import { getHost } from '../../infra/lab/vcenter/model.ts';
import type { VimInput } from '../../shared/vsphere/vim.ts';
import { encodeEnvelope } from '../../shared/vsphere/envelope.ts';
import { encodeOperation } from '../../shared/vsphere/operation-codec.ts';
import {
  createCaller,
  faultOf,
  type LabCaller,
  PROPERTY_COLLECTOR,
  readProperty,
  ROOT_FOLDER,
} from './vcenter-client.ts';

const HOST = 'esx01.lab.local';
const SEARCH_INDEX = { type: 'SearchIndex', value: 'SearchIndex' };
const VIEW_MANAGER = { type: 'ViewManager', value: 'ViewManager' };

const to = (...names: string[]) => names.map((name) => ({ name }));
const walk = (name: string, type: string, path: string, then: string[]) => ({
  _type: 'TraversalSpec',
  name,
  type,
  path,
  skip: false,
  selectSet: to(...then),
});

/** Everything from the root folder down, by three traversals that refer to each other. */
function inventorySpec(propSet: VimInput<'PropertySpec'>[]): VimInput<'PropertyFilterSpec'> {
  const selectSet = [
    walk('f', 'Folder', 'childEntity', ['f', 'd', 'c']),
    walk('d', 'Datacenter', 'hostFolder', ['f']),
    walk('c', 'ComputeResource', 'host', []),
  ];
  return { propSet, objectSet: [{ obj: ROOT_FOLDER, skip: false, selectSet }] };
}

const retrieve = (caller: LabCaller, spec: VimInput<'PropertyFilterSpec'>, maxObjects?: number) =>
  caller.call('RetrievePropertiesEx', PROPERTY_COLLECTOR, { specSet: [spec], options: { maxObjects } });

describe('RetrievePropertiesEx', () => {
  it('reads the whole inventory in one call, a base type matching its subtypes', async () => {
    const caller = await createCaller({ hosts: 2 });
    const answer = await retrieve(
      caller,
      inventorySpec([
        { type: 'Folder', pathSet: ['name'] },
        { type: 'ComputeResource', pathSet: ['name', 'host'] },
        { type: 'HostSystem', pathSet: ['name', 'runtime.connectionState'] },
      ]),
    );
    const names = answer?.objects.map(({ obj, propSet }) =>
      [obj.type, propSet.find((one) => one.name === 'name')?.val].join(' '),
    );
    expect(names).toEqual([
      'Folder Datacenters',
      'Folder host',
      'ClusterComputeResource cluster-a',
      'HostSystem esx01.lab.local',
      'HostSystem esx02.lab.local',
      'ClusterComputeResource cluster-l3',
      'HostSystem esx11.lab.local',
      'HostSystem esx12.lab.local',
    ]);
  });

  it('gives the properties of ManagedEntity to every entity', async () => {
    const caller = await createCaller({ hosts: 1 });
    const answer = await retrieve(caller, inventorySpec([{ type: 'ManagedEntity', pathSet: ['name'] }]));
    expect(answer?.objects).toHaveLength(7);
  });

  it('types an enumeration by its own name, as vCenter does', async () => {
    const caller = await createCaller();
    const { moref } = getHost(caller.lab.model, HOST);
    const specSet = [
      { propSet: [{ type: 'HostSystem', pathSet: ['runtime.connectionState'] }], objectSet: [{ obj: moref }] },
    ];
    const operation = encodeOperation('RetrievePropertiesEx', PROPERTY_COLLECTOR, { specSet, options: {} });
    const { body } = await caller.send(encodeEnvelope(operation));
    expect(body).toContain('<val xsi:type="HostSystemConnectionState">connected</val>');
  });

  it.each([
    {
      path: 'config.network.vnic',
      holds: [expect.objectContaining({ device: 'vmk0' }), expect.objectContaining({ device: 'vmk1' })],
    },
    { path: 'config.network.ipRouteConfig', holds: expect.objectContaining({ defaultGateway: '10.0.0.1' }) },
    { path: 'config.network.ipRouteConfig.defaultGateway', holds: '10.0.0.1' },
    { path: 'config.network.ipV6Enabled', holds: true },
    { path: 'config.product.version', holds: '8.0.3' },
    {
      path: 'config.virtualNicManagerInfo.netConfig',
      holds: expect.arrayContaining([expect.objectContaining({ nicType: 'vmotion' })]),
    },
    { path: 'summary.config.vmotionEnabled', holds: true },
    { path: 'summary', holds: expect.objectContaining({ config: expect.objectContaining({ name: HOST }) }) },
    { path: 'configManager.networkSystem', holds: { type: 'HostNetworkSystem', value: 'networkSystem-20' } },
    { path: 'capability', holds: undefined },
  ])('answers $path', async ({ path, holds }) => {
    const caller = await createCaller();
    expect(await readProperty(caller, getHost(caller.lab.model, HOST).moref, path)).toEqual(holds);
  });

  it.each([
    { what: 'an unknown path', type: 'HostSystem', path: 'config.network.vnics', fault: 'InvalidProperty' },
    { what: 'a path into a list', type: 'HostSystem', path: 'config.network.vnic.device', fault: 'InvalidProperty' },
    { what: 'a path that another type has', type: 'Folder', path: 'host', fault: 'InvalidProperty' },
    { what: 'an unknown type', type: 'HostSytem', path: 'name', fault: 'InvalidType' },
  ])('refuses $what with $fault', async ({ type, path, fault }) => {
    const caller = await createCaller();
    expect(await faultOf(retrieve(caller, inventorySpec([{ type, pathSet: [path] }])))).toBe(fault);
  });

  it('refuses an object that is gone, or leaves it out where it is told to', async () => {
    const caller = await createCaller();
    const spec = {
      propSet: [{ type: 'HostSystem', pathSet: ['name'] }],
      objectSet: [{ obj: { type: 'HostSystem', value: 'host-1' } }],
    };
    expect(await faultOf(retrieve(caller, spec))).toBe('ManagedObjectNotFound');
    expect(await retrieve(caller, { ...spec, reportMissingObjectsInResults: true })).toBeUndefined();
  });

  it('shows what was changed behind its back', async () => {
    const caller = await createCaller();
    const host = getHost(caller.lab.model, HOST);
    const mtus = async () => {
      const vnics = await readProperty(caller, host.moref, 'config.network.vnic');
      return (vnics as { spec: { mtu: number } }[]).map(({ spec }) => spec.mtu);
    };
    expect(await mtus()).toEqual([1500, 9000]);
    for (const vmk of host.network.vmks) vmk.mtuBytes = 4000;
    expect(await mtus()).toEqual([4000, 4000]);
  });

  it('shows no configuration of a host it cannot reach, and its state', async () => {
    const caller = await createCaller({ scenarios: ['host-down'] });
    const { moref } = getHost(caller.lab.model, 'esx03.lab.local');
    expect(await readProperty(caller, moref, 'config.network.vnic')).toBeUndefined();
    expect(await readProperty(caller, moref, 'runtime.networkRuntimeInfo')).toBeUndefined();
    const cached = await createCaller({ scenarios: ['host-down'], switches: { configOfUnreachableHost: 'cached' } });
    expect(await readProperty(cached, moref, 'config.network.vnic')).toHaveLength(2);
  });

  it('answers in pages with tokens that are good for one use', async () => {
    const caller = await createCaller({ switches: { pageSize: 3 } });
    const first = await retrieve(caller, inventorySpec([{ type: 'HostSystem', pathSet: ['name'] }]));
    const token = first?.token ?? '';
    expect(first?.objects).toHaveLength(3);
    const second = await caller.call('ContinueRetrievePropertiesEx', PROPERTY_COLLECTOR, { token });
    const third = await caller.call('ContinueRetrievePropertiesEx', PROPERTY_COLLECTOR, { token: second.token ?? '' });
    expect([second.objects.length, third.objects.length, third.token]).toEqual([3, 2, undefined]);
    const again = caller.call('ContinueRetrievePropertiesEx', PROPERTY_COLLECTOR, { token });
    expect(await faultOf(again)).toBe('InvalidProperty');
  });

  it('stops a paged answer with CancelRetrievePropertiesEx, and makes pages of maxObjects', async () => {
    const caller = await createCaller();
    const first = await retrieve(caller, inventorySpec([{ type: 'HostSystem', pathSet: ['name'] }]), 2);
    const token = first?.token ?? '';
    expect(first?.objects).toHaveLength(2);
    await caller.call('CancelRetrievePropertiesEx', PROPERTY_COLLECTOR, { token });
    expect(await faultOf(caller.call('ContinueRetrievePropertiesEx', PROPERTY_COLLECTOR, { token }))).toBe(
      'InvalidProperty',
    );
  });
});

describe('views and paths', () => {
  it('list hosts below a container until they are destroyed', async () => {
    const caller = await createCaller();
    const view = await caller.call('CreateContainerView', VIEW_MANAGER, {
      container: ROOT_FOLDER,
      type: ['HostSystem'],
      recursive: true,
    });
    const spec = {
      propSet: [{ type: 'HostSystem', pathSet: ['name'] }],
      objectSet: [{ obj: view, skip: true, selectSet: [walk('v', 'ContainerView', 'view', [])] }],
    };
    expect((await retrieve(caller, spec))?.objects).toHaveLength(8);
    await caller.call('DestroyView', view, {});
    expect(await faultOf(retrieve(caller, spec))).toBe('ManagedObjectNotFound');
  });

  it.each([
    { inventoryPath: 'DC1/host/cluster-a', finds: { type: 'ClusterComputeResource', value: 'domain-c8' } },
    { inventoryPath: '/DC1/host/cluster-l3/esx11.lab.local', finds: { type: 'HostSystem', value: 'host-24' } },
    { inventoryPath: 'DC1/host/cluster-z', finds: undefined },
  ])('FindByInventoryPath $inventoryPath', async ({ inventoryPath, finds }) => {
    const caller = await createCaller();
    expect(await caller.call('FindByInventoryPath', SEARCH_INDEX, { inventoryPath })).toEqual(finds);
  });
});

describe('WaitForUpdatesEx', () => {
  it('tells everything first, then only what changed, then nothing', async () => {
    const caller = await createCaller();
    const collector = await caller.call('CreatePropertyCollector', PROPERTY_COLLECTOR, {});
    const host = getHost(caller.lab.model, HOST);
    const spec = {
      propSet: [{ type: 'HostSystem', pathSet: ['name', 'runtime.connectionState'] }],
      objectSet: [{ obj: host.moref }],
    };
    await caller.call('CreateFilter', collector, { spec, partialUpdates: false });
    const wait = async (version: string) => {
      const updates = await caller.call('WaitForUpdatesEx', collector, { version, options: { maxWaitSeconds: 0 } });
      return updates?.filterSet[0]?.objectSet.map(
        ({ kind, changeSet }) => `${kind} ${changeSet.map(({ name }) => name).join(',')}`,
      );
    };
    expect(await wait('')).toEqual(['enter name,runtime.connectionState']);
    host.connection = 'disconnected';
    expect(await wait('1')).toEqual(['modify runtime.connectionState']);
    expect(await wait('2')).toBeUndefined();
  });
});
