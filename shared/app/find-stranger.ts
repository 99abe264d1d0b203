import { isOfInstallation, type SlackPerson } from '../domain/installation.ts';
import type { Refusal } from '../domain/reply.ts';
import type { Settings } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Installations } from '../ports.ts';
import { denied } from './access.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Before anybody is refused: a workspace of the organisation may have got the app since. */
const BEFORE_REFUSAL_MS = 60_000;

export type FindStranger = (person: SlackPerson) => Promise<Refusal | undefined>;

/** Why somebody may use nothing of the app: a channel that is shared with another workspace brings that one's people, whom
 * nobody here has named. Undefined for those of the app's own workspace or organisation, and of `slack.teams`. */
export function createFindStranger(parts: {
  settings: Pick<Settings, 'slack'>;
  installations: Installations;
  log: Log;
}): FindStranger {
  const { settings, installations, log } = parts;
  return async function findStranger(person) {
    const { user, team } = person;
    if (team !== undefined && settings.slack?.teams.includes(team) === true) return undefined;
    try {
      for (const maxAgeMs of [DAY_MS, BEFORE_REFUSAL_MS]) {
        if (isOfInstallation(person, await installations.read(maxAgeMs))) return undefined;
      }
    } catch (error) {
      return refuseUnknown(error);
    }
    log.warn('stranger-refused', { user, team });
    return denied({
      what: 'Only people of the workspace that this app is installed in may use it. Nothing was done.',
      why: `You belong to ${team ?? 'a workspace that Slack does not name'}, which is another one (rule slack.teams).`,
      fix: 'Ask somebody of the other workspace, or whoever keeps vmotion.yaml to name yours under slack.teams.',
    });
  };
}

function refuseUnknown(error: unknown): Refusal {
  if (!(error instanceof OpsError) || error.code !== 'installation-unknown') throw error;
  return {
    kind: 'refused',
    code: 'installation-unknown',
    what: 'Not done: which workspace this app is installed in is not known now.',
    why: `${error.message} (rule slack.teams)`,
    fix: error.remedy,
    exitCode: 3,
  };
}
