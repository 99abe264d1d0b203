import { describe, expect, it } from 'vitest';
import { silentLog } from '../../shared/log.ts';
import type { Cluster, Moref } from '../../shared/domain/inventory.ts';
import { typed } from '../../shared/vsphere/codec.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { CREDENTIALS, createFakeVcenter, createInstantClock, type FakeVcenter } from './fake-vcenter.ts';

const ref = (type: string, value: string): Moref => ({ type, value });
const ROOT = ref('Folder', 'group-d1');

type Object = { obj: Moref; propSet: { name: string; val: unknown }[] };
const object = (obj: Moref, properties: Record<string, unknown>): Object => ({
  obj,
  propSet: Object.entries(properties).map(([name, val]) => ({ name, val })),
});
const parent = (moref: Moref) => typed('ManagedObjectReference', moref);
const folder = (value: string, name: string, above: Moref) =>
  object(ref('Folder', value), { name, parent: parent(above) });
const datacenter = (value: string, name: string, above: Moref) =>
  object(ref('Datacenter', value), { name, parent: parent(above) });
const cluster = (value: string, name: string, above: Moref, hosts: string[] = []) =>
  object(ref('ClusterComputeResource', value), {
    name,
    parent: parent(above),
    host: typed(
      'ArrayOfManagedObjectReference',
      hosts.map((host) => ref('HostSystem', host)),
    ),
  });

const TREE = [
  object(ROOT, { name: 'Datacenters' }),
  folder('group-d2', 'Europe', ROOT),
  datacenter('datacenter-1', 'DC1', ROOT),
  datacenter('datacenter-2', 'DC%2f2', ref('Folder', 'group-d2')),
  folder('group-h1', 'host', ref('Datacenter', 'datacenter-1')),
  folder('group-h2', 'host', ref('Datacenter', 'datacenter-2')),
  folder('group-h3', 'Tier 50%25', ref('Folder', 'group-h2')),
  cluster('domain-c1', 'cluster-a', ref('Folder', 'group-h1'), ['host-1', 'host-2']),
  cluster('domain-c2', 'cluster-a', ref('Folder', 'group-h3'), []),
  cluster('domain-c3', 'cluster-b', ref('Folder', 'group-h1'), []),
];

/** A vCenter that answers with this tree, and with each host by its name alone. */
function serve(tree: Object[] = TREE): FakeVcenter {
  const fake = createFakeVcenter();
  fake.answers.RetrievePropertiesEx = ({ parameters }) => {
    const [{ objectSet, propSet }] = parameters.specSet as [
      { objectSet: { obj: Moref }[]; propSet: { type: string }[] },
    ];
    if (propSet[0]?.type !== 'HostSystem') return tree.length === 0 ? undefined : { objects: tree };
    // A real vCenter keeps no order.
    return { objects: objectSet.map(({ obj }) => object(obj, { name: `esx ${obj.value}` })).reverse() };
  };
  return fake;
}

function readCluster(fake: FakeVcenter, path: string): Promise<Cluster> {
  const parts = {
    connect: () => fake,
    credentials: async () => CREDENTIALS,
    clock: createInstantClock(),
    log: silentLog,
  };
  return createVsphere(parts).withSession('vc', 'job-1', (session) => session.readCluster(path));
}

describe('a cluster', () => {
  it.each([
    { path: '/DC1/host/cluster-a', value: 'domain-c1' },
    { path: '/DC1/host/cluster-a/', value: 'domain-c1' },
    { path: '/Europe/DC%2f2/host/Tier 50%25/cluster-a', value: 'domain-c2' },
    { path: '/Europe/DC%2F2/host/Tier 50%/cluster-a', value: 'domain-c2' },
    { path: 'cluster-b', value: 'domain-c3' },
    { path: 'host/cluster-b', value: 'domain-c3' },
  ])('is found at $path', async ({ path, value }) => {
    expect((await readCluster(serve(), path)).moref).toEqual(ref('ClusterComputeResource', value));
  });

  it('has a path that can be typed again', async () => {
    const { path } = await readCluster(serve(), '/Europe/DC%2f2/host/Tier 50%25/cluster-a');
    expect(path).toBe('/Europe/DC%2f2/host/Tier 50%25/cluster-a');
    expect((await readCluster(serve(), path)).moref.value).toBe('domain-c2');
  });

  it('lists its hosts in its own order, whatever the order of the answer', async () => {
    const { hosts } = await readCluster(serve(), '/DC1/host/cluster-a');
    expect(hosts.map(({ name }) => name)).toEqual(['esx host-1', 'esx host-2']);
  });

  it('may have no hosts', async () => {
    expect((await readCluster(serve(), 'cluster-b')).hosts).toEqual([]);
  });

  it('is not guessed where several have the name', async () => {
    await expect(readCluster(serve(), 'cluster-a')).rejects.toMatchObject({
      code: 'cluster-ambiguous',
      message: expect.stringContaining('/DC1/host/cluster-a, /Europe/DC%2f2/host/Tier 50%25/cluster-a'),
    });
  });

  it.each([
    { what: 'a slip in the name', path: '/DC1/host/clutser-b', remedy: 'Did you mean /DC1/host/cluster-b?' },
    { what: 'the wrong folder', path: '/DC9/host/x/cluster-b', remedy: 'Did you mean /DC1/host/cluster-b?' },
    { what: 'another case', path: '/dc1/host/Cluster-B', remedy: 'Did you mean /DC1/host/cluster-b?' },
    {
      what: 'something else',
      path: '/production',
      remedy: 'The account sees /DC1/host/cluster-a, /DC1/host/cluster-b, /Europe/',
    },
    { what: 'nothing', path: '/', remedy: 'The account sees /DC1/host/cluster-a' },
  ])('that is not there is answered with what is, for $what', async ({ path, remedy }) => {
    await expect(readCluster(serve(), path)).rejects.toMatchObject({
      code: 'cluster-not-found',
      remedy: expect.stringContaining(remedy),
    });
  });

  it('that nobody may see is told from one that is not there', async () => {
    await expect(readCluster(serve([]), '/DC1/host/cluster-a')).rejects.toMatchObject({
      remedy: expect.stringContaining('Read-only role'),
    });
  });
});
