import { LAB_SCOPES, LAB_TEAM } from './people.ts';
import type { OldClients } from './validate-blocks.ts';

/** What a test or a person makes go wrong between Slack and the app. Changed while the workspace runs. */
export type LabFaults = OldClients & {
  /** How many of the next Web API calls are answered 429. */
  rateLimited: number;
  retryAfterSeconds: number;
  /** `on`: more calls than Slack's tiers allow are answered 429. */
  tiers: 'off' | 'on';
  /** `same-bytes`: every request is sent twice as it is. `signed-again`: the copy has a signature of its own. */
  duplicates: 'never' | 'same-bytes' | 'signed-again';
  /** How long a file is processed after its upload was completed; until then no block may show it. */
  fileReadyAfterMs: number;
  /** How often files.info must have been asked before that, beside the time. */
  fileReadyAfterCalls: number;
  /** How many of the next completed uploads are answered ok and shared nowhere. */
  filesNotShared: number;
  /** Scopes of the bot's token. */
  scopes: string[];
  /** Channels that the bot is not in. */
  notInChannels: string[];
  /** What the app is installed in: the lab's own workspace, perhaps of an organisation; or all of that (`isOrgWide`), where
   * `teams` have it. */
  installation: { organisation?: string | undefined; isOrgWide: boolean; teams: string[] };
  /** Whose workspace stands beside the person in what a button, a menu or a modal sends: Slack's documents do not say. */
  teamOfInteraction: 'installed' | 'person';
  /** How many of the next Web API calls get no answer: the connection ends after the call had its effect. */
  answersLost: number;
};

export function createLabFaults(): LabFaults {
  return {
    rateLimited: 0,
    retryAfterSeconds: 1,
    tiers: 'off',
    duplicates: 'never',
    fileReadyAfterMs: 30,
    fileReadyAfterCalls: 0,
    filesNotShared: 0,
    scopes: [...LAB_SCOPES],
    notInChannels: [],
    installation: { isOrgWide: false, teams: [LAB_TEAM.id] },
    teamOfInteraction: 'installed',
    answersLost: 0,
    oldClients: false,
    noTables: false,
  };
}
