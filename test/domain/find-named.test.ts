import { expect, it } from 'vitest';
import { findNamed } from '../../shared/domain/find-named.ts';

const all = ['esx01.lab.local', 'esx02.lab.local', 'ESX02.lab.local', 'Web\u2013Server', 'web01', 'web010'].map(
  (name) => ({
    name,
  }),
);

it.each([
  { typed: 'web01', expected: { kind: 'found', one: { name: 'web01' } } },
  { typed: 'WEB01', expected: { kind: 'found', one: { name: 'web01' } } },
  { typed: 'esx01', expected: { kind: 'found', one: { name: 'esx01.lab.local' } } },
  { typed: 'web-server', expected: { kind: 'found', one: { name: 'Web\u2013Server' } } },
  { typed: 'esx02.lab.local', expected: { kind: 'found', one: { name: 'esx02.lab.local' } } },
  { typed: 'Esx02.lab.local', expected: { kind: 'several' } },
  { typed: 'esx02', expected: { kind: 'several' } },
  { typed: 'wbe01', expected: { kind: 'none', nearest: 'web01' } },
  { typed: 'exs01', expected: { kind: 'none', nearest: 'esx01.lab.local' } },
  { typed: 'esx', expected: { kind: 'none' } },
  { typed: 'banana', expected: { kind: 'none', nearest: undefined } },
])('$typed is $expected.kind', ({ typed, expected }) => {
  expect(findNamed(typed, all)).toMatchObject(expected);
});
