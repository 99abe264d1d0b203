import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { KnownBlock } from '@slack/types';
import { OpsError } from '../errors.ts';
import type { Chat, ChatMessage } from '../ports.ts';

export type WebApiChatOptions = {
  /** Asked for before each call, so that a rotated token is picked up. Cache it behind this. */
  token: () => Promise<string>;
  /** Ends in "/"; Slack's own where absent. */
  slackApiUrl?: string | undefined;
  timeoutMs?: number | undefined;
};

const TIMEOUT_MS = 8000;

/** Posts and updates through Slack's Web API. One attempt a call: the queue is what repeats. */
export function createWebApiChat(options: WebApiChatOptions): Chat {
  const client = new WebClient(undefined, clientOptions(options));
  return {
    async post(message) {
      const token = await options.token();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's method, not the browser's.
      const { ts } = await translated(() => client.chat.postMessage({ token, ...toArguments(message) }));
      if (ts === undefined) throw refused('no_ts');
      return { ts };
    },
    async update(ts, message) {
      const token = await options.token();
      try {
        await translated(() => client.chat.update({ token, ts, ...toArguments(message) }));
        return { kind: 'updated' };
      } catch (error) {
        if (isGone(error)) return { kind: 'gone' };
        throw error;
      }
    },
  };
}

function clientOptions({ slackApiUrl, timeoutMs }: WebApiChatOptions): WebClientOptions {
  return {
    // A repeated post whose answer was lost would be a second message, so it is never repeated in here.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs ?? TIMEOUT_MS,
    logLevel: LogLevel.ERROR,
    // Errors are thrown and logged once by the caller; the client's own lines would hold request bodies.
    logger: silentLogger,
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
  };
}

const silentLogger: NonNullable<WebClientOptions['logger']> = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

function toArguments(message: ChatMessage) {
  return {
    channel: message.channel,
    text: message.text,
    blocks: message.blocks as KnownBlock[],
    unfurl_links: false,
    unfurl_media: false,
  };
}

async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toOpsError(error);
  }
}

function toOpsError(error: unknown): unknown {
  if (error instanceof WebAPIRateLimitedError) return rateLimited(error.retryAfter, error);
  if (error instanceof WebAPIPlatformError) return platformError(error);
  if (error instanceof WebAPIHTTPError || error instanceof WebAPIRequestError) {
    const what = error instanceof WebAPIHTTPError ? `answered HTTP ${error.statusCode}` : 'did not answer';
    return new OpsError('slack-unreachable', `Slack's Web API ${what}.`, {
      retry: 'outcome-unknown',
      remedy: 'Check that the notifier can reach https://slack.com, and https://status.slack.com.',
      cause: error,
    });
  }
  return error;
}

// Slack answers these with ok: false although the same call succeeds later.
const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]);

function platformError(error: WebAPIPlatformError): OpsError {
  const { data } = error;
  if (PASSING.has(data.error)) return rateLimited(1, error, data.error);
  const details = (data.response_metadata?.messages ?? []).slice(0, 3).join(' ');
  return refused(data.error, { cause: error, details });
}

function rateLimited(retryAfterSeconds: number, cause: unknown, word = 'ratelimited'): OpsError {
  return new OpsError('slack-rate-limited', `Slack asks to wait ${retryAfterSeconds} s (${word}).`, {
    retry: 'later',
    remedy: 'Nothing: the message comes again by itself.',
    cause,
  });
}

const REMEDIES: Record<string, string> = {
  invalid_auth: 'Put the bot token of the installed app into the secret, and check that it was not revoked.',
  not_authed: 'Put the bot token of the installed app into the secret.',
  token_revoked: 'Reinstall the app and put its new bot token into the secret.',
  account_inactive: 'Reinstall the app and put its new bot token into the secret.',
  missing_scope: 'Add the scopes of the manifest (npm run manifest) to the app and reinstall it.',
  not_in_channel: 'Invite the app to the channel: /invite @vmotion-ops.',
  channel_not_found: "Check the cluster's channel id in vmotion.yaml, and invite the app to that channel.",
  is_archived: 'Choose another channel for the cluster in vmotion.yaml: this one is archived.',
};

function refused(word: string, detail: { cause?: unknown; details?: string } = {}): OpsError {
  const details = detail.details === undefined || detail.details === '' ? '' : ` ${detail.details}`;
  return new OpsError('slack-refused', `Slack refused the message: ${word}.${details}`, {
    retry: 'never',
    remedy: REMEDIES[word] ?? `Look ${word} up at https://docs.slack.dev and correct what it names.`,
    fault: word,
    cause: detail.cause,
  });
}

function isGone(error: unknown): boolean {
  if (!(error instanceof OpsError) || error.code !== 'slack-refused') return false;
  return error.fault === 'message_not_found' || error.fault === 'cant_update_message';
}
