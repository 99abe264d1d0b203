// What the message of a failed job tells whoever looks at it at night.
import { expect, it } from 'vitest';
import { renderText } from '../../infra/lab/slack/render-text.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { reportJson } from '../../shared/slack/views/report-file.ts';
import { createWorld, type World } from '../support/world.ts';

async function failed(world: World) {
  const job = await world.run('enable cluster-l3');
  const records = await world.parts.store.records.list(job.id);
  const seen = { records, cells: [] };
  const read = (style: 'rich' | 'classic') => renderText(renderJob(job, seen, world.clock.now(), { style }));
  return { job, records, read };
}

it('shows the last steps with their times, hosts and outcomes, and where vCenter logs them', async () => {
  const { job, records, read } = await failed(createWorld({ scenarios: ['gateway-missing'] }));
  expect(job.state).toBe('rolled-back');
  for (const style of ['rich', 'classic'] as const) {
    const text = read(style);
    expect(text).toContain(`as opID vmotion-ops-${job.id}-`);
    expect(text).toMatch(/\d\d:\d\d:\d\d {2}esx\d\d {2}put back {2}- vmk\d/);
    expect(text.match(/^.*\d\d:\d\d:\d\d {2}esx\d\d/gm)?.length).toBeLessThanOrEqual(8);
  }
  const report: unknown = JSON.parse(reportJson(job, records));
  expect(report).toMatchObject({ operationPrefix: `vmotion-ops-${job.id}`, tried: expect.anything() });
  const { tried } = report as { tried: { way: string }[] };
  expect(tried.map(({ way }) => way)).toEqual(expect.arrayContaining(['there', 'back']));
});

it('finds the very id in the calls that reached vCenter', async () => {
  const operations: string[] = [];
  const world = createWorld({ scenarios: ['gateway-missing'] });
  const { handle } = world.lab;
  world.lab.handle = async (request) => {
    operations.push(/<operationID>([^<]*)</.exec(request.body)?.[1] ?? '');
    return handle(request);
  };
  const { job } = await failed(world);
  expect(operations.filter((id) => id.startsWith(`vmotion-ops-${job.id}-`)).length).toBeGreaterThan(10);
});

it('says nothing of the kind about a job that went well', async () => {
  const world = createWorld();
  const job = await world.run('enable cluster-a');
  const records = await world.parts.store.records.list(job.id);
  expect(renderText(renderJob(job, { records, cells: [] }, world.clock.now()))).not.toContain('opID');
});
