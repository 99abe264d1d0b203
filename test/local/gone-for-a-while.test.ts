// The table or the queue is away for some seconds, in the middle of everything, and comes back.
import { expect, it } from 'vitest';
import { readLeftovers, readVcenter } from '../kill/leftovers.ts';
import type { Deed } from '../kill/process.ts';
import type { Service } from '../kill/service.ts';
import { enableUntilRunning, useServiceFolder } from '../support/service-folder.ts';

const { folder, start } = useServiceFolder();

function startDisturbed(how: Deed, seconds: number): Promise<Service> {
  const disturbance = { DISTURB_HOW: how, DISTURB_SECONDS: String(seconds) };
  return start(['--hosts', '2', '--latency', 'lan'], disturbance);
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
  const at = await startDisturbed(how, 600);
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
  const at = await startDisturbed(how, seconds);
  await enableUntilRunning(at);
  at.process.kill('SIGUSR2');
  expect(await at.untilShown(/exit \d/)).toBe(true);
  at.process.kill('SIGTERM');
  expect(await at.ended).toEqual([0, null]);
  const { jobs, problems } = await readLeftovers(folder());
  expect({ states: jobs.map(({ state }) => state), problems }).toEqual({ states: ['done'], problems: [] });
  for (const [name, { vmks }] of await readVcenter(folder())) {
    if (!/^esx0[12]\./.test(name)) continue;
    const onStack = vmks.filter(({ netstack }) => netstack === 'vmotion').map((vmk) => vmk.attachment.portGroup ?? '');
    expect(onStack.toSorted(), name).toEqual(['vMotion-A', 'vMotion-B']);
  }
});
