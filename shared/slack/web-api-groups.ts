import { parseGroupUsers } from '../contracts/slack-answers.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock, Groups, GroupStore } from '../ports.ts';
import { createLateWebClient, translated, type WebApiOptions } from './web-api-call.ts';

// Slack waits three seconds for the request that this is part of.
const TIMEOUT_MS = 1500;

export type GroupsParts = WebApiOptions & { store: GroupStore; clock: Clock; log: Log };

/** Who is in a user group, by usergroups.users.list (usergroups:read). Its answer is kept in a row, so that many who
 * press at once are one call; what can't be read fresh enough is not known, and nobody is taken for a member. */
export function createWebApiGroups(parts: GroupsParts): Groups {
  const { store, clock, log } = parts;
  const client = createLateWebClient({ timeoutMs: TIMEOUT_MS, ...parts });
  const read = async (group: string): Promise<string[]> => {
    const token = await parts.token();
    return parseGroupUsers(await translated(() => client().usergroups.users.list({ token, usergroup: group }), token));
  };
  return {
    async members(group, maxAgeMs) {
      const known = await store.find(group);
      const now = clock.now();
      // Either way: a clock that was set back must not keep alive for hours what was read before.
      if (known !== undefined && Math.abs(now.getTime() - Date.parse(known.readAt)) <= maxAgeMs) return known.members;
      try {
        const members = await read(group);
        await store.put({ group, members, readAt: now.toISOString() });
        return members;
      } catch (error) {
        log.warn('group-unknown', { group, error });
        throw groupsUnknown(group, error);
      }
    },
  };
}

/** Nobody can say now who is in the group. */
function groupsUnknown(group: string, cause: unknown): OpsError {
  const because = cause instanceof OpsError ? ` ${cause.message}` : '';
  return new OpsError('groups-unknown', `Slack did not say who is in the group ${group}.${because}`, {
    retry: 'later',
    remedy: cause instanceof OpsError ? cause.remedy : 'Try again in a minute.',
    cause,
  });
}
