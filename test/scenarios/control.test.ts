import { describe, expect, it } from 'vitest';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTick } from '../../shared/app/tick.ts';
import type { HostOutcome, Job } from '../../shared/domain/job.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { JobMessage } from '../../shared/ports.ts';
import { differences } from '../../shared/domain/network-fields.ts';
import { createWideWorld, type Midway, onlyJob } from '../support/act-midway.ts';
import { dyingStore } from '../support/dying-store.ts';
import { withVms } from '../support/vm-place.ts';
import { ANN, BOB, createWorld, SLICE_MS, type World } from '../support/world.ts';

const says =
  (world: World, verb: string, user = BOB) =>
  async () =>
    world.type(`${verb} ${await onlyJob(world)}`, user);
const at = (host: string, verb: string, user = BOB): Midway => ({
  host,
  act: async (world) => says(world, verb, user)(),
});

/** Approves what was asked for and lets everything run until nobody has anything to do. */
async function enable(world: World, command = 'enable cluster-a'): Promise<Job> {
  const reply = await world.type(command);
  if (reply.kind !== 'queued') throw new Error(`not queued: ${JSON.stringify(reply)}`);
  await world.settle();
  const { id, plan } = await world.job(reply.job.id);
  await world.press({ jobId: id, decision: 'approve', digest: plan?.digest.slice(0, 12), user: BOB });
  await world.settle();
  return world.job(id);
}

async function go(world: World, text: string, user = BOB): Promise<Reply> {
  const reply = await world.type(text, user);
  await world.settle();
  return reply;
}

const withOutcome = (job: Job, outcome: HostOutcome) =>
  job.hosts.filter((host) => host.outcome === outcome).map((host) => host.name.split('.')[0]);

/** Names of hosts that differ from `before`. */
async function changedSince(world: World, before: Awaited<ReturnType<World['read']>>): Promise<string[]> {
  const now = await world.read('cluster-a');
  return now.hosts
    .filter((host, index) => {
      const then = before.hosts[index]?.network;
      if (then === undefined || host.network === undefined) throw new Error(`${host.name} has no network`);
      return differences(then, host.network).some(({ field }) => !field.endsWith(' state'));
    })
    .map((host) => host.name.split('.')[0] ?? '');
}

const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `esx${String(from + index).padStart(2, '0')}`);

/** The first hosts are one thing, the others another; and there are some of each. How many begin at the same moment, and
 * so are finished together, is not for these tests to say. */
function expectSplit(job: Job, first: HostOutcome, second: HostOutcome): void {
  const through = withOutcome(job, first).length;
  expect(through).toBeGreaterThan(1);
  expect(through).toBeLessThan(16);
  expect(withOutcome(job, first)).toEqual(names(1, through));
  expect(withOutcome(job, second)).toEqual(names(through + 1, 16));
}

