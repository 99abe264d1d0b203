// Old adapters that carry storage, from the plan to the audit after it.
import { describe, expect, it } from 'vitest';
import { getHost, type LabHost } from '../../infra/lab/vcenter/model.ts';
import type { ScenarioName } from '../../infra/lab/vcenter/scenarios.ts';
import { BOB, DAN, createWorld, type World } from '../support/world.ts';

const devices = (world: World, cluster: string) =>
  world.lab.model.clusters
    .find(({ name }) => name === cluster)
    ?.hosts.map(({ network }) =>
      network.vmks.filter(({ netstack }) => netstack !== 'vmotion').map((vmk) => vmk.device),
    );
const writes = (world: World) =>
  world.lab.calls().filter((call) => /^(Add|Update|Remove|Select|Deselect)/.test(call.operation)).length;
const reads = (world: World) =>
  world.lab.calls().filter(({ operation }) => operation === 'RetrievePropertiesEx').length;

/** Asks for an enable; between its plan and its approval, `meanwhile` happens. */
async function enable(world: World, cluster: string, meanwhile: () => void) {
  const reply = await world.type(`enable ${cluster}`);
  if (reply.kind !== 'queued') throw new Error('not queued');
  await world.settle();
  meanwhile();
  // A change of a distributed switch takes two people.
  for (const user of [BOB, DAN]) await world.press({ jobId: reply.job.id, decision: 'approve', user });
  await world.settle();
  return world.job(reply.job.id);
}

const host = (world: World, name: string): LabHost => getHost(world.lab.model, `${name}.lab.local`);

describe('an old adapter that storage needs', () => {
  it('stays, the plan says for what, and nothing is left to do or to report afterwards', async () => {
    const world = createWorld({ scenarios: ['storage-on-old-adapter'] });
    const job = await world.run('enable cluster-a');
    expect(job.state).toBe('done');
    expect(devices(world, 'cluster-a')).toEqual([['vmk0', 'vmk1'], ['vmk0'], ['vmk0', 'vmk1'], ['vmk0']]);
    const kept = job.plan?.findings.filter(({ code }) => code === 'adapter-kept-for-storage') ?? [];
    expect(kept.map(({ message }) => message)).toEqual([
      expect.stringContaining('esx01.lab.local: vmk1 (192.168.40.51) is bound to iSCSI adapter vmhba64'),
      expect.stringContaining(
        "esx03.lab.local: vmk1 (192.168.40.53) is the host's only adapter in the subnet of NFS server",
      ),
    ]);
    expect(await world.run('enable cluster-a')).toMatchObject({ state: 'in-place' });
    expect(await world.run('check cluster-a')).toMatchObject({ state: 'done' });
  });

  it('is no difference from the profile to an audit', async () => {
    const world = createWorld({ scenarios: ['storage-on-old-adapter'] });
    const { audit } = await world.run('audit cluster-a');
    const going = audit?.drifts.filter((drift) => drift.kind === 'standing' && drift.field === 'vmk1') ?? [];
    expect(going.map((drift) => drift.host)).toEqual(['esx02.lab.local', 'esx04.lab.local']);
  });

  it('goes no more once storage has come between its plan and its wave', async () => {
    const world = createWorld();
    const job = await enable(world, 'cluster-a', () => {
      host(world, 'esx01').storage.nfs.push({ datastore: 'new', server: '192.168.40.250' });
    });
    expect(job).toMatchObject({
      state: 'stale',
      failure: { what: expect.stringContaining('NFS server 192.168.40.250') },
    });
    expect(writes(world)).toBe(0);
  });

  it('makes no plan stale where vCenter tells less of storage than before', async () => {
    const scenarios: ScenarioName[] = ['mixed-switches'];
    const world = createWorld({ clusters: ['cluster-dvs'], scenarios });
    const [first] = world.lab.model.clusters[0]?.hosts ?? [];
    if (first === undefined) throw new Error('no host');
    // Of its two old adapters one stays.
    first.storage.iscsi = { targets: ['10.9.9.9'], bound: ['vmk1'] };
    const job = await enable(world, 'cluster-dvs', () => {
      world.lab.model.privileges.missing.push({ entity: first.moref.value, privilege: 'Host.Config.Storage' });
    });
    expect(job.state).toBe('done');
    expect(devices(world, 'cluster-dvs')?.[0]).toEqual(['vmk0', 'vmk1']);
  });

  it('that is reached by a name is warned of before somebody approves', async () => {
    const world = createWorld();
    host(world, 'esx02').storage.nfs.push({ datastore: 'named', server: 'nas01.lab.local' });
    const job = await enable(world, 'cluster-a', () => undefined);
    expect(job.plan?.findings).toContainEqual(
      expect.objectContaining({ code: 'storage-not-placed', host: 'esx02.lab.local', severity: 'warning' }),
    );
  });
});

it('nobody is asked for storage where no adapter of the default stack goes', async () => {
  const keeping = createWorld({
    settings: ({ clusters }) => {
      for (const { profile } of Object.values(clusters)) profile.oldAdapters = 'keep';
    },
  });
  const removing = createWorld();
  for (const world of [keeping, removing]) {
    await world.type('enable cluster-a');
    await world.settle();
  }
  expect(reads(removing) - reads(keeping)).toBe(1);
});
