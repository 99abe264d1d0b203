import type { Reply } from '../domain/reply.ts';
import type { EdgeParts } from './parts.ts';

/** `requestId`: the same for every copy of one request (Slack's trigger_id). `text`: what was typed after /vmotion. */
export type CommandRequest = { requestId: string; text: string; user: string; channel: string };

/** Parses, decides, writes one row, sends one message, answers. Never reaches vCenter or Slack. */
export function createReceiveCommand(_parts: EdgeParts): (request: CommandRequest) => Promise<Reply> {
  throw new Error('not built yet');
}
