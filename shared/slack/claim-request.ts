import type { Clock, OnceStore } from '../ports.ts';
import { REPLAY_SECONDS } from './verify-request.ts';

export type ClaimParts = { once: OnceStore; clock: Pick<Clock, 'now'> };

/** Whether this is the first copy of a request, whichever way it came. `key`: the same for every copy of it and for no
 * other. Throws where the table does not say: then nothing may be done. */
export function claimRequest({ once, clock }: ClaimParts, key: string): Promise<boolean> {
  return once.claim(`slack-${key}`, clock.now(), REPLAY_SECONDS);
}
