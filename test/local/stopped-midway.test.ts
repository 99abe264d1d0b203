// What a service manager does to stop the product: SIGTERM, in the middle of a job.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobDocument } from '../../infra/local/json-document.ts';

const START = fileURLToPath(new URL('../../infra/local/start.mjs', import.meta.url));
// The time only ends a child that hangs, so that a failing test leaves none behind.
const LIMITS = { timeout: 40_000, killSignal: 'SIGKILL' } as const;

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'vmotion-stopped-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

type Message = { channel: string; ts: string };
type State = { messages: Message[] };

async function post(url: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

/** Resolves with the workspace's state once the channel shows `mark`. */
async function untilShown(url: string, mark: RegExp): Promise<State> {
  const events = await fetch(`${url}/lab/events`);
  for await (const _ of events.body ?? []) {
    const state = await (await fetch(`${url}/lab/state`)).text();
    if (mark.test(state)) {
      return JSON.parse(state) as State;
    }
  }
  throw new Error(`the channel never showed ${mark}`);
}

describe('a process that is asked to stop', () => {
  it('finishes the slice under way, and the next process goes on from there', async () => {
    const args = ['--port', '0', '--latency', 'lan', '--data', data];
    const service = spawn(process.execPath, [START, ...args], { ...LIMITS, stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(service, 'exit');
    let said = '';
    const output = (async () => {
      for await (const chunk of service.stdout) {
        said += String(chunk);
        const url = /Open +(http:\S+)/.exec(said)?.[1];
        if (url !== undefined && !said.includes('Finishing')) await stopMidway(url, () => service.kill('SIGTERM'));
      }
    })();
    expect(await exited).toEqual([0, null]);
    await output;
    expect(said).toContain('Finishing what is under way');
    // Closed, not abandoned.
    await expect(access(join(data, 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
    const log = await readFile(join(data, 'vmotion-ops.log'), 'utf8');
    expect(log).not.toMatch(/slice-failed|slice-broke|message-not-settled|invocation-failed/);

    const next = spawn(process.execPath, [START, '--json', '--data', data], {
      ...LIMITS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { exitCode, jobs } = JSON.parse(await text(next.stdout)) as { exitCode: number; jobs: JobDocument[] };
    expect({ exitCode, states: jobs.map((job) => job.state) }).toEqual({ exitCode: 0, states: ['done'] });
    for (const host of jobs[0]?.hosts ?? [])
      expect(host.after?.vmks.filter((vmk) => vmk.netstack === 'vmotion')).toHaveLength(2);
  });
});

let isAsked = false;
async function stopMidway(url: string, stop: () => void): Promise<void> {
  if (isAsked) return;
  isAsked = true;
  await post(url, '/lab/type', { user: 'U0ANN', channel: 'C0VSPHERE', text: '/vmotion enable cluster-a' });
  const waiting = await untilShown(url, /approve-plan/);
  const [message] = waiting.messages;
  const click = { user: 'U0BOB', channel: 'C0VSPHERE', ts: message?.ts ?? '', actionId: 'approve-plan' };
  await post(url, '/lab/click', click);
  await untilShown(url, /RUNNING|Running/);
  stop();
}
