import { describe, expect, it } from 'vitest';
import { createTakeDeadLetter, type TakenLetter } from '../../shared/app/take-dead-letter.ts';
import { createTick } from '../../shared/app/tick.ts';
import { ANN, BOB, createWorld, type World } from '../support/world.ts';

/** A world whose admins are ann, with one job that waits for approval. */
async function withJob() {
  const world = createWorld({
    settings: (settings) => {
      for (const cluster of Object.values(settings.clusters)) cluster.access.admins = [ANN];
    },
  });
  const reply = await world.type('enable cluster-a');
  if (reply.kind !== 'queued') throw new Error('not queued');
  const take = createTakeDeadLetter({ ...world.parts, tick: createTick(world.parts) });
  return { world, job: reply.job, take };
}

const deadJob = (jobId: string, cursor = 0): TakenLetter => ({
  messageId: 'm1',
  queue: 'jobs',
  content: { kind: 'job', jobId, cluster: 'cluster-a', cursor },
  body: '{}',
  receives: 3,
});
const deadNotice = (jobId: string): TakenLetter => ({
  messageId: 'm2',
  queue: 'notices',
  content: { kind: 'notice', jobId, version: 1 },
  body: '{}',
  receives: 3,
});

async function letters(world: World) {
  const reply = await world.type('dlq list');
  if (reply.kind !== 'dead-letters') throw new Error(`no list: ${JSON.stringify(reply)}`);
  return reply.letters;
}

describe('dead letters', () => {
  it('end their job, and are listed with age, job and reason', async () => {
    const { world, job, take } = await withJob();
    expect(await letters(world)).toEqual([]);
    await take(deadJob(job.id));
    expect((await world.job(job.id)).state).toBe('aborted');
    expect(await letters(world)).toMatchObject([
      { id: expect.stringMatching(/^d-[0-9a-f]{6}$/), queue: 'jobs', content: { jobId: job.id }, receives: 3 },
    ]);
  });

  it('are one row however often they are delivered', async () => {
    const { world, job, take } = await withJob();
    await take(deadJob(job.id));
    const [first] = await letters(world);
    await world.clock.advance(60_000);
    await take({ ...deadJob(job.id), receives: 4 });
    expect(await letters(world)).toEqual([{ ...first, receives: 4 }]);
  });

  it('that are notices end no job, and are sent again on request', async () => {
    const { world, job, take } = await withJob();
    await world.settle();
    await take(deadNotice(job.id));
    expect((await world.job(job.id)).state).toBe('awaiting-approval');
    const [letter] = await letters(world);
    const reply = await world.type(`dlq redrive ${letter?.id}`);
    expect(reply).toMatchObject({ kind: 'redriven', letter: { redriven: { by: ANN } } });
    expect(world.queue.peekNotices()).toMatchObject([{ jobId: job.id }]);
    expect(await letters(world)).toMatchObject([{ redriven: { by: ANN } }]);
  });

  it('of a job that can still move are sent again', async () => {
    const { world, job, take } = await withJob();
    while (world.queue.takeJob() !== undefined);
    // Its job has another cursor by then, so that the letter does not end it.
    await take(deadJob(job.id, 7));
    const [letter] = await letters(world);
    await world.parts.store.deadLetters.put({ ...letter!, content: deadJob(job.id).content });
    expect(await world.type(`dlq redrive ${letter?.id}`)).toMatchObject({ kind: 'redriven' });
    expect(world.queue.peekJobs()).toMatchObject([{ jobId: job.id, cursor: 0 }]);
    await world.settle();
    expect((await world.job(job.id)).state).toBe('awaiting-approval');
  });

  it('of a job that has ended are refused, with the way to try again', async () => {
    const { world, job, take } = await withJob();
    await take(deadJob(job.id));
    const [letter] = await letters(world);
    expect(await world.type(`dlq redrive ${letter?.id}`)).toMatchObject({
      kind: 'refused',
      code: 'not-redrivable',
      fix: `/vmotion retry ${job.id}`,
    });
    expect(await world.type(`retry ${job.id}`)).toMatchObject({ kind: 'queued', job: { retryOf: job.id } });
  });

  it('that have gone on, that nobody can read, or that are not there are refused', async () => {
    const { world, job, take } = await withJob();
    await world.settle();
    await take(deadJob(job.id, 0));
    await take({ ...deadJob(job.id), messageId: 'm9', content: { kind: 'unreadable' } });
    for (const { id } of await letters(world))
      expect(await world.type(`dlq redrive ${id}`)).toMatchObject({ kind: 'refused', code: 'not-redrivable' });
    expect(await world.type('dlq redrive d-000000')).toMatchObject({ kind: 'refused', code: 'letter-not-found' });
  });

  it('are for admins of the cluster, in its channel', async () => {
    const { world, job, take } = await withJob();
    await take(deadJob(job.id));
    expect(await world.type('dlq list', BOB)).toMatchObject({ kind: 'refused', code: 'denied', exitCode: 3 });
    expect(await world.type('dlq list', ANN, 'C0ELSEWHERE')).toMatchObject({ kind: 'refused', code: 'denied' });
  });

  it('of one channel’s clusters are neither seen nor sent again from another channel', async () => {
    const { world, job, take } = await withJob();
    const other = world.parts.settings.clusters['cluster-l3'];
    if (other === undefined) throw new Error('the lab has no cluster-l3');
    other.channel = 'C0OTHER';
    await take(deadNotice(job.id));
    const [letter] = await letters(world);
    expect(letter?.content).toMatchObject({ jobId: job.id });
    expect(await world.type('dlq list', ANN, 'C0OTHER')).toEqual({ kind: 'dead-letters', letters: [] });
    expect(await world.type(`dlq redrive ${letter?.id}`, ANN, 'C0OTHER')).toMatchObject({ code: 'letter-not-found' });
    expect(await letters(world)).toEqual([letter]);
  });

  it('are refused to who is no admin of any cluster here, by the first rule that says so', async () => {
    const { world } = await withJob();
    expect(await world.type('dlq list', BOB)).toMatchObject({
      code: 'denied',
      why: expect.stringContaining('rule clusters.cluster-a.access.admins'),
    });
    expect(await world.type('dlq list', ANN, 'C0ELSEWHERE')).toMatchObject({ fix: '/vmotion list clusters' });
  });

  it('about a card are told to the notifier again, as a message that no queue has seen', async () => {
    const { world, take } = await withJob();
    const content = { kind: 'card' as const, card: 'c-000001', version: 3 };
    await take({ ...deadNotice('j-000001'), messageId: 'm3', content });
    const [letter] = await letters(world);
    expect(await world.type(`dlq redrive ${letter?.id}`)).toMatchObject({ kind: 'redriven' });
    const attempt = Math.floor(world.clock.now().getTime() / 1000);
    expect(world.queue.peekCardNotices()).toEqual([{ card: 'c-000001', version: 3, attempt }]);
  });
});
