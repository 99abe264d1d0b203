// Scenarios as people choose them by name, in whatever way the lab is started.
import { nearest } from '../../../shared/domain/nearest.ts';
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from './scenarios.ts';

/** Every scenario with what it breaks, a line each, for a text of help. */
export const SCENARIO_LIST = SCENARIO_NAMES.map((name) => `      ${name.padEnd(22)} ${SCENARIOS[name].breaks}`).join(
  '\n',
);

/** The scenario of that name. Throws a plain error that names what may have been meant. */
export function getScenarioName(text: string): ScenarioName {
  const name = SCENARIO_NAMES.find((one) => one === text);
  if (name !== undefined) return name;
  const meant = nearest(text, SCENARIO_NAMES);
  throw new Error(`there is no scenario ${text}${meant === undefined ? '; --help names them' : `: is it ${meant}?`}`);
}
