// The machine's clock is set, by ten minutes, between two starts and in the middle of a job.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLeftovers } from '../kill/leftovers.ts';
import { type Disturbance, play } from '../kill/process.ts';

let data = '';
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'vmotion-clock-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const enable = (disturbance: Disturbance) =>
  play(['/vmotion enable cluster-a', '--approve', '--hosts', '2', '--data', data], disturbance);

it.each([600, -600])('a job that was killed goes on at once with a clock that is %i s off', async (shift) => {
  // Its worker held the cluster until some time that has passed by now, or is far away.
  const killed = await enable({ DISTURB_AT: '90' });
  expect(killed.signal).toBe('SIGKILL');
  const again = await enable({ CLOCK_SHIFT_SECONDS: String(shift) });
  expect(again.jobs.map(({ state }) => state)).toEqual(['done', 'in-place']);
  expect((await readLeftovers(data)).problems).toEqual([]);
});

it.each(['clock-forward', 'clock-back'] as const)('a job under way ends as it should: %s', async (how) => {
  const { code, jobs } = await enable({ DISTURB_AT: '90', DISTURB_HOW: how });
  expect({ code, states: jobs.map(({ state }) => state) }).toEqual({ code: 0, states: ['done'] });
  expect((await readLeftovers(data)).problems).toEqual([]);
});
