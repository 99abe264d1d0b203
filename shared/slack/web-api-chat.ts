import type { KnownBlock } from '@slack/types';
import { parsePosted } from '../contracts/slack-answers.ts';
import { OpsError } from '../errors.ts';
import type { Chat, ChatMessage } from '../ports.ts';
import { createWebClient, translated, type WebApiOptions } from './web-api-call.ts';
import { createWebApiFiles } from './web-api-files.ts';

export type WebApiChatOptions = WebApiOptions;

/** Posts, updates and uploads through Slack's Web API. One attempt a call: the queue is what repeats. */
export function createWebApiChat(options: WebApiChatOptions): Chat {
  const client = createWebClient(options);
  return {
    async post(message) {
      const token = await options.token();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's method, not the browser's.
      return parsePosted(await translated(() => client.chat.postMessage({ token, ...toPost(message) }), token));
    },
    async update(ts, message) {
      const token = await options.token();
      try {
        await translated(() => client.chat.update({ token, ts, ...toContent(message) }), token);
        return { kind: 'updated' };
      } catch (error) {
        if (isGone(error)) return { kind: 'gone' };
        throw error;
      }
    },
    ...createWebApiFiles(client, options),
  };
}

function toPost(message: ChatMessage) {
  const { threadTs, isBroadcast } = message;
  const content = toContent(message);
  if (threadTs === undefined) return content;
  const reply = { ...content, thread_ts: threadTs };
  return isBroadcast === true ? { ...reply, reply_broadcast: true as const } : reply;
}

function toContent(message: ChatMessage) {
  return {
    channel: message.channel,
    text: message.text,
    blocks: message.blocks as KnownBlock[],
    unfurl_links: false,
    unfurl_media: false,
  };
}

// The last one: a workspace may forbid to change messages that are older than some minutes.
const GONE = ['message_not_found', 'cant_update_message', 'edit_window_closed'];

function isGone(error: unknown): boolean {
  return error instanceof OpsError && error.code === 'slack-refused' && GONE.includes(error.fault ?? '');
}
