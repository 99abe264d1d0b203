// Which scenarios can be switched while the lab runs, and which only make sense before the first change.
import type { SideScenario } from '../slack/side.ts';
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from './scenarios.ts';
import type { LabVcenter } from './vcenter.ts';

const BEGINS = 'It changes what hosts begin with, before the product has changed anything.';
const SHOWS_ONLY = 'It breaks nothing: it names a cluster to look at.';

const ONLY_AT_START: Partial<Record<ScenarioName, string>> = {
  healthy: 'It is what the lab is without any other.',
  islands: SHOWS_ONLY,
  'mixed-switches': BEGINS,
  'shared-vmk': BEGINS,
  'old-stack-same-address': BEGINS,
};

/** All of them, in their order, with why some can't be switched now. */
export function listScenarios(lab: LabVcenter): SideScenario[] {
  const on = lab.scenarios();
  return SCENARIO_NAMES.map((name) => {
    const { breaks, shows } = SCENARIOS[name];
    const reason = ONLY_AT_START[name];
    return { name, breaks, shows, isOn: on.includes(name), ...(reason === undefined ? {} : { onlyAtStart: reason }) };
  });
}

/** Throws for a name there is not, and for one that can only be chosen at the start. */
export function switchScenario(lab: LabVcenter, name: string, on: boolean): void {
  const known = SCENARIO_NAMES.find((one) => one === name);
  if (known === undefined) throw new Error(`there is no scenario ${name}`);
  const reason = ONLY_AT_START[known];
  if (reason !== undefined) throw new Error(`${name} can only be chosen at the start: ${reason}`);
  lab.setScenario(known, on);
}
