// Two clusters whose hosts are members of one distributed switch: what the one changes is the other's too.
import { describe, expect, it } from 'vitest';
import { reconfigurePortGroup } from '../../infra/lab/vcenter/distributed-reconfigure.ts';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTick } from '../../shared/app/tick.ts';
import type { DistributedPortGroup } from '../../shared/domain/inventory.ts';
import type { Job } from '../../shared/domain/job.ts';
import { BOB, DAN, SLICE_MS, createWorld, type World, type WorldOptions } from '../support/world.ts';

const ONE = 'cluster-dvs';
const TWO = 'cluster-dvs-2';

const aWorld = (options: WorldOptions = {}): World => createWorld({ clusters: LAB_CLUSTERS, hosts: 3, ...options });

type Groups = Record<string, Pick<DistributedPortGroup, 'uplinks' | 'overridesUplinks'>>;

/** The port groups for vMotion, as a host of the first cluster sees them. */
async function groupsIn(world: World): Promise<Groups> {
  const { hosts } = await world.read(ONE);
  const groups = hosts[0]?.network?.distributedPortGroups ?? [];
  const ours = groups.filter(({ name }) => name.startsWith('dv-vMotion'));
  return Object.fromEntries(ours.map(({ name, uplinks, overridesUplinks }) => [name, { uplinks, overridesUplinks }]));
}

const NARROW = {
  'dv-vMotion-A': { uplinks: { active: ['Uplink 1'], standby: [] }, overridesUplinks: true },
  'dv-vMotion-B': { uplinks: { active: ['Uplink 2'], standby: [] }, overridesUplinks: true },
};
const FIRST = Object.fromEntries(
  Object.keys(NARROW).map((name) => [
    name,
    { uplinks: { active: ['Uplink 1', 'Uplink 2'], standby: [] }, overridesUplinks: false },
  ]),
);

async function waitingFor(world: World, text: string): Promise<Job> {
  const reply = await world.type(text);
  if (reply.kind !== 'queued') throw new Error(`not queued: ${JSON.stringify(reply)}`);
  await world.settle();
  return world.job(reply.job.id);
}

async function approve(world: World, { id, plan }: Job): Promise<void> {
  for (const user of [BOB, DAN])
    await world.press({ jobId: id, decision: 'approve', digest: plan?.digest.slice(0, 12), user });
}

const shared = (job: Job) => job.plan?.findings.filter(({ code }) => code === 'port-group-shared') ?? [];

