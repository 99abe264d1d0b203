// Hosts that leave their cluster, or vCenter, while the product knows them.
import { describe, expect, it } from 'vitest';
import { allHosts } from '../../infra/lab/vcenter/model.ts';
import type { HookCall } from '../../infra/lab/vcenter/vcenter.ts';
import type { Switches } from '../../infra/lab/vcenter/switches.ts';
import type { Job } from '../../shared/domain/job.ts';
import { OpsError } from '../../shared/errors.ts';
import { BOB, createWorld, type World, type WorldOptions } from '../support/world.ts';

const nameOf = (number: number) => `esx0${number}.lab.local`;
const WRITES = /^(Add|Update|Remove|Select|Deselect)/;
const writesTo = (world: World, host: string) =>
  world.lab.calls().filter((call) => WRITES.test(call.operation) && call.host === host).length;
const outcomes = (job: Job) => job.hosts.map(({ outcome }) => outcome);
const drsOf = (world: World) => world.lab.model.clusters.find(({ name }) => name === 'cluster-a')?.drs.behavior;
const hostOf = (world: World, name: string) => {
  const host = allHosts(world.lab.model).find((one) => one.name === name);
  if (host === undefined) throw new Error(`no ${name}`);
  return host;
};

const adaptersOf = (world: World, name: string) =>
  hostOf(world, name).network.vmks.map(({ device, netstack, attachment, ipv4 }) => ({
    device,
    netstack,
    attachment,
    ipv4,
  }));

/** A world that holds DRS, in which `act` happens once: right after the call that `isIt` says. */
function worldWhere(
  isIt: (call: HookCall, world: World) => boolean,
  act: (world: World) => void,
  options: WorldOptions = {},
): World {
  let isDone = false;
  const world: World = createWorld({
    ...options,
    hooks: {
      after: (call) => {
        if (isDone || !isIt(call, world)) return;
        isDone = true;
        act(world);
      },
    },
    settings: (settings) => {
      const cluster = settings.clusters['cluster-a'];
      if (cluster !== undefined) cluster.profile.rollout.holdDrs = true;
      options.settings?.(settings);
    },
  });
  return world;
}

async function planned(world: World, text: string): Promise<Job> {
  const reply = await world.type(text);
  if (reply.kind !== 'queued') throw new Error(`not queued: ${JSON.stringify(reply)}`);
  await world.settle();
  return world.job(reply.job.id);
}

async function approve(world: World, { id }: Job): Promise<Job> {
  await world.press({ jobId: id, decision: 'approve', user: BOB });
  await world.settle();
  return world.job(id);
}

