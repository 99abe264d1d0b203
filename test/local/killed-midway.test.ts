import { spawn, type SpawnOptionsWithStdioTuple } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobDocument } from '../../infra/local/json-document.ts';

const START = fileURLToPath(new URL('../../infra/local/start.mjs', import.meta.url));

// The time only ends a child that hangs, so that a failing test leaves none behind.
const OPTIONS: SpawnOptionsWithStdioTuple<'ignore', 'pipe', 'ignore'> = {
  stdio: ['ignore', 'pipe', 'ignore'],
  timeout: 55_000,
  killSignal: 'SIGKILL',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmotion-killed-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Kills the process with SIGKILL once its transcript shows `mark`. */
async function killAt(mark: string, args: string[]): Promise<void> {
  const running = spawn(process.execPath, [START, ...args], OPTIONS);
  const exit = once(running, 'exit');
  let seen = '';
  for await (const chunk of running.stdout) {
    seen += String(chunk);
    if (seen.includes(mark)) running.kill('SIGKILL');
  }
  await exit;
  expect(seen).toContain(mark);
}

async function play(args: string[]): Promise<{ exitCode: number; jobs: JobDocument[] }> {
  const running = spawn(process.execPath, [START, ...args], OPTIONS);
  return JSON.parse(await text(running.stdout)) as { exitCode: number; jobs: JobDocument[] };
}

describe('a process that is killed', () => {
  it('leaves a rollout that the next one carries to its end, with nothing done twice', async () => {
    const data = ['--data', folder];
    await killAt('RUNNING 1 of 4', ['/vmotion enable cluster-a', '--approve', '--latency', 'lan', ...data]);
    const { exitCode, jobs } = await play(['/vmotion revert cluster-a', '--approve', '--json', ...data]);
    expect(exitCode).toBe(0);
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
    const { exitCode, jobs } = await play(['--approve', '--json', ...data]);
    expect({ exitCode, states: jobs.map((job) => job.state) }).toEqual({ exitCode: 0, states: ['done'] });
  });
});