describe('pause, during a rollout over 16 hosts', () => {
  it('finishes and proves the hosts that were begun, and leaves the others alone', async () => {
    const world = createWideWorld([at('esx02', 'pause')], { wave: 15 });
    const before = await world.read('cluster-a');
    const job = await enable(world);
    expect(job).toMatchObject({ state: 'paused', pausedBy: BOB });
    const kept = withOutcome(job, 'kept');
    expectSplit(job, 'kept', 'pending');
    expect(await changedSince(world, before)).toEqual(kept);
    expect(await world.parts.store.leases.find('cluster-a')).toMatchObject({ jobId: job.id, holder: '' });
  });

  it('goes on where it stood, proves the rest against what was kept, and ends done', async () => {
    const world = createWideWorld([at('esx02', 'pause')], { wave: 15 });
    const { id } = await enable(world);
    const reply = await go(world, `resume ${id}`, ANN);
    expect(reply).toMatchObject({ kind: 'controlled', says: 'It goes on.' });
    const job = await world.job(id);
    expect(job).toMatchObject({ state: 'done', pausedBy: undefined, control: undefined });
    expect(withOutcome(job, 'kept')).toHaveLength(16);
  });

  it('goes on to the test of all paths where the last host is under way, and says so', async () => {
    const replies: Reply[] = [];
    const late: Midway = { host: 'esx16', act: async (world) => void replies.push(await says(world, 'pause')()) };
    const world = createWideWorld([late], { wave: 4 });
    const job = await enable(world);
    expect(replies).toMatchObject([
      { kind: 'controlled', says: expect.stringContaining('The last host is under way') },
    ]);
    expect(job.state).toBe('done');
  });

  it('before the first host touches nothing', async () => {
    const world = createWideWorld([]);
    const before = await world.read('cluster-a');
    const reply = await world.type('enable cluster-a');
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.settle();
    await world.press({ jobId: reply.job.id, decision: 'approve', user: BOB });
    await world.type(`pause ${reply.job.id}`, BOB);
    await world.settle();
    expect(await world.job(reply.job.id)).toMatchObject({ state: 'paused' });
    expect(await changedSince(world, before)).toEqual([]);
  });

  it('answers the second click as the first, and a resume takes a pause back that was not honoured yet', async () => {
    const replies: Reply[] = [];
    const world = createWideWorld(
      [
        {
          host: 'esx02',
          async act(world) {
            for (const verb of ['pause', 'pause', 'resume', 'resume']) replies.push(await says(world, verb)());
          },
        },
      ],
      { wave: 15 },
    );
    const job = await enable(world);
    expect(replies[1]).toMatchObject({ kind: 'controlled', says: (replies[0] as { says: string }).says });
    expect(replies[3]).toMatchObject({ kind: 'controlled', says: (replies[2] as { says: string }).says });
    expect(job.state).toBe('done');
  });

  it('holds at every host there is, one after the other, and still ends done with every host proven', async () => {
    const world = createWideWorld(
      names(1, 16).map((host) => at(host, 'pause')),
      { wave: 1 },
    );
    let job = await enable(world);
    let pauses = 0;
    for (; job.state === 'paused' && pauses < 20; pauses += 1) {
      expect(withOutcome(job, 'kept')).toHaveLength(pauses + 1);
      await go(world, `resume ${job.id}`);
      job = await world.job(job.id);
    }
    // Nothing is left to pause before at the last one.
    expect(pauses).toBe(15);
    expect(job).toMatchObject({ state: 'done', matrix: { unexpected: 0 } });
  });

  it('puts DRS back while it is paused, and holds it again when it goes on', async () => {
    const seen: string[] = [];
    const drs = (world: World) => world.lab.model.clusters[0]?.drs.behavior ?? '';
    const world: World = createWideWorld([at('esx02', 'pause')], {
      wave: 15,
      holdDrs: true,
      hooks: { before: (call) => void (call.operation === 'AddVirtualNic' && seen.push(drs(world))) },
    });
    const job = await enable(world);
    expect(job).toMatchObject({ state: 'paused', drs: { isReleased: true } });
    expect(drs(world)).toBe('fullyAutomated');
    await go(world, `resume ${job.id}`);
    expect(await world.job(job.id)).toMatchObject({ state: 'done', drs: { was: 'fullyAutomated', isReleased: true } });
    expect(drs(world)).toBe('fullyAutomated');
    expect(new Set(seen)).toEqual(new Set(['manual']));
  });

  it('does not expire, stall or lose the cluster while it waits', async () => {
    const world = createWideWorld([at('esx02', 'pause')], { wave: 15 });
    const { id } = await enable(world);
    const { tick } = createTick(world.parts);
    for (let hour = 0; hour < 30; hour += 1) {
      await world.clock.advance(3_600_000);
      await tick();
      await world.settle();
    }
    expect(await world.job(id)).toMatchObject({ state: 'paused', stalledSince: undefined });
    expect(await world.type('enable cluster-a')).toMatchObject({ kind: 'refused', code: 'cluster-busy' });
    await go(world, `resume ${id}`);
    expect((await world.job(id)).state).toBe('done');
  });

  it('is stale after somebody has changed a host that is still to come, and keeps the others', async () => {
    const world = createWideWorld([at('esx02', 'pause')], { wave: 15 });
    const { id } = await enable(world);
    const host = world.lab.model.clusters[0]?.hosts.find(({ name }) => name.startsWith('esx16'));
    const vmk = host?.network.vmks.find(({ device }) => device === 'vmk1');
    if (vmk === undefined) throw new Error('no vmk1');
    vmk.mtuBytes = 4000;
    await go(world, `resume ${id}`);
    const job = await world.job(id);
    expect(job).toMatchObject({ state: 'stale', failure: { what: expect.stringContaining('esx16') } });
    expectSplit(job, 'kept', 'untouched');
  });

  it('does not call the new hosts bad alone where a kept host broke meanwhile: only what is new goes back', async () => {
    const world = createWideWorld([at('esx02', 'pause')], { hosts: 12, wave: 11 });
    const { id, ...paused } = await enable(world);
    const host = world.lab.model.clusters[0]?.hosts.find(({ name }) => name.startsWith('esx03'));
    const group = host?.network.portGroups.find(({ name }) => name === 'vMotion-A');
    if (group === undefined) throw new Error('no port group');
    group.vlanId = 777;
    await go(world, `resume ${id}`);
    const job = await world.job(id);
    expect(job).toMatchObject({ state: 'rolled-back', failure: { code: 'gate-failed' } });
    expect(JSON.stringify(job.matrix)).toContain('esx03');
    expect(withOutcome(job, 'kept')).toEqual(withOutcome({ id, ...paused }, 'kept'));
  });

  it('is not resumed while the cluster is frozen', async () => {
    const world = createWideWorld([at('esx02', 'pause')], { wave: 15 });
    const { id } = await enable(world);
    await world.parts.store.freezes.put({
      id: 'f-1',
      scope: 'cluster-a',
      channel: 'C0VSPHERE',
      reason: 'year end',
      by: ANN,
      at: world.clock.now().toISOString(),
    });
    expect(await world.type(`resume ${id}`, BOB)).toMatchObject({ kind: 'refused', code: 'frozen', exitCode: 3 });
    expect((await world.job(id)).state).toBe('paused');
  });
});

