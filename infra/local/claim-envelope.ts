import { createHash } from 'node:crypto';
import type { AllMiddlewareArgs, AnyMiddlewareArgs } from '@slack/bolt';
import type { Log } from '../../shared/log.ts';
import { type ClaimParts, claimRequest } from '../../shared/slack/claim-request.ts';
import { renderFailure } from '../../shared/slack/views/failure.ts';

/** Bolt's middleware that lets through the first copy of each envelope only: Slack sends one again whose acknowledgement
 * was late or lost with its connection. Copies are acknowledged, so that no third comes. */
export function createClaimEnvelope(parts: ClaimParts & { log: Log }) {
  return async function claimEnvelope(args: AnyMiddlewareArgs & AllMiddlewareArgs): Promise<void> {
    const { body, next, context } = args;
    // A menu asks the same again when the same is typed again, and changes nothing.
    if (body.type === 'block_suggestion') return next();
    try {
      // Every command and press has an id of its own in its payload; a copy may come in an envelope with another one.
      const key = createHash('sha256').update(JSON.stringify(body)).digest('hex');
      if (await claimRequest(parts, key)) return next();
      parts.log.warn('slack-request-rejected', { reason: 'replayed' });
      await acknowledge(args);
    } catch (error) {
      const requestId = String(context['fallbackId']);
      parts.log.error('slack-request-failed', { requestId, error });
      await acknowledge(args, { response_type: 'ephemeral', ...renderFailure(error, requestId) });
    }
  };
}

/** Events are acknowledged by Bolt itself; only a command's acknowledgement can say something. */
async function acknowledge(args: AnyMiddlewareArgs, answer?: object): Promise<void> {
  if (!('ack' in args) || args.ack === undefined) return;
  const ack = args.ack as (answer?: object) => Promise<void>;
  await ack('command' in args ? answer : undefined);
}
