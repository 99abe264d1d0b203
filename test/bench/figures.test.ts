// What the bench says rests on these few calculations.
import { expect, it } from 'vitest';
import { atLeast, atMost, below, isMet } from './measurement.ts';
import { median } from './median.ts';
import { longestHostMs, type RecordedCall, slicesOf } from './recorded-calls.ts';

it.each([
  { value: 6, bound: atMost(6), expected: true },
  { value: 6.01, bound: atMost(6), expected: false },
  { value: 150, bound: below(150), expected: false },
  { value: 20, bound: atLeast(20), expected: true },
  { value: 19, bound: atLeast(20), expected: false },
  { value: Number.NaN, bound: atMost(6), expected: false },
  { value: Number.NaN, bound: atLeast(20), expected: false },
  { value: 7, bound: undefined, expected: true },
])('takes $value for $expected against $bound.kind $bound.value', ({ value, bound, expected }) => {
  expect(isMet({ what: 'a figure', unit: '', value, bound })).toBe(expected);
});

it.each([
  { values: [3, 1, 2], expected: 2 },
  { values: [4, 1, 2, 3], expected: 2.5 },
  { values: [5], expected: 5 },
])('finds $expected in the middle of $values', ({ values, expected }) => {
  expect(median(values)).toBe(expected);
});

const call = (operationId: string, host: string, beginMs: number, endMs: number): RecordedCall => ({
  operationId,
  operation: 'AddVirtualNic',
  host,
  beginMs,
  endMs,
});

it('takes the host that has most to do, though another one ends later', () => {
  expect(longestHostMs([call('a', 'h1', 0, 5), call('a', 'h1', 5, 9), call('a', 'h2', 20, 26)])).toBe(9);
});

it('tells the slices of one job from those of another whose id begins alike', () => {
  const calls = [
    call('vmotion-ops-j-1-0', 'h1', 0, 1),
    call('vmotion-ops-j-1-1', 'h1', 1, 2),
    call('vmotion-ops-j-12-0', 'h1', 2, 3),
  ];
  expect(slicesOf(calls, 'j-1').map((slice) => slice.map((one) => one.operationId))).toEqual([
    ['vmotion-ops-j-1-0'],
    ['vmotion-ops-j-1-1'],
  ]);
});
