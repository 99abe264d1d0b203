import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { OpsError } from '../errors.ts';
import type { Queue } from '../ports.ts';

/** `client`: the SDK's, of which one method is needed. */
export type SqsQueueParts = {
  client: { send(command: SendMessageCommand): Promise<unknown> };
  jobQueueUrl: string;
  noticeQueueUrl: string;
  cardQueueUrl: string;
};

/** The three FIFO queues: jobs grouped by cluster, notices by job, and those of alarm cards by card: no job's notice ever
 * waits behind a storm of alarms. Throws `queue-failed` (retry later). */
export function createSqsQueue({ client, jobQueueUrl, noticeQueueUrl, cardQueueUrl }: SqsQueueParts): Queue {
  async function send(queue: 'job' | 'notice' | 'card', input: Sent) {
    const command = new SendMessageCommand({
      QueueUrl: input.url,
      MessageBody: JSON.stringify(input.message),
      MessageGroupId: input.group,
      MessageDeduplicationId: input.id,
    });
    try {
      await client.send(command);
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : 'unknown';
      throw new OpsError('queue-failed', `The ${queue} queue did not take a message: ${name}.`, {
        retry: 'later',
        remedy: 'Nothing is lost: the row is written, and the clock sends the message again within a minute.',
        cause,
      });
    }
  }
  return {
    // A queue remembers the ids it has seen for five minutes, over all groups: they name the job, so they are unique,
    // and the attempt, so that the clock's repetition is not swallowed.
    sendJob: (message) => {
      const id = `${message.cluster}:${message.jobId}:${message.cursor}:${message.attempt}`;
      return send('job', { url: jobQueueUrl, group: toToken(message.cluster), id: toToken(id), message });
    },
    sendNotice: (message) => {
      const isOfCard = 'card' in message;
      const about = isOfCard ? message.card : message.jobId;
      const url = isOfCard ? cardQueueUrl : noticeQueueUrl;
      const id = `${about}:${message.version}:${message.attempt}`;
      return send(isOfCard ? 'card' : 'notice', { url, group: toToken(about), id: toToken(id), message });
    },
  };
}

type Sent = { url: string; group: string; id: string; message: object };

// SQS takes letters, digits and ASCII punctuation, at most 128 of them, for groups and ids.
function toToken(text: string): string {
  return encodeURIComponent(text).slice(-128);
}