describe('abort, during a rollout over 16 hosts', () => {
  it('ends after the hosts that were begun, and names what is kept and what is untouched', async () => {
    const world = createWideWorld([at('esx02', 'abort')], { wave: 15 });
    const before = await world.read('cluster-a');
    const job = await enable(world);
    expect(job).toMatchObject({ state: 'aborted', control: undefined, failure: { code: 'stopped' } });
    expect(job.failure?.what).toBe(`<@${BOB}> stopped it.`);
    expect(job.failure?.why).toContain('Kept: esx01');
    expect(job.failure?.why).toContain('Untouched: esx');
    expectSplit(job, 'kept', 'untouched');
    expect(await changedSince(world, before)).toEqual(withOutcome(job, 'kept'));
    expect(await world.parts.store.leases.find('cluster-a')).toBeUndefined();
  });

  it('can be reverted afterwards, and what is left can be tried again', async () => {
    const world = createWideWorld([at('esx02', 'abort')], { wave: 15 });
    const before = await world.read('cluster-a');
    const first = await enable(world);
    const again = await enable(world, `retry ${first.id}`);
    expect(again).toMatchObject({ state: 'done', retryOf: first.id, kind: 'enable' });
    expect(withOutcome(again, 'in-place')).toEqual(withOutcome(first, 'kept'));
    const back = await enable(world, 'revert cluster-a');
    expect(back.state).toBe('done');
    expect(await changedSince(world, before)).toEqual([]);
  });

  it('puts every changed host back where that is wanted, kept ones included, and pings their old network', async () => {
    const world = createWideWorld(
      [
        {
          host: 'esx07',
          act: async (world) => void (await world.type(`abort ${await onlyJob(world)} --put-back`, BOB)),
        },
      ],
      { wave: 4 },
    );
    const before = await world.read('cluster-a');
    const job = await enable(world);
    expect(job).toMatchObject({ state: 'aborted', failure: { code: 'stopped' } });
    expect(withOutcome(job, 'kept')).toEqual([]);
    expectSplit(job, 'put-back', 'untouched');
    expect(job.failure?.why).toContain('Put back: esx01');
    expect(job.hosts[0]?.note).toContain('pings on its old network answer');
    expect(await changedSince(world, before)).toEqual([]);
    expect(await world.parts.store.baselines.list('cluster-a')).toEqual([]);
  });

  it('puts a revert back too, and the hosts can be reverted all the same afterwards', async () => {
    let wish: string | undefined;
    const world: World = createWideWorld([], {
      hosts: 4,
      wave: 1,
      hooks: {
        async before({ operation, host }) {
          if (wish === undefined || host?.startsWith('esx03') !== true || operation !== 'RemoveVirtualNic') return;
          const [job] = await world.parts.store.jobs.listByCluster('cluster-a', 1);
          const text = wish.replace('JOB', job?.id ?? '');
          wish = undefined;
          await world.type(text, BOB);
        },
      },
    });
    const before = await world.read('cluster-a');
    await enable(world);
    wish = 'abort JOB --put-back';
    const back = await enable(world, 'revert cluster-a');
    expect(back).toMatchObject({ state: 'aborted', failure: { why: expect.stringContaining('Kept: esx01') } });
    expect(await changedSince(world, before)).toEqual(names(1, 4));
    expect(await enable(world, 'revert cluster-a')).toMatchObject({ state: 'done' });
    expect(await changedSince(world, before)).toEqual([]);
  });

  it('counts the stronger of two wishes, and says whose it is', async () => {
    const replies: Reply[] = [];
    const world = createWideWorld(
      [
        {
          host: 'esx02',
          async act(world) {
            replies.push(await says(world, 'pause', ANN)(), await says(world, 'abort', BOB)());
            replies.push(await says(world, 'pause', ANN)(), await says(world, 'resume', ANN)());
          },
        },
      ],
      { wave: 15 },
    );
    const job = await enable(world);
    expect(job).toMatchObject({ state: 'aborted', failure: { what: `<@${BOB}> stopped it.` } });
    for (const reply of replies.slice(1))
      expect(reply).toMatchObject({ kind: 'controlled', says: expect.stringContaining(`as <@${BOB}> asked`) });
  });

  it('while paused ends without a worker', async () => {
    const world = createWideWorld([at('esx02', 'pause')], { wave: 15 });
    const { id } = await enable(world);
    expect(await world.type(`abort ${id}`, BOB)).toMatchObject({ kind: 'controlled' });
    expect(world.queue.peekJobs()).toEqual([]);
    const job = await world.job(id);
    expect(job.state).toBe('aborted');
    expectSplit(job, 'kept', 'untouched');
  });

  it('while paused puts back what was changed', async () => {
    const world = createWideWorld([at('esx02', 'pause')], { wave: 15 });
    const before = await world.read('cluster-a');
    const { id } = await enable(world);
    await go(world, `abort ${id} --put-back`);
    expect(await world.job(id)).toMatchObject({ state: 'aborted' });
    expect(await changedSince(world, before)).toEqual([]);
  });

  it('before the first host ends at once, untouched, and answers a second time as the first', async () => {
    const world = createWideWorld([]);
    const before = await world.read('cluster-a');
    const reply = await world.type('enable cluster-a');
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.settle();
    await world.press({ jobId: reply.job.id, decision: 'approve', user: BOB });
    const first = await world.type(`abort ${reply.job.id}`, BOB);
    expect(first).toMatchObject({ kind: 'controlled', job: { state: 'aborted' } });
    expect(await world.type(`abort ${reply.job.id}`, BOB)).toMatchObject({
      kind: 'controlled',
      says: (first as { says: string }).says,
    });
    await world.settle();
    expect(await changedSince(world, before)).toEqual([]);
  });

  it.each([
    { how: '', outcome: 'kept' as const, why: 'Not every path between them was proven.' },
    { how: ' --put-back', outcome: 'put-back' as const, why: 'Put back: esx01' },
  ])('during the test of all paths ends with every host $outcome', async ({ how, outcome, why }) => {
    let pings = 0;
    const world: World = createWideWorld([], {
      wave: 15,
      hooks: {
        async before(call) {
          const [job] = await world.parts.store.jobs.listByCluster('cluster-a', 1);
          if (call.operation !== 'ExecuteSoap' || job?.state !== 'verifying') return;
          pings += 1;
          if (pings === 40) await world.type(`abort ${job.id}${how}`, BOB);
        },
      },
    });
    const before = await world.read('cluster-a');
    const job = await enable(world);
    expect(job).toMatchObject({ state: 'aborted', failure: { code: 'stopped', why: expect.stringContaining(why) } });
    expect(withOutcome(job, outcome)).toEqual(names(1, 16));
    expect(await changedSince(world, before)).toEqual(outcome === 'kept' ? names(1, 16) : []);
  });

  it('stops a test, which changes nothing', async () => {
    let pings = 0;
    const world: World = createWideWorld([], {
      hooks: {
        async before(call) {
          if (call.operation !== 'ExecuteSoap') return;
          pings += 1;
          if (pings === 3) await says(world, 'abort')();
        },
      },
    });
    await go(world, 'test cluster-a');
    expect(await world.job(await onlyJob(world))).toMatchObject({ state: 'aborted', failure: { code: 'stopped' } });
  });
});

