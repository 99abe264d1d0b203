import type { ScheduledEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Tick } from '../shared/app/tick.ts';
import { parseJobMessage } from '../shared/contracts/messages.ts';
import { OpsError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';

export type ClockParts = { tick: Tick; log: Log };

/** What must happen though nobody asked: each minute of the scheduler a tick, each message of the job queue's
 * dead-letter queue the end of its job. */
export function createClockFunction({ tick, log }: ClockParts) {
  return async function clock(event: ScheduledEvent | SQSEvent): Promise<SQSBatchResponse | undefined> {
    if ('Records' in event) return { batchItemFailures: await abandonAll(event.Records) };
    await tick.tick();
    return undefined;
  };

  async function abandonAll(records: SQSRecord[]): Promise<SQSBatchResponse['batchItemFailures']> {
    const failures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of records) {
      if (!(await abandon(record))) failures.push({ itemIdentifier: record.messageId });
    }
    return failures;
  }

  async function abandon(record: SQSRecord): Promise<boolean> {
    try {
      const message = parseJobMessage(record.body);
      await tick.abandon(message);
      log.warn('job-abandoned', { ...message });
      return true;
    } catch (error) {
      const fields = { messageId: record.messageId, group: record.attributes.MessageGroupId };
      if (error instanceof OpsError && error.code === 'message-invalid') {
        // It names no job that could be ended, and would keep the jobs behind it in its group from being ended.
        log.error('dead-letter-unreadable', { ...fields, code: error.code, message: error.message });
        return true;
      }
      log.error('abandon-failed', { ...fields, error });
      return false;
    }
  }
}
