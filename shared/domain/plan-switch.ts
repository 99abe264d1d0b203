// A new standard switch on a host, where the profile asks for one.
import type { StandardSwitch } from './inventory.ts';
import { block, type PlanDraft } from './plan-draft.ts';
import type { StandardAttachRule } from './profile.ts';

export type SwitchAnswer =
  | { kind: 'there'; standardSwitch: StandardSwitch }
  | { kind: 'created'; standardSwitch: StandardSwitch }
  | { kind: 'blocked' };

/** The switch of the rule: the host's own, or the one to create. Where neither can be, a finding says why. */
export function findSwitch(draft: PlanDraft, attach: StandardAttachRule): SwitchAnswer {
  const { standardSwitches } = draft.network;
  const found = standardSwitches.find((one) => one.name === attach.switchName);
  if (found !== undefined)
    return isAsDeclared(draft, found, attach) ? { kind: 'there', standardSwitch: found } : BLOCKED;
  if (attach.create !== undefined) return createdSwitch(draft, attach.switchName, attach.create);
  const names = standardSwitches.map((one) => one.name).join(', ');
  const message = `there is no standard switch "${attach.switchName}" for ${attach.portGroup}. There are: ${names || 'none'}.`;
  block(draft, 'switch-missing', message, 'Create the switch on the host, or name another one in vmotion.yaml.');
  return BLOCKED;
}

const BLOCKED = { kind: 'blocked' } as const;

/** What stands on a switch already is not ours to move to other pnics. */
function isAsDeclared(draft: PlanDraft, found: StandardSwitch, { create }: StandardAttachRule): boolean {
  if (create === undefined) return true;
  const isSame = create.mtuBytes === found.mtuBytes && sorted(create.pnics) === sorted(found.uplinks);
  if (isSame) return true;
  const message =
    `switch ${found.name} exists with ${found.uplinks.join(', ') || 'no pnic'} and MTU ${found.mtuBytes}; ` +
    `the profile would create it with ${create.pnics.join(', ')} and MTU ${create.mtuBytes}.`;
  block(draft, 'switch-differs', message, 'Mend the switch on the host, or choose another name in vmotion.yaml.');
  return false;
}

const sorted = (names: string[]): string => names.toSorted().join();

function createdSwitch(
  draft: PlanDraft,
  name: string,
  { pnics, mtuBytes }: { pnics: string[]; mtuBytes: number },
): SwitchAnswer {
  const problems = pnics.filter((pnic) => !isFree(draft, pnic, name));
  if (problems.length > 0) return BLOCKED;
  return { kind: 'created', standardSwitch: { name, mtuBytes, uplinks: pnics } };
}

function isFree(draft: PlanDraft, pnic: string, name: string): boolean {
  const { pnics, standardSwitches, distributedSwitches } = draft.network;
  if (!pnics.some((one) => one.device === pnic)) {
    const has = pnics.map((one) => one.device).join(', ') || 'none';
    const message = `there is no ${pnic} for the new switch ${name}. There are: ${has}.`;
    block(draft, 'pnic-missing', message, 'Name other pnics for the switch in vmotion.yaml.');
    return false;
  }
  const owner =
    standardSwitches.find((one) => one.uplinks.includes(pnic))?.name ??
    distributedSwitches.find((one) => one.uplinks.some((uplink) => uplink.pnic === pnic))?.name;
  if (owner === undefined) return true;
  const message = `${pnic}, wanted for the new switch ${name}, is an uplink of ${owner}.`;
  block(draft, 'pnic-in-use', message, `Free it from ${owner}, or name another pnic in vmotion.yaml.`);
  return false;
}