describe('a host that fails while somebody wants the job to stop', () => {
  it('goes back as usual, and everything else with it where that is wanted', async () => {
    const world = createWideWorld(
      [
        {
          host: 'esx02',
          act: async (world) => void (await world.type(`abort ${await onlyJob(world)} --put-back`, BOB)),
        },
      ],
      { wave: 15, scenarios: ['fails-midway'] },
    );
    const before = await world.read('cluster-a');
    const job = await enable(world);
    expect(withOutcome(job, 'kept')).toEqual([]);
    expect(['aborted', 'rolled-back']).toContain(job.state);
    expect(await changedSince(world, before)).toEqual([]);
  });
});

describe('cancel and retry', () => {
  it('cancels what waits for people, and refuses what runs with the way to stop it', async () => {
    const world = createWideWorld([]);
    const reply = await world.type('enable cluster-a');
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.settle();
    expect(await world.type(`abort ${reply.job.id}`)).toMatchObject({
      kind: 'refused',
      code: 'not-running',
      fix: `/vmotion cancel ${reply.job.id}`,
    });
    const first = await world.type(`cancel ${reply.job.id}`);
    expect(first).toMatchObject({ kind: 'controlled', job: { state: 'cancelled' } });
    expect(await world.type(`cancel ${reply.job.id}`)).toMatchObject({
      kind: 'controlled',
      says: (first as { says: string }).says,
    });
    await world.settle();
    expect((await world.job(reply.job.id)).state).toBe('cancelled');
  });

  it('refuses to cancel a running change, and to retry it', async () => {
    const replies: Reply[] = [];
    const world = createWideWorld([
      {
        host: 'esx02',
        async act(world) {
          replies.push(await says(world, 'cancel')(), await says(world, 'retry')());
        },
      },
    ]);
    const { id } = await enable(world);
    expect(replies).toMatchObject([
      { kind: 'refused', code: 'is-running', fix: `/vmotion abort ${id}` },
      { kind: 'refused', code: 'not-ended' },
    ]);
    expect(await world.type(`retry ${id}`)).toMatchObject({ kind: 'refused', code: 'nothing-to-retry' });
    expect(await world.type(`pause ${id}`)).toMatchObject({ kind: 'refused', code: 'not-waiting' });
  });
});

