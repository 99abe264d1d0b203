// Slack's side of a slash command or a click: a signed form, and three seconds to answer it.
import { createHmac } from 'node:crypto';
import type { LabFaults } from './lab-faults.ts';

export type DeliverOptions = {
  signingSecret: string;
  commandUrl: () => string;
  faults: LabFaults;
  answerWithinMs: number;
};

/** `failed`: what Slack shows the person then, for example "operation_timeout". */
export type Delivery = { kind: 'answered'; body: string; isJson: boolean } | { kind: 'failed'; error: string };

/** Sends the form as Slack signs and sends it, twice where duplicates are switched on; the first answer counts. */
export function createDeliver(options: DeliverOptions): (form: Record<string, string>) => Promise<Delivery> {
  return async (form) => {
    const body = new URLSearchParams(form).toString();
    const request = sign(options.signingSecret, body, 0);
    const first = await send(options, request);
    if (options.faults.duplicates === 'same-bytes') await send(options, request);
    if (options.faults.duplicates === 'signed-again') await send(options, sign(options.signingSecret, body, 1));
    return first;
  };
}

type SignedRequest = { headers: Record<string, string>; body: string };

function sign(signingSecret: string, body: string, laterSeconds: number): SignedRequest {
  const timestamp = String(Math.floor(Date.now() / 1000) + laterSeconds);
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
  };
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
