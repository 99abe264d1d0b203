import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { SliceResult } from '../shared/app/slice-run.ts';
import { parseJobMessage } from '../shared/contracts/messages.ts';
import { OpsError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { Clock, JobMessage } from '../shared/ports.ts';

export type WorkerParts = {
  runSlice: (message: JobMessage, deadline: Date) => Promise<SliceResult>;
  clock: Clock;
  log: Log;
  /** The most that one slice may take, whatever time the function has. */
  sliceMs: number;
};

export type FunctionContext = { getRemainingTimeInMillis(): number };

// What is left of the function's time for the last row, the next message and the answer.
const RESERVE_MS = 3_000;

/** The function behind the job queue. A message that must come again, or can't be read, is reported as failed: SQS
 * gives it again and, after its third time, to the dead-letter queue. */
export function createWorker({ runSlice, clock, log, sliceMs }: WorkerParts) {
  async function runRecord(record: SQSRecord, context: FunctionContext): Promise<void> {
    const message = parseJobMessage(record.body);
    const leftMs = Math.min(sliceMs, Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS));
    const result = await runSlice(message, new Date(clock.now().getTime() + leftMs));
    log.info('slice-over', { ...message, result });
    if (result === 'retry') throw new SliceRetry();
  }

  return async function worker(event: SQSEvent, context: FunctionContext): Promise<SQSBatchResponse> {
    // One processor an invocation: it holds the batch it is at, and one process may be at several.
    const processor = new SqsFifoPartialProcessorAsync();
    const handle = async (record: SQSRecord) => {
      try {
        await runRecord(record, context);
      } catch (error) {
        logFailure(log, record, error);
        throw error;
      }
    };
    return processPartialResponse(event, handle, processor, {
      skipGroupOnError: true,
      throwOnFullBatchFailure: false,
    });
  };
}

/** The slice asked for its message again; it has logged why. */
class SliceRetry extends Error {}

function logFailure(log: Log, record: SQSRecord, error: unknown): void {
  if (error instanceof SliceRetry) return;
  const received = record.attributes.ApproximateReceiveCount;
  const fields = { messageId: record.messageId, group: record.attributes.MessageGroupId, received };
  if (error instanceof OpsError) {
    log.error('slice-failed', { ...fields, code: error.code, retry: error.retry, message: error.message });
  } else {
    log.error('slice-broke', { ...fields, error, stack: error instanceof Error ? error.stack : undefined });
  }
}
