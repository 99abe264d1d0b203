import { OpsError } from '../errors.ts';

// Slack's words for a message that it will never take as it is, by rules that are not all documented.
const WORDS = ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'invalid_attachments'];

/** Whether Slack refused a message for its layout: the same said more simply may be taken. */
export function isUnshowable(error: unknown): error is OpsError {
  return error instanceof OpsError && WORDS.includes(error.fault ?? '');
}
