// Slack's side of whatever a person does: a signed request, or an envelope of Socket Mode, and three seconds to answer.
import { createHmac } from 'node:crypto';
import type { LabFaults } from './lab-faults.ts';
import type { SocketMode } from './socket-mode.ts';

/** `slash_commands`: the fields of the form. `interactive`: the payload. `events_api`: the event with its wrapper. */
export type Outgoing = {
  kind: 'slash_commands' | 'interactive' | 'events_api';
  body: object;
  retry?: { number: number; reason: string };
};

/** `failed`: what Slack shows the person then, for example "operation_timeout". */
export type Delivery = { kind: 'answered'; body: string; isJson: boolean } | { kind: 'failed'; error: string };
export type Deliver = (outgoing: Outgoing) => Promise<Delivery>;

export type DeliverOptions = {
  signingSecret: string;
  commandUrl: () => string;
  faults: LabFaults;
  answerWithinMs: number;
  sockets: SocketMode;
};

/** Sends it as Slack signs and sends it, twice where duplicates are switched on; the first answer counts. While the app
 * is connected by Socket Mode, everything goes that way. */
export function createDeliver(options: DeliverOptions): Deliver {
  const { faults, sockets, signingSecret } = options;
  return async (outgoing) => {
    if (sockets.count() > 0) {
      const first = await sockets.deliver(outgoing, options.answerWithinMs);
      if (faults.duplicates !== 'never') await sockets.deliver(outgoing, options.answerWithinMs);
      return first;
    }
    const request = sign(signingSecret, outgoing, 0);
    const first = await send(options, request);
    if (faults.duplicates === 'same-bytes') await send(options, request);
    if (faults.duplicates === 'signed-again') await send(options, sign(signingSecret, outgoing, 1));
    return first;
  };
}

/** An event that was not taken comes again at once; Slack itself would try twice more, after a minute and after five. */
export async function deliverEvent(deliver: Deliver, body: object): Promise<Delivery> {
  const first = await deliver({ kind: 'events_api', body });
  if (first.kind === 'answered') return first;
  const reason = first.error === 'operation_timeout' ? 'http_timeout' : 'http_error';
  return deliver({ kind: 'events_api', body, retry: { number: 1, reason } });
}

type SignedRequest = { headers: Record<string, string>; body: string };

function sign(signingSecret: string, outgoing: Outgoing, laterSeconds: number): SignedRequest {
  const body = toBody(outgoing);
  const timestamp = String(Math.floor(Date.now() / 1000) + laterSeconds);
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const { retry } = outgoing;
  return {
    body,
    headers: {
      'content-type': outgoing.kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...(retry === undefined
        ? {}
        : { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
    },
  };
}

function toBody({ kind, body }: Outgoing): string {
  if (kind === 'events_api') return JSON.stringify(body);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(body) }).toString();
  return new URLSearchParams(body as Record<string, string>).toString();
}

async function send({ commandUrl, answerWithinMs }: DeliverOptions, request: SignedRequest): Promise<Delivery> {
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    const response = await fetch(commandUrl(), { method: 'POST', ...request, signal });
    const body = await response.text();
    if (response.status !== 200) return { kind: 'failed', error: 'dispatch_failed' };
    return { kind: 'answered', body, isJson: (response.headers.get('content-type') ?? '').includes('json') };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    return { kind: 'failed', error: isTimeout ? 'operation_timeout' : 'dispatch_unknown_error' };
  }
}
