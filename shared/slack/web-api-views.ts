import type { View } from '@slack/types';
import { OpsError } from '../errors.ts';
import type { Views } from '../ports.ts';
import { createLateWebClient, translated, type WebApiOptions } from './web-api-call.ts';

// Slack waits three seconds for the request that this is part of.
const TIMEOUT_MS = 2500;

const EXPIRED = ['expired_trigger_id', 'trigger_expired', 'exchanged_trigger_id', 'trigger_exchanged'];
const GONE = ['not_found', 'view_not_found'];

/** Modals and App Homes through Slack's Web API. */
export function createWebApiViews(options: WebApiOptions): Views {
  const client = createLateWebClient({ timeoutMs: TIMEOUT_MS, ...options });
  return {
    async open(triggerId, view) {
      const token = await options.token();
      const call = async () => {
        const opened = await client().views.open({ token, trigger_id: triggerId, view: view as View });
        return { kind: 'opened' as const, viewId: opened.view?.id ?? '' };
      };
      return unless({ call, token }, (word) => (EXPIRED.includes(word) ? { kind: 'expired' as const } : undefined));
    },
    async update({ viewId, hash }, view) {
      const token = await options.token();
      const at = { view_id: viewId, ...(hash === undefined ? {} : { hash }) };
      const call = async () => {
        await client().views.update({ token, ...at, view: view as View });
        return 'updated' as const;
      };
      return unless({ call, token }, (word) => {
        if (GONE.includes(word)) return 'gone';
        return word === 'hash_conflict' ? 'outdated' : undefined;
      });
    },
    async publish(user, view, hash) {
      const token = await options.token();
      const seen = hash === undefined ? {} : { hash };
      const call = async () => {
        await client().views.publish({ token, user_id: user, ...seen, view: view as View });
        return 'published' as const;
      };
      return unless({ call, token }, (word) => (word === 'hash_conflict' ? 'outdated' : undefined));
    },
  };
}

/** What the call answers, or what Slack's word means to the caller; a word without a meaning here is thrown. */
async function unless<Done, Meant>(
  { call, token }: { call: () => Promise<Done>; token: string },
  meaning: (word: string) => Meant | undefined,
): Promise<Done | Meant> {
  try {
    return await translated(call, token);
  } catch (error) {
    const word = error instanceof OpsError && error.code === 'slack-refused' ? error.fault : undefined;
    const meant = word === undefined ? undefined : meaning(word);
    if (meant === undefined) throw error;
    return meant;
  }
}
