import { expect, it } from 'vitest';
import { createSlackPace, type PacedCall, SLOT_MS } from '../../shared/app/pace.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

/** Several notifiers that share a table, as functions of their own do. */
function notifiers() {
  const { once } = createMemoryStore();
  const clock = createVirtualClock();
  const begin = clock.now().getTime();
  return {
    once,
    clock,
    aNotifier: () => createSlackPace({ once, clock }),
    sinceBegin: () => clock.now().getTime() - begin,
  };
}

/** When each call was made that one notifier makes as fast as it may, in milliseconds since the beginning. */
async function callsOf(place: ReturnType<typeof notifiers>, call: PacedCall, untilMs: number): Promise<number[]> {
  const pace = place.aNotifier();
  const at: number[] = [];
  while (place.sinceBegin() < untilMs) {
    if (await pace(call)) at.push(place.sinceBegin());
    else await place.clock.sleep(SLOT_MS);
  }
  return at;
}

const busiestMinute = (calls: number[]) =>
  Math.max(...calls.map((from) => calls.filter((at) => at >= from && at < from + 60_000).length));

it('keeps four notifiers together within fifty updates a minute, and uses most of them', async () => {
  const place = notifiers();
  const calls = await Promise.all([1, 2, 3, 4].map(() => callsOf(place, {}, 300_000)));
  expect(busiestMinute(calls.flat())).toBeLessThanOrEqual(50);
  expect(calls.flat().length).toBeGreaterThan(5 * 44);
});

it('lets a few calls through at once after a quiet time, and asks the table once for the first of them', async () => {
  const place = notifiers();
  const { claim } = place.once;
  let claims = 0;
  place.once.claim = (...of) => {
    claims += 1;
    return claim(...of);
  };
  const pace = place.aNotifier();
  await pace({ channel: 'C1' });
  expect(claims).toBe(1);
  for (let call = 0; call < 3; call += 1) await pace({ channel: 'C1' });
  expect(place.sinceBegin()).toBe(0);
  await pace({ channel: 'C1' });
  expect(place.sinceBegin()).toBeGreaterThan(0);
});

it('counts the new messages of each channel by themselves, and the updates of all together', async () => {
  const place = notifiers();
  const pace = place.aNotifier();
  for (let call = 0; call < 4; call += 1) await pace({ channel: 'C1' });
  for (let call = 0; call < 4; call += 1) await pace({ channel: 'C2' });
  for (let call = 0; call < 4; call += 1) await pace({});
  expect(place.sinceBegin()).toBe(0);
});

it('finds each of two notifiers of cards a slot within ten seconds, beside four of jobs that never rest', async () => {
  const place = notifiers();
  const busy = [1, 2, 3, 4].map(() => callsOf(place, {}, 300_000));
  const waits = await Promise.all(
    [1, 2].map(async () => {
      const pace = place.aNotifier();
      const own: number[] = [];
      while (place.sinceBegin() < 300_000) {
        const began = place.sinceBegin();
        expect(await pace({ canWait: true })).toBe(true);
        own.push(place.sinceBegin() - began);
      }
      return own;
    }),
  );
  await Promise.all(busy);
  expect(waits.flat().length).toBeGreaterThan(50);
  expect(Math.max(...waits.flat())).toBeLessThanOrEqual(8 * SLOT_MS);
});

it('leaves every third slot to jobs', async () => {
  const place = notifiers();
  const cards = await callsOf(place, { canWait: true }, 120_000);
  expect(busiestMinute(cards)).toBeLessThanOrEqual(34);
  expect(cards.length).toBeGreaterThan(2 * 28);
  const crowded = notifiers();
  const storm = Promise.all([1, 2, 3].map(() => callsOf(crowded, { canWait: true }, 120_000)));
  const jobs = await callsOf(crowded, {}, 120_000);
  await storm;
  expect(jobs.length).toBeGreaterThanOrEqual(30);
});

it('goes on where the table names no slot for long, so that a clock that was set back keeps nobody', async () => {
  const place = notifiers();
  place.once.claim = () => Promise.resolve(false);
  const pace = place.aNotifier();
  expect(await pace({})).toBe(true);
  expect(await pace({ canWait: true })).toBe(false);
});
