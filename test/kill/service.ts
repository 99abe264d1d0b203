// The local place as a service that people use through the lab's page: for what needs two hands at once.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type Disturbance, startProcess } from './process.ts';

type Message = { channel: string; ts: string; text: string; blocks: unknown[] };
type State = { messages: Message[] };

export type Service = {
  process: ChildProcess;
  url: string;
  healthUrl: string;
  /** Everything that it printed so far. */
  said(): string;
  /** What the person is told at once; undefined where the process is gone. */
  type(user: string, text: string): Promise<unknown>;
  /** Presses a button of the newest message that has it. */
  click(user: string, actionId: string): Promise<unknown>;
  /** The id of the job that the channel shows first; empty where it shows none. */
  jobShown(): Promise<string>;
  /** Whether the channel came to show `mark` before the process ended. */
  untilShown(mark: RegExp): Promise<boolean>;
  ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
};

/** Resolves once it is ready. Undefined where the process ended before. */
export async function startService(args: string[], disturbance: Disturbance = {}): Promise<Service | undefined> {
  const child = startProcess(['--port', '0', ...args], disturbance);
  // With everything that it said.
  const ended = once(child, 'close') as Service['ended'];
  let said = '';
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += String(chunk);
      if (said.includes('Health')) ready.resolve();
    });
  }
  await Promise.race([ready.promise, ended]);
  const url = /Open +(http:\S+)/.exec(said)?.[1];
  const healthUrl = /Health +(http:\S+)/.exec(said)?.[1];
  if (url === undefined || healthUrl === undefined) return undefined;
  const post = (path: string, body: object) => postJson(`${url}${path}`, url, body);
  return {
    process: child,
    url,
    healthUrl,
    said: () => said,
    ended,
    type: (user, text) => post('/lab/type', { user, channel: 'C0VSPHERE', text }),
    async click(user, actionId) {
      const state = await readState(url);
      const message = state?.messages.findLast((one) => JSON.stringify(one.blocks).includes(`"${actionId}"`));
      if (message === undefined) return undefined;
      return post('/lab/click', { user, channel: message.channel, ts: message.ts, actionId });
    },
    jobShown: async () => /\bj-[0-9a-z]{6}\b/.exec(JSON.stringify((await readState(url))?.messages ?? []))?.[0] ?? '',
    untilShown: (mark) => untilShown(url, mark),
  };
}

async function postJson(url: string, origin: string, body: object): Promise<unknown> {
  try {
    const headers = { 'content-type': 'application/json', origin };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return await answer.json();
  } catch {
    return undefined;
  }
}

async function readState(url: string): Promise<State | undefined> {
  try {
    return (await (await fetch(`${url}/lab/state`)).json()) as State;
  } catch {
    return undefined;
  }
}

async function untilShown(url: string, mark: RegExp): Promise<boolean> {
  try {
    const events = await fetch(`${url}/lab/events`);
    for await (const _ of events.body ?? []) {
      if (mark.test(JSON.stringify(await readState(url)))) return true;
    }
  } catch {
    // The process is gone.
  }
  return false;
}
