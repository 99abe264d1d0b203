import { describe, expect, it } from 'vitest';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTick } from '../../shared/app/tick.ts';
import { takeTurn } from '../../shared/app/vcenter-turn.ts';
import { aCard } from '../support/a-card.ts';
import { aJob } from '../support/builders.ts';
import { createWorld, SLICE_MS } from '../support/world.ts';

/** A world whose queues keep what they are given: nobody takes it. */
function aWorldWithoutReaders() {
  const world = createWorld();
  const tick = createTick(world.parts);
  return {
    world,
    async minutes(count: number) {
      for (let minute = 0; minute < count; minute += 1) {
        await world.clock.sleep(60_000);
        await tick.tick();
      }
    },
  };
}

describe('while nobody takes messages', () => {
  it('few notices of a job are sent beside the one that waits, and it is never forgotten', async () => {
    const { world, minutes } = aWorldWithoutReaders();
    await world.parts.store.jobs.create(aJob({ state: 'done', updatedAt: world.clock.now().toISOString() }));
    await minutes(60);
    expect(world.queue.peekNotices().length).toBe(14);
    await minutes(60);
    expect(world.queue.peekNotices().length).toBe(26);
  });

  it('few messages ask for DRS of a job that has ended', async () => {
    const { world, minutes } = aWorldWithoutReaders();
    const at = world.clock.now().toISOString();
    const cluster = { type: 'ClusterComputeResource', value: 'domain-c8' };
    const drs = { cluster, was: 'fullyAutomated' as const, isReleased: false };
    await world.parts.store.jobs.create(aJob({ state: 'aborted', endedAt: at, drs }));
    await minutes(60);
    expect(world.queue.peekJobs().length).toBe(14);
  });

  it('few notices of an alarm card are sent', async () => {
    const { world, minutes } = aWorldWithoutReaders();
    const at = world.clock.now().toISOString();
    await world.parts.store.cards.create(aCard({ history: [{ seq: 1, at, kind: 'raised', text: 'raised' }] }));
    await minutes(60);
    expect(world.queue.peekCardNotices().length).toBe(14);
  });
});

it('a job whose slices find no turn gets no new series of messages for each of those that wait', async () => {
  const { world, minutes } = aWorldWithoutReaders();
  const { parts, queue } = world;
  for (const vcenter of Object.values(parts.settings.vcenters)) vcenter.workers = 1;
  await takeTurn(parts, aJob({ id: 'j-other', cluster: 'cluster-b' }), new Date('2027-01-01T00:00:00.000Z'));
  const at = world.clock.now().toISOString();
  const job = aJob({ state: 'queued', createdAt: at, updatedAt: at, heartbeatAt: undefined, cursor: 0, attempt: 0 });
  await parts.store.jobs.create(job);
  await queue.sendJob({ jobId: job.id, cluster: job.cluster, cursor: 0, attempt: 0 });
  // Workers that take four minutes for each message.
  for (let slice = 0; slice < 30; slice += 1) {
    await minutes(4);
    const message = queue.takeJob();
    if (message === undefined) continue;
    const answer = createRunSlice(parts)(message, new Date(world.clock.now().getTime() + SLICE_MS));
    expect(await answer).toBe('finished');
  }
  expect((await world.job(job.id)).waits).toBeDefined();
  expect(queue.peekJobs().length).toBeLessThan(5);
});

it('a message that the queue refuses is sent in the next round, without a pause', async () => {
  const { world, minutes } = aWorldWithoutReaders();
  const at = world.clock.now().toISOString();
  await world.parts.store.jobs.create(aJob({ state: 'queued', updatedAt: at, heartbeatAt: undefined, attempt: 0 }));
  const { sendJob } = world.parts.queue;
  world.parts.queue.sendJob = () => Promise.reject(new Error('away'));
  await minutes(30);
  world.parts.queue.sendJob = sendJob;
  await minutes(1);
  expect(world.queue.peekJobs()).toMatchObject([{ jobId: 'j-000001', attempt: 1 }]);
});

it('what is new is sent again soon, however long ago the channel was shown anything', async () => {
  const { world, minutes } = aWorldWithoutReaders();
  const shownAt = world.clock.now().toISOString();
  await minutes(120);
  const at = world.clock.now().toISOString();
  await world.parts.store.jobs.create(aJob({ state: 'done', version: 9, updatedAt: at }));
  const place = { jobId: 'j-000001', channel: 'C0VSPHERE', ts: '1.0' };
  await world.parts.store.notices.put({ ...place, shownVersion: 8, shownAt });
  await minutes(2);
  expect(world.queue.peekNotices().length).toBe(2);
});
