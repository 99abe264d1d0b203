// Asked to stop in the middle of a wave, once or twice, by whatever signal: the next process goes on.
import { expect, it } from 'vitest';
import { readLeftovers } from '../kill/leftovers.ts';
import { play } from '../kill/process.ts';
import type { Service } from '../kill/service.ts';
import { enableUntilRunning, useServiceFolder } from '../support/service-folder.ts';

const { folder, start } = useServiceFolder();

/** A service in the middle of its first wave. */
async function startMidway(): Promise<Service> {
  const service = await start(['--hosts', '2', '--latency', 'lan']);
  await enableUntilRunning(service);
  return service;
}

it.each([
  { signals: ['SIGINT'], end: [0, null] },
  // The second one does not wait for the slice under way.
  { signals: ['SIGTERM', 'SIGTERM'], end: [130, null] },
  { signals: ['SIGINT', 'SIGTERM'], end: [130, null] },
] as const)('ends with $end after $signals, and what was under way is carried on', async ({ signals, end }) => {
  const at = await startMidway();
  const [first, ...more] = signals;
  at.process.kill(first);
  if (more.length > 0) {
    // Signals that come before the process has looked are one.
    while (!at.said().includes('Finishing')) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  for (const signal of more) at.process.kill(signal);
  expect(await at.ended).toEqual(end);
  const { code, jobs } = await play(['--hosts', '2', '--data', folder()]);
  expect({ code, jobs: jobs.map(({ kind, state }) => `${kind} ${state}`) }).toEqual({ code: 0, jobs: ['enable done'] });
  for (const { name, after } of jobs[0]?.hosts ?? []) {
    const onStack = after?.vmks.filter(({ netstack }) => netstack === 'vmotion').map((vmk) => vmk.portGroup);
    expect(onStack, name).toEqual(['vMotion-A', 'vMotion-B']);
  }
  expect((await readLeftovers(folder())).problems).toEqual([]);
});

it('is not ready any more while it finishes', async () => {
  const at = await startMidway();
  at.process.kill('SIGTERM');
  while (!at.said().includes('Finishing')) await new Promise((resolve) => setTimeout(resolve, 5));
  const answer = await fetch(at.healthUrl).catch(() => undefined);
  expect([undefined, 503]).toContain(answer?.status);
  expect(await at.ended).toEqual([0, null]);
});