describe('port groups that two clusters need', () => {
  it('are narrowed by the first, and stay until the last of them is reverted', async () => {
    const world = aWorld();
    expect(await groupsIn(world)).toEqual(FIRST);
    const first = await world.run(`enable ${ONE}`);
    expect(first).toMatchObject({ state: 'done', plan: { counts: { 'update-distributed-port-group': 2 } } });
    expect(shared(first).map(({ message }) => message)).toEqual([expect.stringContaining(`also for ${TWO}`)]);
    const second = await world.run(`enable ${TWO}`);
    expect(second.state).toBe('done');
    expect(second.plan?.counts['update-distributed-port-group']).toBeUndefined();

    const left = await world.run(`revert ${ONE}`);
    expect(left.state).toBe('done');
    expect(shared(left).map(({ message }) => message)).toEqual([
      expect.stringContaining(`dv-vMotion-A keeps Uplink 1 alone: ${TWO} (`),
      expect.stringContaining('dv-vMotion-B keeps Uplink 2 alone'),
    ]);
    expect(await groupsIn(world)).toEqual(NARROW);
    expect(await world.run(`test ${TWO}`)).toMatchObject({ state: 'done', matrix: { unexpected: 0 } });

    expect(await world.run(`revert ${TWO}`)).toMatchObject({ state: 'done' });
    expect(await groupsIn(world)).toEqual(FIRST);
  });

  it('come back with the last revert, whichever of the two that is, and however often it goes round', async () => {
    const world = aWorld();
    for (const [first, second] of [
      [ONE, TWO],
      [TWO, ONE],
    ]) {
      for (const text of [`enable ${ONE}`, `enable ${TWO}`, `revert ${first}`, `enable ${first}`, `revert ${second}`])
        expect([text, (await world.run(text)).state]).toEqual([text, 'done']);
      expect(await groupsIn(world)).toEqual(NARROW);
      expect((await world.run(`revert ${first}`)).state).toBe('done');
      expect(await groupsIn(world)).toEqual(FIRST);
    }
  });

  it('stay where the one that narrowed them first fails, after the other has come to need them', async () => {
    const world = aWorld({ hosts: 1 });
    await world.run(`enable ${ONE}`);
    await world.run(`enable ${TWO}`);
    await world.run(`revert ${ONE}`);
    world.lab.setScenario('fails-midway', true);
    expect(await world.run(`enable ${ONE}`)).toMatchObject({ state: 'rolled-back' });
    expect(await groupsIn(world)).toEqual(NARROW);
    world.lab.setScenario('fails-midway', false);
    await world.run(`revert ${TWO}`);
    expect(await groupsIn(world)).toEqual(FIRST);
  });

  it('become what a failed change found, though hosts that it did not touch are in them', async () => {
    const world = aWorld({ hosts: 2 });
    await world.run(`enable ${ONE}`);
    await world.run(`enable ${TWO}`);
    // Somebody has given one both uplinks, which all of these hosts live with, and taken an adapter from one of them.
    const [dvs] = world.lab.model.distributedSwitches;
    const group = dvs?.portGroups.find(({ name }) => name === 'dv-vMotion-A');
    if (dvs === undefined || group === undefined) throw new Error('no port group');
    const uplinkPortOrder = { inherited: false, activeUplinkPort: [...dvs.uplinks], standbyUplinkPort: [] };
    const defaultPortConfig = { uplinkTeamingPolicy: { inherited: false, uplinkPortOrder } };
    reconfigurePortGroup(dvs, group, {
      configVersion: String(group.version),
      defaultPortConfig,
      scope: [],
      vendorSpecificConfig: [],
    });
    const host = world.lab.model.clusters.find(({ name }) => name === ONE)?.hosts.find(({ isUnlucky }) => isUnlucky);
    host?.network.vmks.splice(-1);
    const found = await groupsIn(world);
    expect(found).not.toEqual(NARROW);
    world.lab.setScenario('fails-midway', true);
    expect(await world.run(`enable ${ONE}`)).toMatchObject({ state: 'rolled-back' });
    expect(await groupsIn(world)).toEqual(found);
  });

  it('come back where the last that would need them is put back', async () => {
    const world = aWorld({ hosts: 1, scenarios: ['fails-midway'] });
    expect(await world.run(`enable ${TWO}`)).toMatchObject({ state: 'rolled-back' });
    expect(await groupsIn(world)).toEqual(FIRST);
    world.lab.setScenario('fails-midway', false);
    expect(await world.run(`enable ${ONE}`)).toMatchObject({ state: 'done' });
    await world.run(`revert ${ONE}`);
    expect(await groupsIn(world)).toEqual(FIRST);
  });

  it('come back with a change that fails, and are told, where those are gone for whom they were narrowed', async () => {
    const world = aWorld({ hosts: 1 });
    await world.run(`enable ${ONE}`);
    for (const { name } of world.lab.model.clusters.find((one) => one.name === ONE)?.hosts ?? [])
      world.lab.changes.removeHost(name);
    world.lab.setScenario('fails-midway', true);
    const job = await world.run(`enable ${TWO}`);
    expect(job).toMatchObject({ state: 'rolled-back' });
    const note = job.hosts.map((host) => host.note).join();
    expect(note).toMatch(/what an earlier job had changed in dv-vMotion-A, dv-vMotion-B went back too/);
  });

  it('stay for hosts of the same cluster that a revert can’t reach, and come back with those', async () => {
    const world = aWorld();
    await world.run(`enable ${ONE}`);
    const [, away] = world.lab.model.clusters.find(({ name }) => name === ONE)?.hosts ?? [];
    if (away === undefined) throw new Error('no second host');
    away.connection = 'notResponding';
    await world.run(`revert ${ONE}`);
    expect(await groupsIn(world)).toEqual(NARROW);
    away.connection = 'connected';
    expect((await world.run(`revert ${ONE}`)).state).toBe('done');
    expect(await groupsIn(world)).toEqual(FIRST);
  });
});

