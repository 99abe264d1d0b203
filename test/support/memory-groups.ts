import { OpsError } from '../../shared/errors.ts';
import type { Groups } from '../../shared/ports.ts';

/** Slack's user groups as `people` has them, by id. A group that is not in it is one that Slack does not tell. */
export function createMemoryGroups(people: Map<string, string[]>): Groups {
  return {
    async members(group) {
      const members = people.get(group);
      if (members !== undefined) return members;
      throw new OpsError('groups-unknown', `Slack did not say who is in the group ${group}.`, {
        retry: 'later',
        remedy: 'Try again in a minute.',
      });
    },
  };
}
