import { expect, it } from 'vitest';
import { nearest, nearestFew } from '../../shared/domain/nearest.ts';

const VERBS = ['enable', 'test', 'revert', 'reject', 'approve', 'apply'];

it.each([
  { typed: 'enabel', expected: 'enable', slip: 'two letters swapped' },
  { typed: 'enble', expected: 'enable', slip: 'a letter missing' },
  { typed: 'ennable', expected: 'enable', slip: 'a letter too many' },
  { typed: 'emable', expected: 'enable', slip: 'a wrong letter' },
  { typed: 'TEST', expected: 'test', slip: 'another case' },
  { typed: 'tset', expected: 'test', slip: 'a swap in a short word' },
  { typed: 'rejetc', expected: 'reject', slip: 'a swap at the end' },
  { typed: 'aprove', expected: 'approve', slip: 'the nearer of two' },
  { typed: 'tst', expected: 'test', slip: 'a letter missing in a short word' },
  { typed: 'testx', expected: 'test', slip: 'a letter too many at the end' },
  { typed: 'tixt', expected: undefined, slip: 'two wrong letters in a short word' },
  { typed: 'tste', expected: undefined, slip: 'two letters out of their place' },
  { typed: 'tets', expected: 'test', slip: 'a swap at the end of a short word' },
  { typed: 'txet', expected: undefined, slip: 'a swap with a wrong letter before it' },
  { typed: 'tsxt', expected: undefined, slip: 'a swap with a wrong letter behind it' },
  { typed: 'banana', expected: undefined, slip: 'another word' },
  { typed: 'te', expected: undefined, slip: 'too little to tell' },
  { typed: '', expected: undefined, slip: 'nothing' },
])('finds $expected for "$typed": $slip', ({ typed, expected }) => {
  expect(nearest(typed, VERBS)).toBe(expected);
});

it('takes the first of equally near ones', () => {
  expect(nearest('cluster-x', ['cluster-a', 'cluster-b'])).toBe('cluster-a');
});

it('finds nothing among nothing, and nothing of which each letter is another', () => {
  expect(nearest('enable', [])).toBeUndefined();
  expect(nearest('x', ['a'])).toBeUndefined();
});

it.each([
  { typed: 'cluster-x', max: 2, expected: ['cluster-a', 'cluster-b'], why: 'equally near ones in their order' },
  { typed: 'cluser-b', max: 3, expected: ['cluster-b', 'cluster-a'], why: 'the nearest first' },
  { typed: 'cluster-x', max: 1, expected: ['cluster-a'], why: 'no more than asked for' },
  { typed: 'edge', max: 3, expected: [], why: 'nothing that is far' },
])('proposes $expected for "$typed": $why', ({ typed, max, expected }) => {
  expect(nearestFew(typed, ['cluster-a', 'cluster-b', 'prod', 'cluster-a'], max)).toEqual(expected);
});
