import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareNaturally } from '../../shared/domain/natural-order.ts';

it('counts as people do', () => {
  const names = ['esx10', 'ESX2', 'esx1', 'esx02', 'esx2.lab.local', 'esx2'];
  expect(names.toSorted(compareNaturally)).toEqual(['esx1', 'ESX2', 'esx02', 'esx2', 'esx2.lab.local', 'esx10']);
});

it('never calls different names equal, and is the same in both directions', () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9.-]{0,8}$/);
  fc.assert(
    fc.property(name, name, (left, right) => {
      const order = Math.sign(compareNaturally(left, right));
      return (order === 0) === (left === right) && order === -Math.sign(compareNaturally(right, left));
    }),
  );
  expect(compareNaturally('', '')).toBe(0);
});
