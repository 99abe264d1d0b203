// Where the local place meets Slack: the lab's workspace, or a real one.
import { createLabSlack, type LabSlack } from '../lab/slack/workspace.ts';
import { OpsError } from '../../shared/errors.ts';
import type { Chat } from '../../shared/ports.ts';
import { createWebApiChat } from '../../shared/slack/web-api-chat.ts';
import { readSecretVariable } from './environment-secrets.ts';

export type SlackPlace = {
  chat: Chat;
  signingSecret: string;
  /** The lab's workspace, where it is that. */
  lab?: LabSlack | undefined;
  stop(): Promise<void>;
};

// They protect nothing but one process's own loopback.
const LAB_SIGNING_SECRET = 'lab-signing-secret';
const LAB_BOT_TOKEN = 'xoxb-lab';

/** `commandUrl`: where the workspace sends what people type. */
export async function startLabSlackPlace(options: { port: number; commandUrl: () => string }): Promise<SlackPlace> {
  const lab = await createLabSlack({ ...options, signingSecret: LAB_SIGNING_SECRET, botToken: LAB_BOT_TOKEN });
  const chat = createWebApiChat({ token: async () => LAB_BOT_TOKEN, slackApiUrl: lab.apiUrl });
  return { chat, signingSecret: LAB_SIGNING_SECRET, lab, stop: () => lab.close() };
}

/** The workspace whose tokens stand in the environment, or in files that it names. Throws `environment-invalid` where
 * they do not, `secret-missing` for a file that can't be used. */
export function createRealSlackPlace(env: Record<string, string | undefined>): SlackPlace {
  const signingSecret = readSecretVariable(env, 'SLACK_SIGNING_SECRET');
  const botToken = readSecretVariable(env, 'SLACK_BOT_TOKEN');
  const missing = [
    ...(signingSecret === '' ? ['SLACK_SIGNING_SECRET'] : []),
    ...(botToken.startsWith('xoxb-') ? [] : ['SLACK_BOT_TOKEN (xoxb-...)']),
  ];
  if (missing.length > 0) {
    throw new OpsError('environment-invalid', `Slack's tokens are not in the environment: ${missing.join(', ')}.`, {
      retry: 'never',
      remedy:
        'Set them from your Slack app (Basic Information, OAuth & Permissions), or each name with _FILE to a file ' +
        'that holds it, or start without --config.',
    });
  }
  return {
    chat: createWebApiChat({ token: async () => botToken }),
    signingSecret,
    stop: async () => undefined,
  };
}
