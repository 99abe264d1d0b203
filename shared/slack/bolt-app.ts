// Bolt with our listeners, for requests by HTTP.
import { App, AwsLambdaReceiver } from '@slack/bolt';
import type { AnswerParts } from './answer.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { listen } from './listeners.ts';

/** `fallbackId`: stands in for a request that brings no id of its own. */
export type BoltRequest = { body: string; contentType: string; fallbackId: string };
export type BoltResponse = Awaited<ReturnType<ReturnType<AwsLambdaReceiver['toHandler']>>>;

const FALLBACK_ID_HEADER = 'x-vmotion-fallback-id';

/** Answers a request whose signature was checked before. Bolt itself makes no call to Slack's Web API. */
export function createBoltApp(parts: AnswerParts): (request: BoltRequest) => Promise<BoltResponse> {
  const logger = createBoltLogger(parts.log);
  const receiver = new AwsLambdaReceiver({
    signingSecret: '',
    // Checked already, over the raw bytes; Bolt would check what it has decoded, without a limit into the future.
    signatureVerification: false,
    customPropertiesExtractor: ({ headers }) => ({ fallbackId: headers[FALLBACK_ID_HEADER] ?? '' }),
    logger,
  });
  // With `token`, Bolt would call auth.test while the person waits.
  const app = new App({ receiver, logger, authorize: async () => ({}), ignoreSelf: false });
  listen(app, parts);
  const handle = receiver.toHandler();
  return async ({ body, contentType, fallbackId }) => {
    const headers = { 'Content-Type': contentType, [FALLBACK_ID_HEADER]: fallbackId };
    const event = { version: '2.0', routeKey: '$default', rawPath: '/slack/events', rawQueryString: '' };
    return handle({ ...event, headers, body, isBase64Encoded: false, requestContext: {} }, {});
  };
}
