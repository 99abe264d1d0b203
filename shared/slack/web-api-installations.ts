import { parseAuthTest, parseTeams } from '../contracts/slack-answers.ts';
import type { Installation } from '../domain/installation.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock, InstallationRecord, Installations, InstallationStore } from '../ports.ts';
import { createLateWebClient, translated, type WebApiOptions } from './web-api-call.ts';

// Slack waits three seconds for the request that this is part of.
const TIMEOUT_MS = 1500;
const PAGE = 1000;
const PAGES_MAX = 5;

export type InstallationsParts = WebApiOptions & { store: InstallationStore; clock: Pick<Clock, 'now'>; log: Log };

/** Where the bot's token is installed, by auth.test, and for an organisation-wide one by auth.teams.list; neither needs a
 * scope. Kept in this process and in a row, so that nobody waits for Slack but the first one of a day. */
export function createWebApiInstallations(parts: InstallationsParts): Installations {
  const { store, clock, log } = parts;
  const client = createLateWebClient({ timeoutMs: TIMEOUT_MS, ...parts });
  let kept: InstallationRecord | undefined;

  async function ask(): Promise<Installation> {
    const token = await parts.token();
    const { team, organisation, isOrganisationWide } = parseAuthTest(
      await translated(() => client().auth.test({ token }), token),
    );
    if (!isOrganisationWide) return { teams: [team], organisation };
    const teams: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const what = { token, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const answer = parseTeams(await translated(() => client().auth.teams.list(what), token));
      teams.push(...answer.teams);
      ({ cursor } = answer);
      if (cursor === undefined) break;
    }
    return { teams, organisation };
  }

  return {
    async read(maxAgeMs) {
      const now = clock.now();
      // Either way: a clock that was set back must not keep alive what was read before.
      const isFresh = (one: InstallationRecord) => Math.abs(now.getTime() - Date.parse(one.readAt)) <= maxAgeMs;
      if (kept !== undefined && isFresh(kept)) return kept;
      kept = (await store.find()) ?? kept;
      if (kept !== undefined && isFresh(kept)) return kept;
      try {
        kept = { ...(await ask()), readAt: now.toISOString() };
        await store.put(kept);
      } catch (error) {
        log.warn('installation-not-read', { error });
        // Of an older time, but said by Slack: better than to refuse everybody while Slack does not answer.
        if (kept === undefined) throw installationUnknown(error);
      }
      return kept;
    },
  };
}

function installationUnknown(cause: unknown): OpsError {
  const because = cause instanceof OpsError ? ` ${cause.message}` : '';
  return new OpsError('installation-unknown', `Slack did not say where this app is installed.${because}`, {
    retry: 'later',
    remedy: cause instanceof OpsError ? cause.remedy : 'Try again in a minute.',
    cause,
  });
}
