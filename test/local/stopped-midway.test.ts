// What a service manager does to stop the product: SIGTERM, in the middle of a job.
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { play } from '../kill/process.ts';
import { type Service, startService } from '../kill/service.ts';

let data = '';
let service: Service | undefined;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'vmotion-stopped-'));
});
afterEach(async () => {
  service?.process.kill('SIGKILL');
  await service?.ended;
  await rm(data, { recursive: true, force: true });
});

it('a process that is asked to stop finishes the slice under way, and the next process goes on from there', async () => {
  service = await startService(['--latency', 'lan', '--data', data]);
  if (service === undefined) throw new Error('the service did not start');
  await service.type('U0ANN', '/vmotion enable cluster-a');
  expect(await service.untilShown(/"approve-plan"/)).toBe(true);
  await service.click('U0BOB', 'approve-plan');
  expect(await service.untilShown(/RUNNING|Running/)).toBe(true);
  service.process.kill('SIGTERM');
  expect(await service.ended).toEqual([0, null]);
  expect(service.said()).toContain('Finishing what is under way');
  // Closed, not abandoned.
  await expect(access(join(data, 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
  const log = await readFile(join(data, 'vmotion-ops.log'), 'utf8');
  expect(log).not.toMatch(/slice-failed|slice-broke|message-not-settled|invocation-failed/);

  const { code, jobs } = await play(['--data', data]);
  expect({ code, states: jobs.map((job) => job.state) }).toEqual({ code: 0, states: ['done'] });
  for (const host of jobs[0]?.hosts ?? [])
    expect(host.after?.vmks.filter((vmk) => vmk.netstack === 'vmotion')).toHaveLength(2);
});
