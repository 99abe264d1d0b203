// What travels in the queues. Strict: sender and receiver come from one commit.
import { z } from 'zod';
import { OpsError } from '../errors.ts';
import type { CardNotice, JobMessage, NoticeMessage } from '../ports.ts';

const count = z.number().int().min(0);

const jobMessageSchema: z.ZodType<JobMessage> = z.strictObject({
  jobId: z.string().min(1),
  cluster: z.string().min(1),
  cursor: count,
  attempt: count,
});

const noticeMessageSchema: z.ZodType<NoticeMessage | CardNotice> = z.union([
  z.strictObject({ jobId: z.string().min(1), version: count, attempt: count }),
  z.strictObject({ card: z.string().min(1), version: count, attempt: count }),
]);

/** The body of a message of the job queue. Throws `message-invalid`, naming every field that is wrong. */
export function parseJobMessage(body: string): JobMessage {
  return parseMessage(jobMessageSchema, body, 'job');
}

/** The body of a message of the notice queue or the card queue. Throws `message-invalid`, naming every field that is wrong. */
export function parseNoticeMessage(body: string): NoticeMessage | CardNotice {
  return parseMessage(noticeMessageSchema, body, 'notice');
}

function parseMessage<T>(schema: z.ZodType<T>, body: string, queue: string): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw new OpsError('message-invalid', `A message of the ${queue} queue is wrong: ${z.prettifyError(parsed.error)}`, {
    retry: 'never',
    remedy: 'Deploy the functions that send and receive it from one commit: they disagree about this message.',
    cause: parsed.error,
  });
}

// Text that is not JSON is simply not an object, which the schema then says.
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