/** Delivers what there is; a message that must come again waits for the next time. */
async function settleOnce(world: World): Promise<void> {
  const later: JobMessage[] = [];
  const runSlice = createRunSlice(world.parts);
  for (let message = world.queue.takeJob(); message !== undefined; message = world.queue.takeJob()) {
    const result = await runSlice(message, new Date(world.clock.now().getTime() + SLICE_MS));
    if (result === 'retry') later.push(message);
  }
  for (const message of later) await world.queue.sendJob(message);
}

describe('a worker that dies after somebody has wanted the job to stop', () => {
  /** Plays the change with one worker that dies at its nth write since the wish; others finish what it left. */
  async function dieAt(n: number, wish: string): Promise<{ world: World; job: Job; isDead: boolean }> {
    let isWanted = false;
    const midway: Midway = {
      host: 'esx02',
      async act(world) {
        isWanted = true;
        await world.type(wish.replace('JOB', await onlyJob(world)), BOB);
      },
    };
    const world = createWideWorld([midway], { hosts: 4, wave: 1 });
    const dying = dyingStore(world.parts.store, { writes: n, isCounting: () => isWanted });
    const runSlice = createRunSlice({ ...world.parts, store: dying.store });
    const reply = await world.type('enable cluster-a');
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.settle();
    await world.press({ jobId: reply.job.id, decision: 'approve', user: BOB });
    while (!dying.isDead()) {
      const message = world.queue.takeJob();
      if (message === undefined) break;
      await runSlice(message, new Date(world.clock.now().getTime() + SLICE_MS)).catch(() => undefined);
      if (dying.isDead()) await world.queue.sendJob(message);
    }
    // The dead one's lease has to run out, and the clock sends what it could not.
    for (let minute = 0; minute < 8; minute += 1) {
      await settleOnce(world);
      await world.clock.advance(60_000);
      await createTick(world.parts).tick();
    }
    await world.settle();
    return { world, job: await world.job(reply.job.id), isDead: dying.isDead() };
  }

  it.each([
    { wish: 'pause JOB', state: 'paused' },
    { wish: 'abort JOB', state: 'aborted' },
    { wish: 'abort JOB --put-back', state: 'aborted' },
  ])('leaves a job that ends as wanted by "$wish", wherever it died', async ({ wish, state }) => {
    let deaths = 0;
    for (let n = 1; n < 200; n += 7) {
      const { world, job, isDead } = await dieAt(n, wish);
      expect(job.state, `after ${n} writes`).toBe(state);
      const kept = withOutcome(job, 'kept');
      if (wish.includes('put-back')) expect(kept, `after ${n} writes`).toEqual([]);
      const now = await world.read('cluster-a');
      const changed = now.hosts
        .filter((host) => host.network?.vmks.some((vmk) => vmk.netstack === 'vmotion'))
        .map((host) => host.name.split('.')[0]);
      expect(changed, `after ${n} writes`).toEqual(kept);
      if (!isDead) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(2);
  });
});

describe('a trial that is to come back', () => {
  async function trial(wish: string) {
    const world = createWorld();
    await world.run('enable cluster-a');
    const place = await withVms(world);
    const reply = await world.type('trial cluster-a --vm web01 --from esx01 --to esx02 --return');
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.settle();
    const replies: Reply[] = [];
    const { fate } = place;
    place.fate = async (move) => {
      place.fate = fate;
      replies.push(await world.type(`${wish} ${reply.job.id}`, BOB));
      return move.pass();
    };
    await world.press({ jobId: reply.job.id, decision: 'approve', user: BOB });
    await world.settle();
    return { world, place, replies, id: reply.job.id };
  }

  it('is never broken off: an abort stops before the move back, and says where the VM is', async () => {
    const { world, place, replies, id } = await trial('abort');
    expect(replies).toMatchObject([{ kind: 'controlled', says: expect.stringContaining('before the next move') }]);
    expect(await world.job(id)).toMatchObject({
      state: 'aborted',
      failure: { code: 'stopped', why: 'web01 runs on esx02.lab.local now, and was not moved back.' },
    });
    expect(await place.hostOf('web01')).toBe('esx02.lab.local');
  });

  it('waits between its moves while it is paused, and brings the VM back when it goes on', async () => {
    const { world, place, id } = await trial('pause');
    expect((await world.job(id)).state).toBe('paused');
    expect(await place.hostOf('web01')).toBe('esx02.lab.local');
    await go(world, `resume ${id}`);
    expect(await world.job(id)).toMatchObject({ state: 'done', trial: { back: { state: 'moved' } } });
    expect(await place.hostOf('web01')).toBe('esx01.lab.local');
  });

  it('puts no host back, because it changes none', async () => {
    const { replies } = await trial('abort --put-back');
    expect(replies).toMatchObject([{ kind: 'refused', code: 'nothing-to-put-back' }]);
  });
});

describe('who may control a job', () => {
  it('is whoever asked for it, the operators of the cluster and those who approve its changes', async () => {
    const world = createWideWorld([], {
      settings: (settings) => {
        const cluster = settings.clusters['cluster-a'];
        if (cluster !== undefined) cluster.access = { ...cluster.access, operators: [ANN], approvers: [BOB] };
      },
    });
    const reply = await world.type('enable cluster-a');
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.settle();
    expect(await world.type(`cancel ${reply.job.id}`, 'U0EVE')).toMatchObject({
      kind: 'refused',
      code: 'denied',
      exitCode: 3,
    });
    expect(await world.type(`cancel ${reply.job.id}`, BOB, 'C0ELSEWHERE')).toMatchObject({
      kind: 'refused',
      code: 'denied',
    });
    expect(await world.type(`cancel ${reply.job.id}`, BOB)).toMatchObject({ kind: 'controlled' });
  });

  it('is answered by name and progress where another job has the cluster', async () => {
    const world = createWideWorld([at('esx02', 'pause')], { wave: 15 });
    const { id } = await enable(world);
    const reply = await world.type('enable cluster-a', BOB);
    expect(reply).toMatchObject({ kind: 'refused', code: 'cluster-busy', fix: `/vmotion show ${id}` });
    expect(reply).toMatchObject({
      what: expect.stringContaining(`<@${ANN}>`),
      why: expect.stringMatching(/since 2026-.* with \d+ of 16 hosts through, paused by <@U0BOB>/),
    });
  });
});
