// A stale job names who is behind the change and when, as far as vCenter's events and the product's own jobs tell.
import { expect, it } from 'vitest';
import type { Job } from '../../shared/domain/job.ts';
import { OpsError } from '../../shared/errors.ts';
import type { VsphereSession } from '../../shared/ports.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { BOB, createWorld, type World } from '../support/world.ts';

const HOST = 'esx03.lab.local';

async function planned(world: World, text: string): Promise<string> {
  const reply = await world.type(text);
  if (reply.kind !== 'queued') throw new Error(`not queued: ${JSON.stringify(reply)}`);
  await world.settle();
  return reply.job.id;
}

async function approved(world: World, id: string): Promise<Job> {
  const { plan } = await world.job(id);
  await world.press({ jobId: id, decision: 'approve', digest: plan?.digest.slice(0, 12), user: BOB });
  await world.settle();
  return world.job(id);
}

/** A plan that mends the MTU of one host, from which somebody takes an adapter before it is approved. */
async function becomeStale(world: World, user?: string): Promise<Job> {
  await world.run('enable cluster-a');
  world.lab.changes.breakHost('mtu-changed', HOST, 'VSPHERE.LOCAL\\carl');
  const id = await planned(world, 'enable cluster-a');
  await world.clock.advance(600_000);
  world.lab.changes.breakHost('adapter-gone', HOST, user);
  await world.clock.advance(60_000);
  return approved(world, id);
}

it('names the person and the time of the change that came after the plan', async () => {
  const world = createWorld({ settings: (settings) => void delete settings.alarms });
  const job = await becomeStale(world, 'VSPHERE.LOCAL\\eve');
  const at = new Date(world.clock.now().getTime() - 60_000).toISOString();
  expect(job).toMatchObject({ state: 'stale', failure: { what: expect.stringContaining(HOST) } });
  expect(job.failure?.why).toContain(`it was VSPHERE.LOCAL\\eve at ${at} ("Task: Remove virtual NIC").`);
  // In the message the moment stands in the reader's own time zone.
  const { blocks } = renderJob(job, { records: [], cells: [], isFull: true }, world.clock.now());
  expect(JSON.stringify(blocks)).toContain(`VSPHERE.LOCAL\\\\eve at <!date^${Math.floor(Date.parse(at) / 1000)}^`);
});

it('says so where no event tells of the change', async () => {
  const world = createWorld();
  const id = await planned(world, 'enable cluster-a');
  const host = world.lab.model.clusters.find(({ name }) => name === 'cluster-a')?.hosts[1];
  const vmk = host?.network.vmks.find(({ device }) => device === 'vmk1');
  if (vmk === undefined) throw new Error('no vmk1');
  vmk.mtuBytes = 1500;
  const job = await approved(world, id);
  expect(job).toMatchObject({ state: 'stale' });
  expect(job.failure?.why).toContain("vCenter's events do not say who it was.");
});

it('names the job of the product that changed the host meanwhile', async () => {
  const world = createWorld();
  const id = await planned(world, 'plan enable cluster-a');
  const other = await world.run(`enable cluster-a --host ${HOST}`);
  await approved(world, id);
  await world.type(`apply ${id}`);
  await world.settle();
  const job = await world.job(id);
  expect([other.state, job.state]).toEqual(['done', 'stale']);
  expect(job.failure?.why).toContain(`It was vmotion-ops itself, in another job: ${other.id}.`);
});

it('is stale all the same where the events may not be read', async () => {
  const world = createWorld({ settings: (settings) => void delete settings.alarms });
  const { vsphere } = world.parts;
  const refuse = async () => {
    throw new OpsError('vcenter-fault', 'NoPermission', { retry: 'never', remedy: 'Give the account that right.' });
  };
  world.parts.vsphere = {
    withSession: async (vcenter, operation, use) =>
      vsphere.withSession(vcenter, operation, async (session) => use(withEvents(session, refuse))),
  };
  const job = await becomeStale(world);
  expect(job).toMatchObject({ state: 'stale' });
  expect(job.failure?.why).toContain("vCenter's events could not be read (vcenter-fault).");
});

function withEvents(session: VsphereSession, readEvents: VsphereSession['readEvents']): VsphereSession {
  return new Proxy(session, {
    get: (target, name) => (name === 'readEvents' ? readEvents : Reflect.get(target, name, target)),
  });
}
