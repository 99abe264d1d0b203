// Kills the local place at each of its calls in turn, starts it again on the same data, and looks at what it left.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { JobDocument } from '../../infra/local/json-document.ts';

const START = fileURLToPath(new URL('../../infra/local/start.mjs', import.meta.url));
const PRELOAD = fileURLToPath(new URL('kill-at.mjs', import.meta.url));
// Only ends a process that hangs.
const TIME_LIMIT_MS = 120_000;

export type Side = 'before' | 'after';
export type Point = { at: number; side: Side };
/** `problems` is empty where everything is as it should be. `isKilled`: false where the run was over before. */
export type Walked = Point & { call: string; isKilled: boolean; problems: string[] };

type Played = { exitCode: number; jobs: JobDocument[] };

const ENABLE = ['/vmotion enable cluster-a', '--approve', '--hosts', '2'];

/** Every call that an undisturbed enable makes, in its order. */
export async function countCalls(): Promise<string[]> {
  return inFolder(async (folder) => {
    const file = join(folder, 'calls');
    await run([...ENABLE, '--json', '--data', join(folder, 'data')], { KILL_COUNT_FILE: file });
    return (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.slice(line.indexOf(' ') + 1));
  });
}

/** Dies at this point of an enable; the next process finishes it, asks for it again, and puts everything back. */
export async function killAt(point: Point, calls: string[]): Promise<Walked> {
  return inFolder(async (folder) => {
    const data = ['--data', join(folder, 'data'), '--hosts', '2'];
    const { signal } = await run([...ENABLE, '--json', ...data], { KILL_AT: String(point.at), KILL_SIDE: point.side });
    // Asked for again, as a person would who saw no answer: what is done already is in place.
    const again = await play([...ENABLE, '/vmotion revert cluster-a', '--json', ...data]);
    const call = calls[point.at - 1] ?? 'one more call';
    return { ...point, call, isKilled: signal === 'SIGKILL', problems: judge(again) };
  });
}

/** What no crash may leave behind. */
function judge({ exitCode, jobs }: Played): string[] {
  const problems: string[] = [];
  if (exitCode !== 0) problems.push(`exit code ${exitCode}`);
  const enables = jobs.filter(({ kind }) => kind === 'enable');
  const revert = jobs.find(({ kind }) => kind === 'revert');
  for (const { id, kind, state } of jobs) {
    if (!['done', 'in-place'].includes(state)) problems.push(`${kind} ${id} ended ${state}`);
  }
  for (const host of enables.at(-1)?.hosts ?? []) {
    const groups = host.after?.vmks.filter(({ netstack }) => netstack === 'vmotion').map(({ portGroup }) => portGroup);
    if (groups?.toSorted().join() !== 'vMotion-A,vMotion-B')
      problems.push(`${host.name} has ${groups?.join() ?? 'nothing'}`);
  }
  for (const host of revert?.hosts ?? []) {
    const left = host.after?.vmks.filter(({ netstack }) => netstack === 'vmotion') ?? [];
    const old = host.after?.vmks
      .filter(({ services }) => services.includes('vmotion'))
      .map(({ portGroup }) => portGroup);
    if (left.length > 0) problems.push(`${host.name} kept ${left.map(({ device }) => device).join()} after the revert`);
    if (old?.join() !== 'vMotion-old') problems.push(`${host.name} lost its old adapter`);
  }
  if (revert === undefined) problems.push('nothing could be reverted');
  return problems;
}

async function play(args: string[]): Promise<Played> {
  const { out } = await run(args, {});
  try {
    return JSON.parse(out) as Played;
  } catch {
    return { exitCode: -1, jobs: [] };
  }
}

type Run = { out: string; signal: string | null };

async function run(args: string[], env: Record<string, string>): Promise<Run> {
  const child = spawn(process.execPath, ['--import', PRELOAD, START, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
    timeout: TIME_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const exit = once(child, 'exit');
  const out = await text(child.stdout);
  const [, signal] = (await exit) as [number | null, string | null];
  return { out, signal };
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'vmotion-kill-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
