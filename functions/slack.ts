import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Log } from '../shared/log.ts';
import type { AnswerParts } from '../shared/slack/answer.ts';
import { createBoltApp } from '../shared/slack/bolt-app.ts';
import { claimRequest } from '../shared/slack/claim-request.ts';
import { COMMAND } from '../shared/slack/command-name.ts';
import { inTime } from '../shared/slack/in-time.ts';
import { isReadable } from '../shared/slack/readable-body.ts';
import { type RejectReason, TOLERANCE_SECONDS, type Verdict, verifyRequest } from '../shared/slack/verify-request.ts';
import { renderFailure } from '../shared/slack/views/failure.ts';
import { renderRefusal } from '../shared/slack/views/reply.ts';

export type SlackFunctionParts = AnswerParts & {
  signingSecret: () => Promise<string>;
};

type Response = APIGatewayProxyStructuredResultV2;
type Signed = Extract<Verdict, { kind: 'signed' }>;

// More than any answer of ours has, less than Slack waits.
const IN_ALL_MS_MAX = 2600;

/** What is not Slack's, or came before, gets an empty 401; everything that is Slack's gets a 200 with an answer. */
export function createSlackFunction(parts: SlackFunctionParts): (event: APIGatewayProxyEventV2) => Promise<Response> {
  const answer = createBoltApp(parts);
  return async (event) => {
    const now = parts.clock.now();
    const request = { headers: event.headers ?? {}, body: event.body, isBase64Encoded: event.isBase64Encoded };
    const verdict = verifyRequest(request, await parts.signingSecret(), now);
    if (verdict.kind === 'rejected') return reject(parts.log, verdict.reason);
    const fallbackId = `sig-${verdict.replayKey.slice(0, 32)}`;
    try {
      return await inTime(() => answerSigned(verdict, fallbackId), IN_ALL_MS_MAX);
    } catch (error) {
      parts.log.error('slack-request-failed', { requestId: fallbackId, error });
      return privately(renderFailure(error, fallbackId));
    }
  };

  async function answerSigned(verdict: Signed, fallbackId: string): Promise<Response> {
    if (!(await claimRequest(parts, verdict.replayKey))) return reject(parts.log, 'replayed');
    if (!isReadable(verdict.body, verdict.contentType)) return unknown(parts.log, fallbackId, 'unreadable');
    const { statusCode, headers, body } = await answer({ ...verdict, fallbackId });
    if (statusCode === 404) return unknown(parts.log, fallbackId, 'of no kind that is known');
    if (statusCode !== 200) throw new Error(`Bolt answered ${statusCode}`);
    return { statusCode, body, headers: { 'content-type': String(headers?.['Content-Type'] ?? 'text/plain') } };
  }
}

const CLOCK = `This machine's clock and Slack's differ by more than ${TOLERANCE_SECONDS / 60} minutes: set it (timedatectl), or a copy of an old request was sent.`;

/** What an admin can do about it. What is not here was never Slack's. */
const REMEDIES: Partial<Record<RejectReason, string>> = {
  'timestamp-too-old': CLOCK,
  'timestamp-in-future': CLOCK,
  'signature-differs': 'Compare the signing secret with the one of the Slack app (Basic Information).',
};

function reject(log: Log, reason: RejectReason): Response {
  log.warn('slack-request-rejected', { reason, remedy: REMEDIES[reason] });
  return { statusCode: 401, body: '' };
}

/** Signed, so it is Slack's, but nothing that this product's listeners are for. */
function unknown(log: Log, requestId: string, why: string): Response {
  log.warn('slack-request-unknown', { requestId, why });
  return privately(
    renderRefusal({
      what: 'Slack sent something that this app does not understand. Nothing was done.',
      why: `It was ${why} (request ${requestId}).`,
      fix: `${COMMAND} help`,
    }),
  );
}

function privately(answer: object): Response {
  const body = JSON.stringify({ response_type: 'ephemeral', ...answer });
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body };
}
