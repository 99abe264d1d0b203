import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/domain/job.ts';
import { lostAnswer, notSent } from '../support/lab-transport.ts';
import { BOB, createWorld, SLICE_MS, type World } from '../support/world.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { type VmPlace, withVms } from '../support/vm-place.ts';

const TRIAL = 'trial cluster-a --vm web01 --from esx01 --to esx02';

async function enabled(): Promise<{ world: World; place: VmPlace }> {
  const world = createWorld();
  await world.run('enable cluster-a');
  return { world, place: await withVms(world) };
}

/** The trial as it waits for its approval. */
async function planned(world: World, text = TRIAL): Promise<Job> {
  const reply = await world.type(text);
  if (reply.kind !== 'queued') throw new Error(`not queued: ${JSON.stringify(reply)}`);
  await world.settle();
  return world.job(reply.job.id);
}

const approve = (world: World, job: Job) =>
  world.press({ jobId: job.id, decision: 'approve', digest: job.plan?.digest.slice(0, 12), user: BOB });

describe('a trial', () => {
  it('moves nothing before a second person has approved it', async () => {
    const { world, place } = await enabled();
    const job = await planned(world);
    expect(job.state).toBe('awaiting-approval');
    expect(job.trial?.found).toMatchObject({
      vm: { name: 'web01' },
      from: { name: 'esx01.lab.local' },
      to: { name: 'esx02.lab.local' },
    });
    expect(place.asked).toBe(0);
  });

  it('moves the VM and proves by both logs over which adapters', async () => {
    const { world, place } = await enabled();
    const job = await world.run(TRIAL);
    expect(job).toMatchObject({
      state: 'done',
      trial: { there: { state: 'moved', attempts: 1 }, evidence: { verdict: 'proven', streams: 2 } },
    });
    expect(job.trial?.evidence?.bound.map((one) => `${one.host} ${one.device}`)).toHaveLength(4);
    expect(await place.hostOf('web01')).toBe('esx02.lab.local');
    expect(world.chat.messages().at(-1)?.text).toMatch(/^PROVEN/);
  });

  it('brings the VM back when asked to', async () => {
    const { world, place } = await enabled();
    const job = await world.run(`${TRIAL} --return`);
    expect(job).toMatchObject({ state: 'done', trial: { there: { state: 'moved' }, back: { state: 'moved' } } });
    expect(await place.hostOf('web01')).toBe('esx01.lab.local');
    expect(place.asked).toBe(2);
  });

  it('is partial where the logs show an adapter that should not carry it', async () => {
    const { world, place } = await enabled();
    place.adapters = (host) => [{ device: 'vmk0', address: host.network?.vmks[0]?.ipv4.address ?? '' }];
    const job = await world.run(TRIAL);
    expect(job).toMatchObject({ state: 'partial', failure: { code: 'trial-not-as-planned' } });
    expect(job.failure?.why).toContain('vmk0');
  });

  it('says that nothing is proven where the logs are silent', async () => {
    const { world, place } = await enabled();
    place.fate = ({ vm, to }) => {
      vm.host = to;
      return { kind: 'moved', startedAt: '2026-01-02T03:04:05.000Z', completedAt: '2026-01-02T03:04:09.000Z' };
    };
    const job = await world.run(TRIAL);
    expect(job).toMatchObject({ state: 'done', trial: { evidenceMissing: expect.stringContaining('do not show') } });
  });

  it.each([
    { what: 'an unknown VM', text: 'trial cluster-a --vm web02 --from esx01 --to esx02', code: 'vm-unknown' },
    { what: 'an unknown host', text: 'trial cluster-a --vm web01 --from esx01 --to esx77', code: 'host-unknown' },
    {
      what: 'a VM that runs elsewhere',
      text: 'trial cluster-a --vm db01 --from esx01 --to esx03',
      code: 'vm-not-on-source',
    },
    { what: 'a VM that is off', text: 'trial cluster-a --vm off01 --from esx01 --to esx02', code: 'vm-powered-off' },
    {
      what: 'one host under two names',
      text: 'trial cluster-a --vm web01 --from esx01 --to esx01.lab.local',
      code: 'same-host',
    },
  ])('with $what ends before any plan', async ({ text, code }) => {
    const { world, place } = await enabled();
    expect(await planned(world, text)).toMatchObject({ state: 'invalid', failure: { code } });
    expect(place.asked).toBe(0);
  });

  it('names the command that was meant', async () => {
    const { world } = await enabled();
    const wrong = await planned(world, 'trial cluster-a --vm db01 --from esx01 --to esx02 --return');
    expect(wrong.failure?.remedy).toBe('/vmotion trial cluster-a --vm db01 --from esx02.lab.local --to esx01 --return');
    const typo = await planned(world, 'trial cluster-a --vm wbe01 --from esx01 --to esx02');
    expect(typo.failure?.remedy).toBe('/vmotion trial cluster-a --vm web01 --from esx01 --to esx02');
  });

  it("ends with vCenter's reasons where vCenter would not move the VM", async () => {
    const { world, place } = await enabled();
    place.against = { errors: ['CannotAccessNetwork: no VM-Prod on the target'], warnings: ['snapshots'] };
    expect(await planned(world)).toMatchObject({
      state: 'invalid',
      failure: { code: 'trial-refused', what: expect.stringContaining('no VM-Prod') },
    });
  });

  it('shows warnings to the person who approves', async () => {
    const { world, place } = await enabled();
    place.against = { errors: [], warnings: ['The VM has snapshots.'] };
    const job = await planned(world);
    expect(job.plan?.findings).toMatchObject([
      { code: 'relocate-warning', message: 'vCenter says: The VM has snapshots.' },
    ]);
    expect(JSON.stringify(world.chat.messages().at(-1)?.blocks)).toContain('The VM has snapshots.');
  });

  it('explains why vCenter failed, and says where the VM is', async () => {
    const { world, place } = await enabled();
    place.fate = () => ({ kind: 'failed', fault: 'VMotionLinkDown', message: 'The vMotion link is down' });
    const job = await world.run(TRIAL);
    expect(job).toMatchObject({
      state: 'aborted',
      failure: {
        code: 'trial-failed',
        what: 'web01 could not be moved from esx01.lab.local to esx02.lab.local: The vMotion link is down.',
        why: 'The uplink of a vMotion adapter has no link. It still runs on esx01.lab.local.',
      },
    });
    expect(world.chat.messages().at(-1)?.text).toMatch(/^FAILED/);
  });

  it('is partial where the VM can not come back, and says how to bring it back', async () => {
    const { world, place } = await enabled();
    place.fate = ({ pass }) =>
      place.asked === 1 ? pass() : { kind: 'failed', fault: 'Timedout', message: 'Operation timed out.' };
    const job = await world.run(`${TRIAL} --return`);
    expect(job).toMatchObject({
      state: 'partial',
      failure: {
        code: 'trial-not-returned',
        remedy: '/vmotion trial cluster-a --vm web01 --from esx02.lab.local --to esx01.lab.local',
      },
    });
  });

  it('is stale where somebody else moved the VM after the approval was asked for', async () => {
    const { world, place } = await enabled();
    const job = await planned(world);
    const [web01, db01] = place.vms;
    if (web01 !== undefined && db01 !== undefined) web01.host = db01.host;
    await approve(world, job);
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'stale', failure: { code: 'stale' } });
    expect(place.asked).toBe(0);
  });

  it('is not ended by a worker that was overtaken, and sees where another one has moved the VM', async () => {
    const { world, place } = await enabled();
    const job = await planned(world);
    await approve(world, job);
    const [web01, db01] = place.vms;
    if (web01 !== undefined && db01 !== undefined) web01.host = db01.host;
    const { leases } = world.parts.store;
    const { renew } = leases;
    leases.renew = async (lease, until) => renew({ ...lease, fence: lease.fence - 1 }, until);
    const message = world.queue.takeJob();
    if (message === undefined) throw new Error('no message');
    await createRunSlice(world.parts)(message, new Date(world.clock.now().getTime() + SLICE_MS));
    expect(await world.job(job.id)).toMatchObject({ state: 'applying' });
  });
});

