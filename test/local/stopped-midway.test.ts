// What a service manager does to stop the product: SIGTERM, in the middle of a job.
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { play } from '../kill/process.ts';
import { enableUntilRunning, useServiceFolder } from '../support/service-folder.ts';

const { folder, start } = useServiceFolder();

it('a process that is asked to stop finishes the slice under way, and the next process goes on from there', async () => {
  const service = await start(['--latency', 'lan']);
  await enableUntilRunning(service);
  service.process.kill('SIGTERM');
  expect(await service.ended).toEqual([0, null]);
  expect(service.said()).toContain('Finishing what is under way');
  // Closed, not abandoned.
  await expect(access(join(folder(), 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
  const log = await readFile(join(folder(), 'vmotion-ops.log'), 'utf8');
  expect(log).not.toMatch(/slice-failed|slice-broke|message-not-settled|invocation-failed/);

  const { code, jobs } = await play(['--data', folder()]);
  expect({ code, states: jobs.map((job) => job.state) }).toEqual({ code: 0, states: ['done'] });
  for (const host of jobs[0]?.hosts ?? [])
    expect(host.after?.vmks.filter((vmk) => vmk.netstack === 'vmotion')).toHaveLength(2);
});
