import { expect, it } from 'vitest';
import { giveBack } from '../../shared/app/give-back.ts';

/** A clock whose sleeps are over at once, and count. */
function createClock() {
  let ms = 0;
  const clock = { now: () => new Date(ms), elapsedMs: () => 0, sleep: async (more: number) => void (ms += more) };
  return { clock, passed: () => ms };
}

const failing = (times: number) => {
  let left = times;
  return async () => {
    left -= 1;
    if (left >= 0) throw new Error('the table is away');
  };
};

it('gives back at once where nothing is in the way', async () => {
  const { clock, passed } = createClock();
  expect(await giveBack(clock, failing(0))).toEqual({});
  expect(passed()).toBe(0);
});

it('gives back after a table that was away for some seconds', async () => {
  const { clock, passed } = createClock();
  expect(await giveBack(clock, failing(8))).toEqual({});
  expect(passed()).toBe(4000);
});

it('tells what was in the way to the end, before ten seconds are over', async () => {
  const { clock, passed } = createClock();
  expect(await giveBack(clock, failing(99))).toEqual({ failure: new Error('the table is away') });
  expect(passed()).toBeLessThan(10_000);
});

it('gives up too where the clock is set back again and again', async () => {
  const clock = { now: () => new Date(0), elapsedMs: () => 0, sleep: async () => undefined };
  expect(await giveBack(clock, failing(9999))).toEqual({ failure: new Error('the table is away') });
});
