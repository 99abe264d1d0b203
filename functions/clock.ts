import type { ScheduledEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { TakenLetter } from '../shared/app/take-dead-letter.ts';
import type { Tick } from '../shared/app/tick.ts';
import { parseJobMessage, parseNoticeMessage } from '../shared/contracts/messages.ts';
import { DEAD_LETTER_QUEUES, type DeadContent } from '../shared/domain/dead-letter.ts';
import { OpsError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';

export type ClockParts = {
  tick: Pick<Tick, 'tick'>;
  takeDeadLetter: (letter: TakenLetter) => Promise<void>;
  log: Log;
};

/** What must happen though nobody asked: each minute of the scheduler a tick, each message of a dead-letter queue a row
 * for people to see, and the end of its job. */
export function createClockFunction({ tick, takeDeadLetter, log }: ClockParts) {
  return async function clock(event: ScheduledEvent | SQSEvent): Promise<SQSBatchResponse | undefined> {
    if ('Records' in event) return { batchItemFailures: await takeAll(event.Records) };
    await tick.tick();
    return undefined;
  };

  async function takeAll(records: SQSRecord[]): Promise<SQSBatchResponse['batchItemFailures']> {
    const failures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of records) {
      if (!(await take(record))) failures.push({ itemIdentifier: record.messageId });
    }
    return failures;
  }

  async function take(record: SQSRecord): Promise<boolean> {
    const { messageId, body } = record;
    try {
      const queue = queueOf(record);
      const receives = Number(record.attributes.ApproximateReceiveCount);
      await takeDeadLetter({ messageId, queue, content: toContent(queue, body, log), body, receives });
      return true;
    } catch (error) {
      log.error('abandon-failed', { messageId, group: record.attributes.MessageGroupId, error });
      return false;
    }
  }
}

/** The queue's name is the last part of its ARN: vmotion-ops-prod-notices-dead.fifo. */
function queueOf({ eventSourceARN }: SQSRecord): TakenLetter['queue'] {
  const [, name] = /(?:^|[:-])([a-z]+)-dead(?:\.fifo)?$/.exec(eventSourceARN) ?? [];
  return DEAD_LETTER_QUEUES.find((queue) => queue === name) ?? 'jobs';
}

/** What can't be read names no job that could be ended, and is kept all the same. */
function toContent(queue: TakenLetter['queue'], body: string, log: Log): DeadContent {
  try {
    if (queue === 'jobs') {
      const { jobId, cluster, cursor } = parseJobMessage(body);
      return { kind: 'job', jobId, cluster, cursor };
    }
    const message = parseNoticeMessage(body);
    const { version } = message;
    return 'card' in message
      ? { kind: 'card', card: message.card, version }
      : { kind: 'notice', jobId: message.jobId, version };
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== 'message-invalid') throw error;
    log.error('dead-letter-unreadable', { queue, code: error.code, message: error.message });
    return { kind: 'unreadable' };
  }
}
