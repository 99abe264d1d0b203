import { describe, expect, it } from 'vitest';
import { VimFault } from '../../infra/lab/vcenter/vim-fault.ts';
import type { LabOptions } from '../../infra/lab/vcenter/vcenter.ts';
import { createMoveJob } from '../../shared/app/move-job.ts';
import { createTick } from '../../shared/app/tick.ts';
import { createWorld, type World } from '../support/world.ts';

/** DRS of cluster-a as the simulated vCenter has it, and at each write to a host. */
function held(options: LabOptions = {}): { world: World; drs: () => string; seen: Set<string> } {
  const seen = new Set<string>();
  let world: World | undefined;
  const drs = () => world?.lab.model.clusters.find((one) => one.name === 'cluster-a')?.drs.behavior ?? '';
  world = createWorld({
    ...options,
    settings: (settings) => {
      const cluster = settings.clusters['cluster-a'];
      if (cluster !== undefined) cluster.profile.rollout.holdDrs = true;
    },
    hooks: {
      ...options.hooks,
      before: async (call) => {
        if (call.operation.endsWith('VirtualNic')) seen.add(drs());
        await options.hooks?.before?.(call);
      },
    },
  });
  return { world, drs, seen };
}

describe('rollout.holdDrs', () => {
  it('holds DRS at manual while hosts are written to, puts it back, and says both', async () => {
    const { world, drs, seen } = held();
    expect(drs()).toBe('fullyAutomated');
    const job = await world.run('enable cluster-a');
    expect(job).toMatchObject({ state: 'done', drs: { was: 'fullyAutomated', isReleased: true } });
    expect([...seen]).toEqual(['manual']);
    expect(drs()).toBe('fullyAutomated');
    expect(JSON.stringify(world.chat.messages())).toContain('DRS was held at manual');
  });

  it('puts DRS back when the change is rolled back', async () => {
    const { world, drs } = held({ scenarios: ['fails-midway'] });
    expect(await world.run('enable cluster-a')).toMatchObject({ state: 'rolled-back', drs: { isReleased: true } });
    expect(drs()).toBe('fullyAutomated');
  });

  it('leaves DRS alone where the profile does not ask for it', async () => {
    const world = createWorld();
    expect((await world.run('enable cluster-a')).drs).toBeUndefined();
  });

  it('tries again after the job has ended, and owes it until it is done', async () => {
    let refusals = 0;
    const { world, drs } = held({
      hooks: {
        before(call) {
          // The second change of DRS is the one that puts it back.
          if (call.operation !== 'ReconfigureComputeResource_Task') return;
          refusals += 1;
          if (refusals === 2) throw new VimFault('InvalidState', 'The operation is not allowed in the current state.');
        },
      },
    });
    const reply = await world.type('enable cluster-a');
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.settle();
    await world.press({ jobId: reply.job.id, decision: 'approve', user: 'U0BOB' });
    await world.settle();
    expect(await world.job(reply.job.id)).toMatchObject({ state: 'done', drs: { isReleased: false } });
    expect(drs()).toBe('manual');
    expect(JSON.stringify(world.chat.messages())).toContain('DRS is still at manual');
    const { tick } = createTick(world.parts);
    for (let minute = 0; minute < 3; minute += 1) {
      await world.clock.advance(60_000);
      await tick();
      await world.settle();
    }
    expect(drs()).toBe('fullyAutomated');
    expect(await world.job(reply.job.id)).toMatchObject({ drs: { isReleased: true }, settledAt: expect.any(String) });
    expect(JSON.stringify(world.chat.messages())).toContain('DRS was held at manual');
  });

  it('is put back although a worker that stood still says late that an earlier hold is over', async () => {
    const { world, drs } = held();
    const { store } = world.parts;
    const { save } = store.jobs;
    let isLate = false;
    // Right after the row says that DRS is held, what was put back before is told.
    store.jobs.save = async (job, ...rest) => {
      const saved = await save(job, ...rest);
      if (isLate || job.drs?.isReleased !== false) return saved;
      isLate = true;
      const moveJob = createMoveJob(world.parts);
      await moveJob(job.id, { kind: 'drs-held', cluster: job.drs.cluster, was: job.drs.was });
      await moveJob(job.id, { kind: 'drs-released' });
      return saved;
    };
    expect(await world.run('enable cluster-a')).toMatchObject({ state: 'done', drs: { isReleased: true } });
    expect(isLate).toBe(true);
    expect(drs()).toBe('fullyAutomated');
  });
});