describe('changes of two clusters on one switch', () => {
  it('run one after the other: the second is refused while the first is under way', async () => {
    const world = aWorld();
    const [first, second] = [await waitingFor(world, `enable ${ONE}`), await waitingFor(world, `enable ${TWO}`)];
    await approve(world, first);
    const { store, clock } = world.parts;
    const held = { cluster: ONE, jobId: first.id, holder: 'slice', now: clock.now(), until: clock.now() };
    await store.leases.acquire(held);
    const press = { jobId: second.id, decision: 'approve', digest: second.plan?.digest.slice(0, 12) } as const;
    await world.press({ ...press, user: BOB });
    const reply = await world.press({ ...press, user: DAN });
    expect(reply).toMatchObject({ kind: 'refused', code: 'cluster-busy', what: expect.stringContaining(first.id) });
    expect(await world.type(`enable ${TWO}`)).toMatchObject({ kind: 'refused', code: 'cluster-busy' });
    expect(await world.type(`enable cluster-a`)).toMatchObject({ kind: 'queued' });
  });

  it('that are approved at the same moment wait for each other, and the second finds that its plan is stale', async () => {
    const world = aWorld();
    const jobs = [await waitingFor(world, `enable ${ONE}`), await waitingFor(world, `enable ${TWO}`)];
    for (const job of jobs) await approve(world, job);
    await world.settle();
    for (let minute = 0; minute < 10; minute += 1) {
      await world.clock.advance(60_000);
      await createTick(world.parts).tick();
      await world.settle();
    }
    const [first, second] = await Promise.all(jobs.map(({ id }) => world.job(id)));
    expect([first?.state, second?.state]).toEqual(['done', 'stale']);
    expect(second?.failure?.what).toContain('distributed port group dv-vMotion-A');
    expect(second?.failure?.why).toContain(`vmotion-ops itself, in another job: ${first?.id}`);
    expect(await groupsIn(world)).toEqual(NARROW);
  });

  it('one that is approved just before the other begins waits, and leaves its own cluster free', async () => {
    const world = aWorld();
    const { store, clock } = world.parts;
    const [first, second] = [await waitingFor(world, `enable ${ONE}`), await waitingFor(world, `enable ${TWO}`)];
    await approve(world, first);
    await approve(world, second);
    const until = new Date(clock.now().getTime() + SLICE_MS);
    await store.leases.acquire({ cluster: ONE, jobId: first.id, holder: 'slice', now: clock.now(), until });
    const runSlice = createRunSlice(world.parts);
    for (let message = world.queue.takeJob(); message !== undefined; message = world.queue.takeJob())
      if (message.jobId === second.id) await runSlice(message, until);
    expect((await world.job(second.id)).state).toBe('approved');
    expect(await store.leases.find(TWO)).toBeUndefined();
  });

  it('a revert is stale once another cluster has come to need what it would give back', async () => {
    const world = aWorld();
    await world.run(`enable ${ONE}`);
    const revert = await waitingFor(world, `revert ${ONE}`);
    await world.run(`enable ${TWO}`);
    await approve(world, revert);
    await world.settle();
    const job = await world.job(revert.id);
    expect(job.state).toBe('stale');
    expect(job.hosts.every(({ outcome }) => outcome === 'untouched')).toBe(true);
    expect(job.failure?.what).toContain(`is needed by ${TWO} (`);
    expect(await groupsIn(world)).toEqual(NARROW);
  });

  it('of two reverts that are planned together, the later one knows that nobody else is left', async () => {
    const world = aWorld();
    await world.run(`enable ${ONE}`);
    await world.run(`enable ${TWO}`);
    const [one, two] = [await waitingFor(world, `revert ${ONE}`), await waitingFor(world, `revert ${TWO}`)];
    await approve(world, one);
    await world.settle();
    expect((await world.job(one.id)).state).toBe('done');
    await approve(world, two);
    await world.settle();
    const late = await world.job(two.id);
    expect(late.failure?.what).toContain('is needed by nobody else any more');
    expect(await world.run(`revert ${TWO}`)).toMatchObject({ state: 'done' });
    expect(await groupsIn(world)).toEqual(FIRST);
  });
});

describe('a job about one host', () => {
  it('narrows the port groups that its host needs, though another host’s plan would have done so first', async () => {
    const world = aWorld();
    const job = await world.run(`enable ${ONE} --host esx22`);
    expect(job).toMatchObject({ state: 'done', plan: { counts: { 'update-distributed-port-group': 2 } } });
    expect(job.plan?.findings.map(({ code, host }) => [code, host])).toContainEqual([
      'touches-whole-switch',
      'esx22.lab.local',
    ]);
    expect(job.hosts.map(({ outcome }) => outcome)).toEqual(['untouched', 'kept', 'untouched']);
    expect(await groupsIn(world)).toEqual(NARROW);
    expect(await world.run(`enable ${ONE}`)).toMatchObject({ state: 'done' });
    await world.run(`revert ${ONE}`);
    expect(await groupsIn(world)).toEqual(FIRST);
  });
});
