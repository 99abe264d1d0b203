// Bolt with our listeners. Slack's answer goes out only after a listener has returned, so each does its row and its
// message first and acknowledges last; and none ever throws, because after that the person would see a failure.
import { App, AwsLambdaReceiver } from '@slack/bolt';
import type { Log } from '../log.ts';
import { answerClick, answerCommand, type AnswerParts, COMMAND } from './answer.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { APPROVE_ACTION, REJECT_ACTION } from './views/approval.ts';

/** `fallbackId`: stands in for a request that brings no id of its own. */
export type BoltRequest = { body: string; contentType: string; fallbackId: string };
export type BoltResponse = Awaited<ReturnType<ReturnType<AwsLambdaReceiver['toHandler']>>>;

const FALLBACK_ID_HEADER = 'x-vmotion-fallback-id';

/** Answers a request whose signature was checked before. Makes no call to Slack's Web API. */
export function createBoltApp(parts: AnswerParts & { log: Log }): (request: BoltRequest) => Promise<BoltResponse> {
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

// Bolt runs every listener that matches, so the patterns for what is unknown exclude what is known.
const OTHER_COMMANDS = new RegExp(`^(?!${COMMAND}$)`);
const OTHER_ACTIONS = new RegExp(`^(?!(${APPROVE_ACTION}|${REJECT_ACTION})$)`);

function listen(app: App, parts: AnswerParts & { log: Log }): void {
  for (const command of [COMMAND, OTHER_COMMANDS]) {
    app.command(command, async ({ body, ack, context }) => {
      const answer = await answerCommand(parts, body, String(context['fallbackId']));
      await ack({ response_type: 'ephemeral', ...answer });
    });
  }
  for (const action of [APPROVE_ACTION, REJECT_ACTION, OTHER_ACTIONS]) {
    app.action(action, async ({ body, ack }) => {
      await answerClick(parts, body);
      await ack();
    });
  }
  app.error(async (error) => {
    parts.log.error('bolt-listener-failed', { error });
  });
}
