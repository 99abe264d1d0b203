import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { ReportResult } from '../shared/app/report.ts';
import { parseNoticeMessage } from '../shared/contracts/messages.ts';
import { OpsError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { CardNotice, NoticeMessage } from '../shared/ports.ts';

export type NotifierParts = {
  report: (message: NoticeMessage) => Promise<ReportResult>;
  reportCard: (message: CardNotice) => Promise<unknown>;
  log: Log;
};

/** Reports each record's job or alarm card. After a failure the rest of its group comes again too, so that order is kept; other
 * groups go on. */
export function createNotifier({
  report,
  reportCard,
  log,
}: NotifierParts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const failedGroups = new Set<string>();
    const batchItemFailures: SQSBatchItemFailure[] = [];
    for (const record of event.Records) {
      const group = record.attributes.MessageGroupId ?? record.messageId;
      if (!failedGroups.has(group) && (await isReported(record))) continue;
      failedGroups.add(group);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  };

  async function isReported(record: SQSRecord): Promise<boolean> {
    try {
      const message = parseNoticeMessage(record.body);
      await ('card' in message ? reportCard(message) : report(message));
      return true;
    } catch (error) {
      // What Slack will refuse for ever comes again as well, until the dead-letter queue shows it: dropped here, nobody
      // would know that the channel is behind.
      const codeOfError = error instanceof OpsError ? error.code : 'defect';
      log.error('notice-failed', { messageId: record.messageId, code: codeOfError, error });
      return false;
    }
  }
}
