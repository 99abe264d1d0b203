import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../support/virtual-clock.ts';
import {
  createCaller,
  faultOf,
  type LabCaller,
  networkSystem,
  nicManager,
  readProperty,
  ROOT_FOLDER,
} from './vcenter-client.ts';

const MANAGER = { type: 'EventManager', value: 'EventManager' };
const HOST = 'esx01.lab.local';
const CLUSTER = { type: 'ClusterComputeResource', value: 'domain-c8' };

const refresh = (caller: LabCaller, host: string) =>
  caller.call('RefreshNetworkSystem', networkSystem(caller, host), {});

async function withEvents(...hosts: string[]): Promise<LabCaller> {
  const caller = await createCaller();
  for (const host of hosts) await refresh(caller, host);
  return caller;
}

describe('events', () => {
  it('tell of every change that a session asks for: who, what and where, even if it was refused', async () => {
    const caller = await createCaller();
    const deselect = { nicType: 'vmotion', device: 'vmk1' };
    await caller.call('DeselectVnicForNicType', nicManager(caller, HOST), deselect);
    expect(await faultOf(caller.call('DeselectVnicForNicType', nicManager(caller, HOST), deselect))).not.toBe('none');
    const events = await caller.call('QueryEvents', MANAGER, { filter: { type: ['TaskEvent'] } });
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      _type: 'TaskEvent',
      userName: 'VSPHERE.LOCAL\\svc-vmotion',
      datacenter: { name: 'DC1' },
      computeResource: { name: 'cluster-a', computeResource: CLUSTER },
      host: { name: HOST, host: { type: 'HostSystem', value: 'host-20' } },
      fullFormattedMessage: 'Task: Deselect virtual NIC',
      info: { descriptionId: 'host.VirtualNicManager.deselectVnic', entityName: HOST },
    });
  });

  it.each([
    { recursion: 'self', entity: CLUSTER, hosts: [HOST, 'esx02.lab.local'] },
    { recursion: 'all', entity: CLUSTER, hosts: [HOST, 'esx02.lab.local'] },
    { recursion: 'children', entity: ROOT_FOLDER, hosts: [] },
    { recursion: 'all', entity: ROOT_FOLDER, hosts: [HOST, 'esx02.lab.local', 'esx11.lab.local'] },
    { recursion: 'self', entity: { type: 'HostSystem', value: 'host-21' }, hosts: ['esx02.lab.local'] },
  ])('of $entity.value, $recursion, are those of $hosts', async ({ recursion, entity, hosts }) => {
    const caller = await withEvents(HOST, 'esx02.lab.local', 'esx11.lab.local');
    const events = await caller.call('QueryEvents', MANAGER, { filter: { entity: { entity, recursion } } });
    expect(events.map(({ host }) => host?.name).toReversed()).toEqual(hosts);
  });

  it('are read on from the oldest, and back from the newest, page by page', async () => {
    const caller = await withEvents(...Array.from({ length: 5 }, () => HOST));
    const collector = await caller.call('CreateCollectorForEvents', MANAGER, { filter: {} });
    const next = async (maxCount: number) =>
      (await caller.call('ReadNextEvents', collector, { maxCount })).map(({ key }) => key);
    const previous = async (maxCount: number) =>
      (await caller.call('ReadPreviousEvents', collector, { maxCount })).map(({ key }) => key);
    expect([await next(2), await next(9), await next(1)]).toEqual([[1, 2], [3, 4, 5], []]);
    await caller.call('ResetCollector', collector, {});
    expect([await previous(2), await previous(9), await previous(1)]).toEqual([[5, 4], [3, 2, 1], []]);
    await caller.call('RewindCollector', collector, {});
    expect(await next(1)).toEqual([1]);
    await caller.call('DestroyCollector', collector, {});
    expect(await faultOf(next(1))).toBe('ManagedObjectNotFound');
  });

  it('of the latest page are a property of the collector, as many as its page holds', async () => {
    const caller = await withEvents(...Array.from({ length: 12 }, () => HOST));
    const collector = await caller.call('CreateCollectorForEvents', MANAGER, { filter: {} });
    const keys = async () =>
      ((await readProperty(caller, collector, 'latestPage')) as { key: number }[]).map(({ key }) => key);
    expect(await keys()).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    await caller.call('SetCollectorPageSize', collector, { maxCount: 2 });
    expect(await keys()).toEqual([12, 11]);
  });

  it('of a span, and those by users only', async () => {
    const clock = createVirtualClock();
    const caller = await createCaller({ clock });
    await refresh(caller, HOST);
    await clock.sleep(60_000);
    const since = clock.now().toISOString();
    await refresh(caller, 'esx02.lab.local');
    caller.lab.changes.breakHost('uplink-lost', HOST);
    const ask = async (filter: object) =>
      (await caller.call('QueryEvents', MANAGER, { filter })).map(({ userName }) => userName);
    const time = { beginTime: since };
    expect(await ask({ time })).toHaveLength(3);
    expect(await ask({ time, userName: { systemUser: false } })).toEqual(['VSPHERE.LOCAL\\svc-vmotion']);
    expect(await ask({ time: { endTime: new Date(clock.now().getTime() - 1).toISOString() } })).toHaveLength(1);
  });

  it.each([
    { filter: { maxCount: 1001 }, fault: 'InvalidArgument' },
    { filter: { entity: { entity: CLUSTER, recursion: 'some' } }, fault: 'InvalidArgument' },
    {
      filter: { entity: { entity: { type: 'HostSystem', value: 'host-9' }, recursion: 'self' } },
      fault: 'ManagedObjectNotFound',
    },
  ])('are refused for $filter with $fault', async ({ filter, fault }) => {
    const caller = await createCaller();
    expect(await faultOf(caller.call('QueryEvents', MANAGER, { filter }))).toBe(fault);
  });

  it('have room for 32 collectors a session', async () => {
    const caller = await createCaller();
    const create = () => caller.call('CreateCollectorForEvents', MANAGER, { filter: {} });
    for (let count = 0; count < 32; count += 1) await create();
    expect(await faultOf(create())).toBe('InvalidState');
  });
});