describe('a host that is moved', () => {
  it.each([
    { where: 'to another cluster', to: 'cluster-l3' },
    { where: 'out of any cluster', to: undefined },
  ])('$where after its plan was made is not written to, and the job says so', async ({ to }) => {
    const world = createWorld();
    const job = await planned(world, 'enable cluster-a');
    world.lab.changes.moveHost(nameOf(3), to);
    const ended = await approve(world, job);
    expect(ended).toMatchObject({ state: 'stale', failure: { code: 'host-moved' } });
    expect(ended.failure?.what).toBe(`${nameOf(3)} was moved out of cluster-a after planning.`);
    expect(ended.failure?.remedy).toContain('/vmotion enable cluster-a');
    expect(outcomes(ended)).toEqual(['kept', 'untouched', 'untouched', 'untouched']);
    expect(writesTo(world, nameOf(3))).toBe(0);
    // Without it the rest can go on, and once it is back it can too.
    expect(await world.run('enable cluster-a')).toMatchObject({ state: 'done' });
    world.lab.changes.moveHost(nameOf(3), 'cluster-a');
    expect(await world.run('enable cluster-a')).toMatchObject({ state: 'done' });
  });

  it('while the job is paused is found when somebody lets it go on', async () => {
    const world = worldWhere(
      ({ operation, host }) => operation === 'AddVirtualNic' && host === nameOf(1),
      (there) =>
        void there.parts.store.jobs.listByCluster('cluster-a', 1).then(([job]) => there.type(`pause ${job?.id}`)),
    );
    const { id } = await approve(world, await planned(world, 'enable cluster-a'));
    expect(await world.job(id)).toMatchObject({ state: 'paused' });
    world.lab.changes.moveHost(nameOf(2), undefined);
    await world.type(`resume ${id}`);
    await world.settle();
    expect(await world.job(id)).toMatchObject({ state: 'stale', failure: { code: 'host-moved' } });
    expect(writesTo(world, nameOf(2))).toBe(0);
  });

  it('in the middle of its change is put back by the next slice', async () => {
    const world = worldWhere(
      ({ operation, host }) => operation === 'AddVirtualNic' && host === nameOf(2),
      ({ lab }) => void lab.changes.moveHost(nameOf(2), 'cluster-l3'),
    );
    const { leases } = world.parts.store;
    const { renew } = leases;
    // The table is away for this slice from then on.
    let refusals = 2;
    leases.renew = async (...of) => {
      if (hostOf(world, nameOf(2)).cluster === 'cluster-l3' && (refusals -= 1) >= 0)
        throw new OpsError('table-failed', 'away', { retry: 'later', remedy: 'wait' });
      return renew(...of);
    };
    const before = adaptersOf(world, nameOf(2));
    const ended = await world.run('enable cluster-a');
    expect(ended).toMatchObject({ state: 'rolled-back', failure: { code: 'host-moved' } });
    expect(ended.failure?.why).toContain('What was begun is put back.');
    expect(outcomes(ended)).toEqual(['kept', 'put-back', 'put-back', 'untouched']);
    expect(adaptersOf(world, nameOf(2))).toEqual(before);
  });

  it('and was changed is left out of a revert until it is moved back', async () => {
    const world = createWorld();
    const before = adaptersOf(world, nameOf(3));
    await world.run('enable cluster-a');
    world.lab.changes.moveHost(nameOf(3), 'cluster-l3');
    const writes = writesTo(world, nameOf(3));
    const reverted = await world.run('revert cluster-a');
    expect(reverted).toMatchObject({ state: 'done', failure: undefined });
    expect(reverted.hosts.map(({ outcome }) => outcome)).toEqual(['put-back', 'put-back', 'put-back']);
    const finding = reverted.plan?.findings.find(({ code }) => code === 'host-left-out');
    expect(finding?.message).toContain('has been moved out of this cluster since');
    expect(writesTo(world, nameOf(3))).toBe(writes);
    world.lab.changes.moveHost(nameOf(3), 'cluster-a');
    expect(await world.run('revert cluster-a')).toMatchObject({ state: 'done' });
    expect(adaptersOf(world, nameOf(3))).toEqual(before);
  });

  it('before the last test is left out of it by name, and the others are tested', async () => {
    const world = worldWhere(
      ({ operation, host }) => operation === 'RemoveVirtualNic' && host === nameOf(4),
      (there) => void there.lab.changes.moveHost(nameOf(1), 'cluster-l3'),
    );
    const ended = await world.run('enable cluster-a');
    expect(ended).toMatchObject({ state: 'partial', failure: { code: 'host-moved' }, matrix: { unexpected: 0 } });
    expect(ended.failure?.what).toBe(`${nameOf(1)} left cluster-a before the test.`);
    expect(outcomes(ended)).toEqual(['kept', 'kept', 'kept', 'kept']);
  });

  it('takes no part in a trial any more', async () => {
    const world = createWorld();
    await world.run('enable cluster-a');
    const trial = await planned(world, 'trial cluster-a --vm app-a-01 --from esx01 --to esx02');
    world.lab.changes.moveHost(nameOf(2), 'cluster-l3');
    expect(await approve(world, trial)).toMatchObject({ state: 'stale', failure: { code: 'host-moved' } });
    expect(world.lab.calls().some(({ operation }) => operation === 'RelocateVM_Task')).toBe(false);
  });

  it('is changed as approved where the row is of a version that did not note its cluster', async () => {
    const world = createWorld();
    const job = await planned(world, 'enable cluster-a');
    const { records } = world.parts.store;
    for (const { parent: _, ...old } of await records.list(job.id)) await records.put(old);
    world.lab.changes.moveHost(nameOf(4), 'cluster-l3');
    expect(await approve(world, job)).toMatchObject({ state: 'done' });
  });
});

