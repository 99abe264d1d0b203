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
import { createConcealer } from '../domain/concealer.ts';
import { hideSecretShapes } from '../domain/secret-shapes.ts';
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

/** The same, made when it is asked for first: it has some 300 methods, each made with it. */
export function createLateWebClient(options: Pick<WebApiOptions, 'slackApiUrl' | 'timeoutMs'>): () => WebClient {
  let client: WebClient | undefined;
  return () => {
    client ??= createWebClient(options);
    return client;
  };
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

/** The call, with what went wrong as `slack-rate-limited`, `slack-unreachable` or `slack-refused`. `token`: the one it was
 * made with, which no failure quotes, whatever Slack answers. */
export async function translated<T>(call: () => Promise<T>, token?: string): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toOpsError(error, token);
  }
}

function toOpsError(error: unknown, token: string | undefined): unknown {
  if (error instanceof WebAPIRateLimitedError) return rateLimited(error.retryAfter, error);
  if (error instanceof WebAPIPlatformError) return platformError(error, token);
  if (error instanceof WebAPIHTTPError || error instanceof WebAPIRequestError) {
    const what = error instanceof WebAPIHTTPError ? `answered HTTP ${error.statusCode}` : 'did not answer';
    return new OpsError('slack-unreachable', `Slack's Web API ${what}.`, {
      retry: 'outcome-unknown',
      remedy: 'Check that this function can reach https://slack.com, and https://status.slack.com.',
      cause: error,
    });
  }
  // The client has no class for answers that no Slack gives, such as 429 without a time to wait.
  if (!(error instanceof Error) || error instanceof OpsError || error instanceof TypeError) return error;
  return new OpsError('slack-unreachable', "Slack's Web API gave an answer that can't be read.", {
    retry: 'outcome-unknown',
    remedy: 'Check that nothing between this function and https://slack.com rewrites its answers.',
    cause: error,
  });
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

function platformError(error: WebAPIPlatformError, token: string | undefined): OpsError {
  const { data } = error;
  if (PASSING.has(data.error)) return rateLimited(1, error, data.error);
  const concealer = createConcealer();
  if (token !== undefined) concealer.learn(token);
  const messages: unknown = data.response_metadata?.messages;
  const said = Array.isArray(messages) ? messages.filter((one) => typeof one === 'string').slice(0, 3) : [];
  const details = hideSecretShapes(concealer.conceal(said.join(' '))).slice(0, DETAILS_CHARS_MAX);
  // A word is all that is quoted of it: Slack's are a few words in lower case.
  const word = WORD.test(data.error) ? data.error : 'unreadable_answer';
  return refused(word, { cause: error, details });
}

const WORD = /^[a-z][a-z0-9_]{0,59}$/;
const DETAILS_CHARS_MAX = 500;

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
