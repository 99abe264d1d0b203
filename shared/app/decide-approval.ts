import type { Reply } from '../domain/reply.ts';
import type { EdgeParts } from './parts.ts';

/** `digest`: what the button carries, at least the first twelve hex digits of the plan's digest. */
export type DecisionRequest = {
  requestId: string;
  jobId: string;
  decision: 'approve' | 'reject';
  digest?: string | undefined;
  reason?: string | undefined;
  user: string;
  channel: string;
};

/** One person's approval or rejection, counted from the row. Used by buttons and by the approve and reject verbs. */
export function createDecideApproval(_parts: EdgeParts): (request: DecisionRequest) => Promise<Reply> {
  throw new Error('not built yet');
}
