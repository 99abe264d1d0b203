// Where the local place meets Slack: the lab's workspace, or a real one.
import type { Side } from '../lab/slack/side.ts';
import { createLabSlack, type LabSlack } from '../lab/slack/workspace.ts';
import type { Chat, Groups, Installations, Membership, Views } from '../../shared/ports.ts';
import type { WebApiOptions } from '../../shared/slack/web-api-call.ts';
import { createWebApiChat } from '../../shared/slack/web-api-chat.ts';
import { createWebApiGroups, type GroupsParts } from '../../shared/slack/web-api-groups.ts';
import { createWebApiInstallations, type InstallationsParts } from '../../shared/slack/web-api-installations.ts';
import { createWebApiMembership } from '../../shared/slack/web-api-membership.ts';
import { createWebApiViews } from '../../shared/slack/web-api-views.ts';
import { readSlackTokens, type SlackTokens } from './slack-tokens.ts';

type KeptGroups = Pick<GroupsParts, 'store' | 'clock' | 'log'>;
type KeptInstallation = Pick<InstallationsParts, 'store' | 'clock' | 'log'>;

export type SlackPlace = SlackTokens & {
  chat: Chat;
  views: Views;
  membership: Membership;
  /** Who is in which user group, kept in the place's own rows. */
  groups: (kept: KeptGroups) => Groups;
  /** Where the app is installed, kept in the place's own rows. */
  installations: (kept: KeptInstallation) => Installations;
  /** The lab's workspace, where it is that. */
  lab?: LabSlack | undefined;
  stop(): Promise<void>;
};

// They protect nothing but one process's own loopback. The secret has the shape of Slack's.
const LAB_SIGNING_SECRET = '1ab0'.repeat(8);
const LAB_BOT_TOKEN = 'xoxb-lab';

/** `commandUrl`: where the workspace sends what people type. `side`: what its page shows beside the channel. */
export async function startLabSlackPlace(options: {
  port: number;
  commandUrl: () => string;
  side?: Side | undefined;
}): Promise<SlackPlace> {
  const lab = await createLabSlack({ ...options, signingSecret: LAB_SIGNING_SECRET, botToken: LAB_BOT_TOKEN });
  const webApi = createWebApi({ token: async () => LAB_BOT_TOKEN, slackApiUrl: lab.apiUrl });
  const tokens = { botToken: LAB_BOT_TOKEN, signingSecret: LAB_SIGNING_SECRET, slackApiUrl: lab.apiUrl };
  return { ...webApi, ...tokens, lab, stop: () => lab.close() };
}

/** The workspace whose tokens stand in the environment: throws as `readSlackTokens`. */
export function createRealSlackPlace(env: Record<string, string | undefined>): SlackPlace {
  const tokens = readSlackTokens(env);
  const { botToken, slackApiUrl } = tokens;
  return {
    ...createWebApi({ token: async () => botToken, slackApiUrl }),
    ...tokens,
    stop: async () => undefined,
  };
}

type WebApi = Pick<SlackPlace, 'chat' | 'views' | 'membership' | 'groups' | 'installations'>;

function createWebApi(options: WebApiOptions): WebApi {
  return {
    chat: createWebApiChat(options),
    views: createWebApiViews(options),
    membership: createWebApiMembership(options),
    groups: (kept) => createWebApiGroups({ ...options, ...kept }),
    installations: (kept) => createWebApiInstallations({ ...options, ...kept }),
  };
}
