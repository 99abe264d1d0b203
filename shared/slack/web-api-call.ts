// How the product calls Slack's Web API: one attempt a call, a time limit, and errors that say what to do.
import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import { OpsError } from '../errors.ts';

export type WebApiOptions = {
  /** Asked for before each call, so that a rotated token is picked up. Cache it behind this. */
  token: () => Promise<string>;
  /** Ends in "/"; Slack's own where absent. */
  slackApiUrl?: string | undefined;
  timeoutMs?: number | undefined;
};

const TIMEOUT_MS = 8000;

/** Slack's own client without its retries, its waiting and its log lines. It holds no token: each call brings one. */
export function createWebClient(options: Pick<WebApiOptions, 'slackApiUrl' | 'timeoutMs'>): WebClient {
  return new WebClient(undefined, clientOptions(options));
}

function clientOptions({ slackApiUrl, timeoutMs }: Pick<WebApiOptions, 'slackApiUrl' | 'timeoutMs'>): WebClientOptions {
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

/** The call, with what went wrong as `slack-rate-limited`, `slack-unreachable` or `slack-refused`. */
export async function translated<T>(call: () => Promise<T>): Promise<T> {
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
      remedy: 'Check that this function can reach https://slack.com, and https://status.slack.com.',
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
    retryAfterMs: retryAfterSeconds * 1000,
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

/** Slack said no with this word. */
export function refused(word: string, detail: { cause?: unknown; details?: string } = {}): OpsError {
  const details = detail.details === undefined || detail.details === '' ? '' : ` ${detail.details}`;
  return new OpsError('slack-refused', `Slack refused the message: ${word}.${details}`, {
    retry: 'never',
    remedy: REMEDIES[word] ?? `Look ${word} up at https://docs.slack.dev and correct what it names.`,
    fault: word,
    cause: detail.cause,
  });
}
