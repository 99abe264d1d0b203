// The table or the queue is away for some seconds, in the middle of everything, and comes back.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLeftovers, readVcenter } from '../kill/leftovers.ts';
import { type Service, startService } from '../kill/service.ts';
import type { Deed } from '../kill/process.ts';

let data = '';
let service: Service | undefined;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'vmotion-gone-'));
});
afterEach(async () => {
  service?.process.kill('SIGKILL');
  await service?.ended;
  await rm(data, { recursive: true, force: true });
});

async function start(how: Deed, seconds: number): Promise<Service> {
  const args = ['--hosts', '2', '--latency', 'lan', '--data', data];
  service = await startService(args, { DISTURB_HOW: how, DISTURB_SECONDS: String(seconds) });
  if (service === undefined) throw new Error('the service did not start');
  return service;
}

/** Status of /healthz once it is the one wanted; asked again until then. */
async function untilHealth({ healthUrl }: Service, status: number): Promise<Record<string, string>> {
  for (;;) {
    const answer = await fetch(healthUrl);
    const { parts } = (await answer.json()) as { parts: Record<string, string> };
    if (answer.status === status) return parts;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const TRIES_MAX = 5;

/** What a person is told. The lab's Slack gives up after three seconds, as Slack does: on a machine with far too much to
 * do even the answer that comes in time by itself may come later, and is asked for again. */
async function toldBy(at: Service, text: string): Promise<string> {
  let told = '';
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    told = JSON.stringify(await at.type('U0ANN', text));
    if (!told.includes('operation_timeout')) break;
  }
  return told;
}

it.each([
  { how: 'table-hangs', part: 'table', code: /answer-late|table-failed/ },
  { how: 'table-refuses', part: 'table', code: /table-failed/ },
  { how: 'queue-refuses', part: 'queue', code: /queue-failed/ },
] as const)('people are told why, within the time that Slack waits: $how', async ({ how, part, code }) => {
  const at = await start(how, 600);
  at.process.kill('SIGUSR2');
  expect(await toldBy(at, '/vmotion status cluster-a')).toMatch(code);
  expect((await untilHealth(at, 503))[part]).not.toBe('ok');
  at.process.kill('SIGUSR2');
  expect((await untilHealth(at, 200))[part]).toBe('ok');
  expect(await toldBy(at, '/vmotion status')).toContain('cluster-a');
});

it.each([
  { how: 'table-hangs', seconds: 4 },
  { how: 'table-refuses', seconds: 2 },
] as const)('a job under way ends as if nothing had been: $how', async ({ how, seconds }) => {
  const at = await start(how, seconds);
  await at.type('U0ANN', '/vmotion enable cluster-a');
  expect(await at.untilShown(/"approve-plan"/)).toBe(true);
  await at.click('U0BOB', 'approve-plan');
  expect(await at.untilShown(/RUNNING|Running/)).toBe(true);
  at.process.kill('SIGUSR2');
  expect(await at.untilShown(/exit \d/)).toBe(true);
  at.process.kill('SIGTERM');
  expect(await at.ended).toEqual([0, null]);
  const { jobs, problems } = await readLeftovers(data);
  expect({ states: jobs.map(({ state }) => state), problems }).toEqual({ states: ['done'], problems: [] });
  for (const [name, { vmks }] of await readVcenter(data)) {
    if (!/^esx0[12]\./.test(name)) continue;
    const onStack = vmks.filter(({ netstack }) => netstack === 'vmotion').map((vmk) => vmk.attachment.portGroup ?? '');
    expect(onStack.toSorted(), name).toEqual(['vMotion-A', 'vMotion-B']);
  }
});
