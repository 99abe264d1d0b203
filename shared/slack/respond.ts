import { OpsError } from '../errors.ts';
import type { Answer } from './views/reply.ts';

/** Answers a click in private at its response_url, which Slack accepts five times within 30 minutes. */
export type Respond = (responseUrl: string, answer: Answer) => Promise<void>;

/** `timeoutMs` is short: Slack waits three seconds for the click itself, and this comes before its acknowledgement. */
export function createRespond({ timeoutMs = 1500 }: { timeoutMs?: number } = {}): Respond {
  return async (responseUrl, answer) => {
    const response = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...answer }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) return;
    throw new OpsError('slack-refused', `Slack refused the answer to a click with HTTP ${response.status}.`, {
      retry: 'never',
      remedy: 'Nothing: the click itself was carried out, and the message of its job shows it.',
    });
  };
}
