// What `list jobs` and `history` answer where there are many jobs: none that is open is missing, and the rest is counted.
import { expect, it } from 'vitest';
import { renderText } from '../../infra/lab/slack/render-text.ts';
import type { Job } from '../../shared/domain/job.ts';
import { renderReply } from '../../shared/slack/views/reply.ts';
import { aJob } from '../slack/a-job.ts';
import { createWorld, EVE, type World } from '../support/world.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20) + minute * 60_000).toISOString();

async function add(world: World, count: number, override: Partial<Job>, from = 0): Promise<void> {
  for (let index = from; index < from + count; index += 1) {
    const id = `j-${String(index).padStart(6, '0')}`;
    await world.parts.store.jobs.create(aJob({ id, createdAt: at(index), version: 1, ...override }));
  }
}

const read = async (world: World, text: string, user?: string) => renderText(renderReply(await world.type(text, user)));

it('lists a job that is still open however many came after it', async () => {
  const world = createWorld();
  await add(world, 1, { state: 'paused' });
  await add(world, 120, { kind: 'audit', state: 'in-place', isQuiet: true, settledAt: at(0) }, 1);
  expect(await world.type('list jobs')).toMatchObject({ jobs: [{ id: 'j-000000' }], more: 0 });
  expect(await world.type('history cluster-a')).toMatchObject({ jobs: [{ id: 'j-000000' }], hasOlder: false });
});

it('counts what one answer can not hold, and names the command for the rest', async () => {
  const world = createWorld();
  await add(world, 130, {});
  const reply = await world.type('list jobs');
  expect(reply).toMatchObject({ more: 30 });
  const text = await read(world, 'list jobs');
  const shown = text.match(/j-\d{6}/g)?.length ?? 0;
  expect(shown).toBeGreaterThan(20);
  expect(text).toContain(`... and ${130 - shown} older. Those of one cluster: /vmotion list jobs CLUSTER`);
  expect(renderReply(reply).text).toBe('130 open jobs here.');
});

it('lists those of one cluster', async () => {
  const world = createWorld();
  await add(world, 2, {});
  await add(world, 1, { cluster: 'cluster-l3' }, 2);
  expect(await world.type('list jobs cluster-l3')).toMatchObject({ jobs: [{ id: 'j-000002' }], cluster: 'cluster-l3' });
  expect(await read(world, 'list jobs cluster-l3')).toContain('j-000002');
  expect(await world.type('list jobs cluster-l4')).toMatchObject({
    kind: 'refused',
    code: 'unknown-cluster',
    fix: '/vmotion list jobs cluster-l3',
  });
  expect(await world.type('list locks cluster-a')).toMatchObject({ kind: 'refused', code: 'too-much' });
});

it('says where older jobs of the history are', async () => {
  const world = createWorld();
  await add(world, 12, { state: 'done', settledAt: at(1) });
  expect(await read(world, 'history', EVE)).toContain('Older ones, of one cluster: /vmotion history CLUSTER');
  expect(await read(world, 'history cluster-a')).toContain('audit log: /vmotion audit-log export cluster-a');
});
