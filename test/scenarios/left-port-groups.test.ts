// A distributed port group whose change was part of a host's plan, and that host has left the cluster since.
import { describe, expect, it } from 'vitest';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import type { Job } from '../../shared/domain/job.ts';
import { BOB, createWorld, DAN, type World } from '../support/world.ts';

const CLUSTER = 'cluster-dvs';
const OWNER = 'esx21.lab.local';

/** The active uplinks of the port groups for vMotion, as vCenter has them. */
async function uplinksIn(world: World): Promise<string[][]> {
  const hosts = [...(await world.read(CLUSTER)).hosts, ...(await world.read('cluster-dvs-2')).hosts];
  const groups = hosts.find(({ network }) => network !== undefined)?.network?.distributedPortGroups ?? [];
  return groups.filter(({ name }) => name.startsWith('dv-vMotion')).map(({ uplinks }) => uplinks.active);
}

const NARROW = [['Uplink 1'], ['Uplink 2']];
const FIRST = [
  ['Uplink 1', 'Uplink 2'],
  ['Uplink 1', 'Uplink 2'],
];

async function enabled(text: string): Promise<World> {
  const world = createWorld({ clusters: LAB_CLUSTERS, hosts: 3 });
  expect((await world.run(text)).state).toBe('done');
  expect(await uplinksIn(world)).toEqual(NARROW);
  return world;
}

const findings = ({ plan }: Job) => (plan?.findings ?? []).map(({ code, severity }) => [code, severity]);

describe('where hosts are left that were changed too', () => {
  it('comes back with them, once the host is removed from vCenter', async () => {
    const world = await enabled(`enable ${CLUSTER}`);
    world.lab.changes.removeHost(OWNER);
    const job = await world.run(`revert ${CLUSTER}`);
    expect([job.state, findings(job)]).toEqual(['done', [['host-left-out', 'warning']]]);
    expect(await uplinksIn(world)).toEqual(FIRST);
  });

  it('stays while the host needs it where it was moved, which the plan says, and comes back with it', async () => {
    const world = await enabled(`enable ${CLUSTER}`);
    world.lab.changes.moveHost(OWNER, undefined);
    const job = await world.run(`revert ${CLUSTER}`);
    expect(job.state).toBe('done');
    expect(job.plan?.findings.filter(({ code }) => code === 'port-group-shared').map(({ message }) => message)).toEqual(
      [
        expect.stringContaining(`dv-vMotion-A keeps Uplink 1 alone: ${OWNER} needs it so`),
        expect.stringContaining(`dv-vMotion-B keeps Uplink 2 alone: ${OWNER} needs it so`),
      ],
    );
    expect(await uplinksIn(world)).toEqual(NARROW);
    world.lab.changes.moveHost(OWNER, CLUSTER);
    expect((await world.run(`revert ${CLUSTER}`)).state).toBe('done');
    expect(await uplinksIn(world)).toEqual(FIRST);
  });

  it('is planned anew where the host is moved after the plan was made', async () => {
    const world = await enabled(`enable ${CLUSTER}`);
    world.lab.changes.moveHost(OWNER, undefined);
    const reply = await world.type(`revert ${CLUSTER}`);
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.settle();
    world.lab.changes.removeHost(OWNER);
    const { id, plan } = await world.job(reply.job.id);
    for (const user of [BOB, DAN])
      await world.press({ jobId: id, decision: 'approve', digest: plan?.digest.slice(0, 12), user });
    await world.settle();
    const job = await world.job(id);
    expect(job).toMatchObject({ state: 'stale' });
    expect(job.failure?.what).toContain('is needed by nobody else any more');
  });
});

describe('where no other host was changed', () => {
  it('comes back by way of another host, once the host is removed from vCenter, and that host stays as it is', async () => {
    const world = await enabled(`enable ${CLUSTER} --host esx21`);
    world.lab.changes.removeHost(OWNER);
    const before = await world.read(CLUSTER);
    const job = await world.run(`revert ${CLUSTER}`);
    expect([job.state, findings(job)]).toEqual(['done', [['host-left-out', 'warning']]]);
    expect(job.plan?.counts).toEqual({ 'update-distributed-port-group': 2 });
    expect(job.hosts.map(({ note }) => note).join(' ')).not.toContain('could not restore');
    expect(await uplinksIn(world)).toEqual(FIRST);
    const after = await world.read(CLUSTER);
    expect(after.hosts.map(({ network }) => [network?.vmks, network?.netstacks])).toEqual(
      before.hosts.map(({ network }) => [network?.vmks, network?.netstacks]),
    );
    const again = await world.run(`revert ${CLUSTER}`);
    expect(again).toMatchObject({ state: 'invalid', failure: { code: 'host-left-out' } });
    expect(findings(again)).toEqual([['host-left-out', 'blocking']]);
  });

  it('stays while the host needs it where it was moved', async () => {
    const world = await enabled(`enable ${CLUSTER} --host esx21`);
    world.lab.changes.moveHost(OWNER, undefined);
    const job = await world.run(`revert ${CLUSTER}`);
    expect(job).toMatchObject({ state: 'invalid', failure: { code: 'host-left-out' } });
    expect(await uplinksIn(world)).toEqual(NARROW);
  });

  it('stays where no host is left to ask, and the plan says what it had', async () => {
    const world = await enabled(`enable ${CLUSTER} --host esx21`);
    world.lab.changes.removeHost(OWNER);
    for (const host of world.lab.model.clusters.find(({ name }) => name === CLUSTER)?.hosts ?? [])
      host.network.proxies = [];
    const job = await world.run(`revert ${CLUSTER}`);
    expect(job.state).toBe('invalid');
    const left = job.plan?.findings.filter(({ code }) => code === 'cannot-restore') ?? [];
    expect(left.map(({ message }) => message)).toEqual([
      expect.stringContaining('dv-vMotion-A was changed'),
      expect.stringContaining('dv-vMotion-B was changed'),
    ]);
    expect(left[0]?.remedy).toContain('active Uplink 1, Uplink 2');
  });
});
