import { expect, it } from 'vitest';
import { getScenarioName, SCENARIO_LIST } from '../../infra/lab/vcenter/scenario-names.ts';
import { SCENARIO_NAMES } from '../../infra/lab/vcenter/scenarios.ts';

it('is found by its name', () => {
  expect(getScenarioName('mtu-hole')).toBe('mtu-hole');
});

it.each([
  { typed: 'mtu-hol', said: 'there is no scenario mtu-hol: is it mtu-hole?' },
  { typed: 'earthquake', said: 'there is no scenario earthquake; --help names them' },
])('is refused where there is none called $typed', ({ typed, said }) => {
  expect(() => getScenarioName(typed)).toThrow(said);
});

it('stands in the text of help, each in a line of its own', () => {
  expect(SCENARIO_LIST.split('\n').map((line) => line.trim().split(' ')[0])).toEqual(SCENARIO_NAMES);
});
