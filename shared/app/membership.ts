import { isGroup } from '../domain/access.ts';
import type { Refusal } from '../domain/reply.ts';
import type { People } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';
import type { Groups } from '../ports.ts';

/** An approval counts for good, so membership is nearly as fresh as Slack has it. */
export const APPROVAL_MAX_AGE_MS = 30_000;
/** For every other verb. */
export const VERB_MAX_AGE_MS = 300_000;

/** Whether the person is named or is in a group that is named. Throws `groups-unknown` where only a group could say so
 * and nobody knows who is in it: unknown is not yes. */
export async function isAmong(
  groups: Groups | undefined,
  people: People,
  { user, maxAgeMs }: { user: string; maxAgeMs: number },
): Promise<boolean> {
  if (people === 'any' || people.includes(user)) return true;
  let unknown: unknown;
  for (const group of people.filter(isGroup)) {
    try {
      if (groups === undefined) throw outOfReach(group);
      if ((await groups.members(group, maxAgeMs)).includes(user)) return true;
    } catch (error) {
      if (!(error instanceof OpsError)) throw error;
      unknown ??= error;
    }
  }
  if (unknown !== undefined) throw unknown;
  return false;
}

/** The refusal for `groups-unknown`; throws whatever else it is given. `rule`: the path of the rule in vmotion.yaml. */
export function refuseUnknownGroup(error: unknown, rule: string): Refusal {
  if (!(error instanceof OpsError) || error.code !== 'groups-unknown') throw error;
  return {
    kind: 'refused',
    code: 'groups-unknown',
    what: 'Not done: who is in the group that may do this is not known now.',
    why: `${error.message} (rule ${rule})`,
    fix: error.remedy,
    exitCode: 3,
  };
}

function outOfReach(group: string): OpsError {
  return new OpsError('groups-unknown', `Who is in the group ${group} can't be asked from here.`, {
    retry: 'never',
    remedy: 'Type the command in Slack.',
  });
}
