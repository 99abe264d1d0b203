// The local place as a process of its own, as `npm start` runs it, with something bad waiting for it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { PlayedAnswer } from '../../infra/local/run-commands.ts';
import type { JobDocument } from '../../infra/local/json-document.ts';

const START = fileURLToPath(new URL('../../infra/local/start.mjs', import.meta.url));
const PRELOAD = fileURLToPath(new URL('disturb.mjs', import.meta.url));
// Only ends a process that hangs.
const TIME_LIMIT_MS = 300_000;

/** What is done to the process, and when: see disturb.mjs. */
export type Disturbance = {
  DISTURB_AT?: string;
  DISTURB_SIDE?: Side;
  DISTURB_HOW?: Deed | 'full-from-start';
  DISTURB_SECONDS?: string;
  DISTURB_COUNT_FILE?: string;
  /** Where the folder `DISTURB_DATA` is copied to at every call, both before and after it. */
  DISTURB_SNAPSHOTS?: string;
  DISTURB_DATA?: string;
  CLOCK_SHIFT_SECONDS?: string;
};
export type Side = 'before' | 'after';
export const DEEDS = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'disk-full',
  'clock-forward',
  'clock-back',
  'table-refuses',
  'table-hangs',
  'queue-refuses',
  'queue-hangs',
] as const;
export type Deed = (typeof DEEDS)[number];

/** `jobs` and `answers` are empty where the process printed no document. */
export type Played = {
  code: number | null;
  signal: NodeJS.Signals | null;
  err: string;
  jobs: JobDocument[];
  answers: PlayedAnswer[];
};

/** Starts it; whoever starts it waits for its end. */
export function startProcess(args: string[], disturbance: Disturbance = {}): ChildProcess {
  return spawn(process.execPath, ['--import', PRELOAD, START, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Stripping the types of every file anew would take half of the time.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'vmotion-kill-cache'), ...process.env, ...disturbance },
    timeout: TIME_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
}

/** Plays commands to their end, or to the process's. */
export async function play(args: string[], disturbance: Disturbance = {}): Promise<Played> {
  const child = startProcess([...args, '--json'], disturbance);
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the process has no output');
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const [out, err, [code, signal]] = await Promise.all([text(stdout), text(stderr), exit]);
  return { code, signal, err, ...parse(out) };
}

function parse(out: string): Pick<Played, 'jobs' | 'answers'> {
  try {
    const { jobs, answers } = JSON.parse(out) as Played;
    return { jobs, answers };
  } catch {
    return { jobs: [], answers: [] };
  }
}
