import { expect, it } from 'vitest';
import { meantVerbs } from '../../shared/domain/meant-verb.ts';

it.each([
  { typed: 'enabel', expected: ['enable'], why: 'a slip' },
  { typed: 'alarn', expected: ['alarm', 'alarms'], why: 'two that are near, the nearest first' },
  { typed: 'appr', expected: ['approve'], why: 'the beginning of one' },
  { typed: 're', expected: ['repair', 'revert', 'reject'], why: 'the beginning of many, three of them' },
  { typed: 'Rollback', expected: ['revert'], why: 'its name elsewhere' },
  { typed: 'e', expected: [], why: 'too little to tell' },
  { typed: 'banana', expected: [], why: 'another word' },
  { typed: '__proto__', expected: [], why: 'a word that JavaScript knows' },
])('takes "$typed" for $expected: $why', ({ typed, expected }) => {
  expect(meantVerbs(typed)).toEqual(expected);
});