describe('when something dies', () => {
  it('looks for a VM whose answer was lost, and does not move it twice', async () => {
    const { world, place } = await enabled();
    place.fate = ({ pass }) => {
      pass();
      throw lostAnswer();
    };
    const job = await world.run(TRIAL);
    expect(job).toMatchObject({ state: 'done', trial: { there: { state: 'moved' }, evidence: { verdict: 'proven' } } });
    expect(place.asked).toBe(1);
  });

  it('asks once more where the call never arrived', async () => {
    const { world, place } = await enabled();
    place.fate = ({ pass }) => {
      if (place.asked === 1) throw notSent();
      return pass();
    };
    expect(await world.run(TRIAL)).toMatchObject({ state: 'done', trial: { there: { attempts: 2 } } });
    expect(place.asked).toBe(2);
  });

  it('gives up after the second time, with the VM where it was', async () => {
    const { world, place } = await enabled();
    place.fate = () => {
      throw notSent();
    };
    expect(await world.run(TRIAL)).toMatchObject({ state: 'aborted', failure: { code: 'trial-failed' } });
    expect(place.asked).toBe(2);
    expect(await place.hostOf('web01')).toBe('esx01.lab.local');
  });

  it('goes on in the next slice where a migration lasts longer than one', async () => {
    const { world, place } = await enabled();
    let looks = 0;
    let finish = () => {};
    place.fate = ({ vm, pass }) => {
      place.running = [{ vm: vm.name, host: 'esx01.lab.local', progress: 40 }];
      finish = () => {
        pass();
        place.running = [];
      };
      return { kind: 'running' };
    };
    place.onLook = () => {
      looks += 1;
      if (looks === 60) finish();
    };
    const job = await world.run(TRIAL);
    expect(job).toMatchObject({ state: 'done', trial: { there: { state: 'moved', attempts: 1 } } });
    expect(job.cursor).toBeGreaterThan(3);
    expect(place.asked).toBe(1);
  });

  it('goes on after a worker that died in the middle of the move', async () => {
    const { world, place } = await enabled();
    const job = await planned(world);
    await approve(world, job);
    const message = world.queue.takeJob();
    if (message === undefined) throw new Error('no message');
    const deadline = () => new Date(world.clock.now().getTime() + SLICE_MS);
    place.fate = ({ pass }) => {
      pass();
      // The process is gone: nobody catches this, and no row is written any more.
      throw new Error('killed');
    };
    await expect(createRunSlice(world.parts)(message, deadline())).rejects.toThrow('killed');
    expect((await world.job(job.id)).trial?.there).toMatchObject({ state: 'begun', attempts: 1 });
    place.fate = ({ pass }) => pass();
    await world.queue.sendJob(message);
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'done', trial: { there: { state: 'moved', attempts: 1 } } });
    expect(place.asked).toBe(1);
  });

  it('says so where the VM is gone from both hosts', async () => {
    const { world, place } = await enabled();
    place.fate = ({ vm }) => {
      vm.host = { type: 'HostSystem', value: 'host-elsewhere' };
      throw lostAnswer();
    };
    expect(await world.run(TRIAL)).toMatchObject({ state: 'partial', failure: { code: 'trial-lost-sight' } });
  });
});

describe('evidence', () => {
  it('lists the last migrations of the cluster without moving anything', async () => {
    const { world, place } = await enabled();
    await world.run(`${TRIAL} --return`);
    const job = await world.run('evidence cluster-a');
    expect(job.state).toBe('done');
    expect(job.evidence?.migrations).toMatchObject([
      { from: 'esx02.lab.local', to: 'esx01.lab.local', verdict: 'proven' },
      { from: 'esx01.lab.local', to: 'esx02.lab.local', verdict: 'proven' },
    ]);
    expect(place.asked).toBe(2);
  });

  it('says where there is none', async () => {
    const { world } = await enabled();
    const job = await world.run('evidence cluster-a');
    expect(job).toMatchObject({ state: 'done', evidence: { migrations: [], gaps: [] } });
    expect(JSON.stringify(world.chat.messages().at(-1)?.blocks)).toContain('No migration stands in the logs');
  });
});
