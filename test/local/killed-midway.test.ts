import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { play, startProcess } from '../kill/process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmotion-killed-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Kills the process with SIGKILL once its transcript shows `mark`. */
async function killAt(mark: string, args: string[]): Promise<void> {
  const running = startProcess(args);
  const exit = once(running, 'exit');
  running.stderr?.resume();
  let seen = '';
  for await (const chunk of running.stdout ?? []) {
    seen += String(chunk);
    if (seen.includes(mark)) running.kill('SIGKILL');
  }
  await exit;
  expect(seen).toContain(mark);
}

describe('a process that is killed', () => {
  it('leaves a rollout that the next one carries to its end, with nothing done twice', async () => {
    const data = ['--data', folder];
    await killAt('RUNNING 1 of 4', ['/vmotion enable cluster-a', '--approve', '--latency', 'lan', ...data]);
    const { code, jobs } = await play(['/vmotion revert cluster-a', '--approve', ...data]);
    expect(code).toBe(0);
    const [resumed, revert] = jobs;
    expect(resumed).toMatchObject({ kind: 'enable', state: 'done' });
    for (const host of resumed?.hosts ?? []) {
      const onStack = host.after?.vmks.filter((vmk) => vmk.netstack === 'vmotion').map((vmk) => vmk.portGroup);
      expect(onStack, host.name).toEqual(['vMotion-A', 'vMotion-B']);
    }
    expect(revert).toMatchObject({ kind: 'revert', state: 'done' });
    expect(revert?.hosts.map((host) => host.after)).toEqual(resumed?.hosts.map((host) => host.before));
  });

  it('leaves a request for approval that the next one shows again', async () => {
    const data = ['--data', folder];
    await killAt('or type /vmotion approve', ['/vmotion enable cluster-a', ...data]);
    const { code, jobs } = await play(['--approve', ...data]);
    expect({ code, states: jobs.map((job) => job.state) }).toEqual({ code: 0, states: ['done'] });
  });
});