describe.each<Partial<Switches>>([{ missingObject: 'left-out' }, { missingObject: 'fault' }])(
  'a host that is removed from vCenter (missing objects: $missingObject)',
  (switches) => {
    const removeAt = (isIt: (call: HookCall) => boolean, gone = nameOf(3)) =>
      worldWhere(isIt, ({ lab }) => void lab.changes.removeHost(gone), { switches });

    it('before its wave ends the job as stale, with the others as they were', async () => {
      const world = createWorld({ switches });
      const job = await planned(world, 'enable cluster-a');
      world.lab.changes.removeHost(nameOf(3));
      const ended = await approve(world, job);
      expect(ended).toMatchObject({ state: 'stale', failure: { code: 'stale' } });
      expect(ended.failure?.what).toBe(`${nameOf(3)} is no longer shown by vCenter; it was there when it was planned.`);
      expect(outcomes(ended)).toEqual(['kept', 'untouched', 'untouched', 'untouched']);
      expect(await world.run('enable cluster-a')).toMatchObject({ state: 'done' });
    });

    it('in the middle of its change needs hands, the other of its wave is proven, and DRS is put back', async () => {
      const world = removeAt(({ operation, host }) => operation === 'AddVirtualNic' && host === nameOf(3));
      const ended = await world.run('enable cluster-a');
      expect(ended).toMatchObject({ state: 'needs-hands', failure: { code: 'vcenter-object-gone' } });
      expect(outcomes(ended)).toEqual(['kept', 'kept', 'needs-hands', 'untouched']);
      expect(ended.failure?.why).toContain(`${nameOf(3)} is no longer shown by vCenter`);
      expect(ended.failure?.commands?.join(' ')).toContain('esxcli');
      expect(ended.drs).toMatchObject({ isReleased: true });
      expect(drsOf(world)).toBe('fullyAutomated');
      expect(await world.parts.store.leases.find('cluster-a')).toBeUndefined();
      const again = await world.run('enable cluster-a');
      expect(again).toMatchObject({ state: 'done' });
      const reverted = await world.run('revert cluster-a');
      expect(reverted).toMatchObject({ state: 'done' });
      expect(reverted.plan?.findings.map(({ code }) => code)).toContain('host-left-out');
    });

    it('after it was proven is told, and the others go on to the end', async () => {
      const world = removeAt(({ operation, host }) => operation === 'AddVirtualNic' && host === nameOf(4), nameOf(1));
      const ended = await world.run('enable cluster-a');
      expect(ended).toMatchObject({
        state: 'partial',
        failure: { code: 'vcenter-object-gone' },
        matrix: { unexpected: 0 },
      });
      expect(ended.failure?.what).toBe(`vCenter no longer shows ${nameOf(1)}.`);
      expect(outcomes(ended)).toEqual(['kept', 'kept', 'kept', 'kept']);
      expect(drsOf(world)).toBe('fullyAutomated');
    });

    it('while its wave is put back needs hands, and the others are put back', async () => {
      const world = worldWhere(
        ({ operation, host }) => operation === 'RemoveVirtualNic' && host === nameOf(2),
        ({ lab }) => void lab.changes.removeHost(nameOf(2)),
        { switches, scenarios: ['fails-midway'] },
      );
      const ended = await world.run('enable cluster-a');
      expect(ended.state).toBe('needs-hands');
      expect(outcomes(ended)).toEqual(['kept', 'needs-hands', 'put-back', 'untouched']);
      expect(drsOf(world)).toBe('fullyAutomated');
    });

    it('while a test runs is told, and the others are tested', async () => {
      const world = removeAt(({ operation, host }) => operation === 'ExecuteSoap' && host === nameOf(2), nameOf(2));
      const ended = await world.run('test cluster-a');
      expect(ended.state).toBe('partial');
      expect(ended.matrix?.ok).toBeGreaterThan(0);
      expect(JSON.stringify(ended.matrix)).toContain('no longer shown by vCenter');
    });

    it('between the two calls of a check is not in the cluster any more', async () => {
      let reads = 0;
      const isSecond = ({ operation }: HookCall) => operation === 'RetrievePropertiesEx' && (reads += 1) === 1;
      const world = removeAt(isSecond);
      const ended = await world.run('check cluster-a');
      expect(ended.state).toBe('done');
      expect(ended.hosts.map(({ name }) => name)).toEqual([1, 2, 4].map(nameOf));
    });

    it('in the middle of a revert needs hands, and the others are put back', async () => {
      const world = removeAt(
        ({ operation, host }) => operation === 'RemoveVirtualNic' && host === nameOf(2) && isReverting,
        nameOf(2),
      );
      let isReverting = false;
      await world.run('enable cluster-a');
      isReverting = true;
      const ended = await world.run('revert cluster-a');
      expect(ended.state).toBe('needs-hands');
      expect(ended.hosts.find(({ name }) => name === nameOf(2))?.outcome).toBe('needs-hands');
    });

    it('under a trial is told, with where the VM is', async () => {
      const world = removeAt(({ operation }) => operation === 'RelocateVM_Task', nameOf(1));
      await world.run('enable cluster-a');
      const ended = await world.run('trial cluster-a --vm app-a-01 --from esx01 --to esx02 --return');
      expect(ended).toMatchObject({ state: 'partial', failure: { code: 'trial-not-returned' } });
      expect(ended.failure?.what).toContain(`${nameOf(1)} is no longer shown by vCenter`);
    });
  },
);
