import { parseConversations } from '../contracts/slack-answers.ts';
import type { Membership } from '../ports.ts';
import { createLateWebClient, translated, type WebApiOptions } from './web-api-call.ts';

// Slack waits three seconds for the request that this is part of.
const TIMEOUT_MS = 2500;
const PAGE = 999;
const PAGES_MAX = 5;

/** Which channels a person is in, by users.conversations (channels:read, groups:read): one call for most people. Slack
 * names only channels that the app is in too where they are private, which is where a cluster's channel must be. */
export function createWebApiMembership(options: WebApiOptions): Membership {
  const client = createLateWebClient({ timeoutMs: TIMEOUT_MS, ...options });
  return {
    async channelsOf(user) {
      const token = await options.token();
      const found: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const at = cursor === undefined ? {} : { cursor };
        const what = { user, types: 'public_channel,private_channel', exclude_archived: true, limit: PAGE, ...at };
        const answer = parseConversations(
          await translated(() => client().users.conversations({ token, ...what }), token),
        );
        found.push(...answer.channels);
        ({ cursor } = answer);
        if (cursor === undefined) break;
      }
      return found;
    },
  };
}
