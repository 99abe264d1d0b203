import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfigFile } from '../../shared/contracts/config-file.ts';

const LAB = readFileSync(new URL('../../infra/lab/vmotion.yaml', import.meta.url), 'utf8');
const read = (alarms: object) =>
  parseConfigFile(stringify({ ...(parse(LAB) as object), alarms }), 'vmotion.yaml').alarms;

it('reads one value as a list of one, and fills in what is safe', () => {
  expect(read({ rules: [{ id: 'mend', match: { alarm: 'vMotion *' }, action: 'repair' }] })?.rules[0]).toMatchObject({
    match: { alarm: ['vMotion *'] },
    mode: 'ask',
    maxHosts: 1,
    cooldownMinutes: 30,
    breaker: { failures: 3, halfOpenAfterMinutes: 60 },
  });
});

it.each([
  {
    what: 'two rules of one name',
    rules: [
      { id: 'a', action: 'notify' },
      { id: 'a', action: 'test' },
    ],
    says: 'alarms.rules[1].id',
  },
  {
    what: 'a cluster that there is not',
    rules: [{ id: 'a', match: { cluster: 'prod-*' }, action: 'test' }],
    says: 'fits none of the clusters',
  },
  {
    what: 'an automatic change on any alarm',
    rules: [{ id: 'a', action: 'repair', mode: 'auto' }],
    says: 'without asking',
  },
  {
    what: 'an action that is none',
    rules: [{ id: 'a', action: 'reboot' }],
    says: 'must be ignore, notify, test, repair, enable',
  },
  { what: 'a key that is none', rules: [{ id: 'a', action: 'test', cooldown: 3 }], says: 'cooldown' },
])('refuses $what', ({ rules, says }) => {
  expect(() => read({ rules })).toThrow(says);
});
