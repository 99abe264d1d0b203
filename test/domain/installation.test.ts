import { expect, it } from 'vitest';
import { isOfInstallation } from '../../shared/domain/installation.ts';

const ONE = { teams: ['T1'] };
const OF_GRID = { teams: ['T1'], organisation: 'E1' };
const WHOLE_GRID = { teams: ['T1', 'T2'], organisation: 'E1' };

it.each([
  { who: 'of the workspace', team: 'T1', organisation: undefined, installation: ONE, expected: true },
  { who: 'of another workspace', team: 'T9', organisation: undefined, installation: ONE, expected: false },
  {
    who: 'of a workspace that is not named',
    team: undefined,
    organisation: undefined,
    installation: ONE,
    expected: false,
  },
  {
    who: 'of an organisation, where the app has none',
    team: 'T9',
    organisation: 'E9',
    installation: ONE,
    expected: false,
  },
  { who: 'of the same organisation', team: 'T2', organisation: 'E1', installation: OF_GRID, expected: true },
  { who: 'of the organisation as such', team: 'E1', organisation: undefined, installation: OF_GRID, expected: true },
  { who: 'of another organisation', team: 'T9', organisation: 'E9', installation: OF_GRID, expected: false },
  {
    who: 'of another organisation as such',
    team: 'E9',
    organisation: undefined,
    installation: OF_GRID,
    expected: false,
  },
  { who: 'of a workspace with the app', team: 'T2', organisation: undefined, installation: WHOLE_GRID, expected: true },
  { who: 'of a workspace without it', team: 'T3', organisation: undefined, installation: WHOLE_GRID, expected: false },
])('answers $expected for a person $who', ({ team, organisation, installation, expected }) => {
  expect(isOfInstallation({ team, organisation }, installation)).toBe(expected);
});
