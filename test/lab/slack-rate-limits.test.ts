import { expect, it } from 'vitest';
import { createLabFaults } from '../../infra/lab/slack/lab-faults.ts';
import { createRateLimiter } from '../../infra/lab/slack/rate-limits.ts';

function aLimiter() {
  let nowMs = 0;
  const limit = createRateLimiter({ ...createLabFaults(), tiers: 'on' }, () => nowMs);
  const refusals = (times: number, method: string) =>
    Array.from({ length: times }, () => limit(method, 'C1')).filter((seconds) => seconds !== undefined);
  return { refusals, wait: (ms: number) => (nowMs += ms) };
}

it('takes a burst of posts and then one a second', () => {
  const { refusals, wait } = aLimiter();
  expect(refusals(10, 'chat.postMessage')).toEqual([]);
  expect(refusals(2, 'chat.postMessage')).toEqual([1, 1]);
  wait(1000);
  expect(refusals(2, 'chat.postMessage')).toEqual([1]);
});

it.each([
  { method: 'usergroups.users.list', aMinute: 20 },
  { method: 'chat.update', aMinute: 50 },
  { method: 'views.publish', aMinute: 100 },
])('takes $aMinute calls of $method a minute, and says how long to wait for the next', ({ method, aMinute }) => {
  const { refusals, wait } = aLimiter();
  expect(refusals(aMinute, method)).toEqual([]);
  wait(10_000);
  expect(refusals(1, method)).toEqual([50]);
  wait(50_000);
  expect(refusals(1, method)).toEqual([]);
});
