import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createWorker, type WorkerParts } from '../../functions/worker.ts';
import { OpsError } from '../../shared/errors.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { JobMessage } from '../../shared/ports.ts';

const now = new Date('2026-01-05T08:00:00.000Z');

function setup(runSlice: WorkerParts['runSlice']) {
  const lines: string[] = [];
  const log = createJsonLog((line) => lines.push(line));
  const clock = { now: () => now, elapsedMs: () => 0, sleep: async () => undefined };
  return { worker: createWorker({ runSlice, clock, log, sliceMs: 120_000 }), lines };
}

const context = (remainingMs: number) => ({ getRemainingTimeInMillis: () => remainingMs });

function aRecord(messageId: string, message: object, group = 'cluster-a'): SQSRecord {
  return {
    messageId,
    receiptHandle: 'r',
    body: JSON.stringify(message),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 's',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: group,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:jobs.fifo',
    awsRegion: 'eu-central-1',
  };
}

const aMessage = (cursor: number): JobMessage => ({ jobId: 'j1', cluster: 'cluster-a', cursor, attempt: 0 });
const anEvent = (...records: SQSRecord[]): SQSEvent => ({ Records: records });
const failed = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe('the worker', () => {
  it.each([
    { when: 'the slice allows less than the function', remainingMs: 600_000, leftMs: 120_000 },
    { when: 'the function has less left', remainingMs: 63_000, leftMs: 60_000 },
    { when: 'the function has nothing left', remainingMs: 1_000, leftMs: 0 },
  ])('gives the slice $leftMs ms when $when', async ({ remainingMs, leftMs }) => {
    const deadlines: Date[] = [];
    const { worker } = setup(async (_message, deadline) => {
      deadlines.push(deadline);
      return 'finished';
    });
    await worker(anEvent(aRecord('m1', aMessage(1))), context(remainingMs));
    expect(deadlines).toEqual([new Date(now.getTime() + leftMs)]);
  });

  it.each([
    { result: 'finished' as const, answer: failed() },
    { result: 'dropped' as const, answer: failed() },
    { result: 'retry' as const, answer: failed('m1') },
  ])('answers a slice that is $result', async ({ result, answer }) => {
    const { worker } = setup(async () => result);
    expect(await worker(anEvent(aRecord('m1', aMessage(1))), context(60_000))).toEqual(answer);
  });

  it('reports a failed slice for another try, and logs its code and never its body', async () => {
    const { worker, lines } = setup(async () => {
      throw new OpsError('table-failed', 'The table is away.', { retry: 'later', remedy: 'Wait.' });
    });
    expect(await worker(anEvent(aRecord('m1', aMessage(1))), context(60_000))).toEqual(failed('m1'));
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: 'slice-failed', code: 'table-failed' });
  });

  it.each([
    { what: 'is not JSON', body: 'enable' },
    { what: 'misses a field', body: '{"jobId":"j1","cluster":"cluster-a","cursor":1}' },
    { what: 'has a field too many', body: JSON.stringify({ ...aMessage(1), host: 'esx1' }) },
  ])('leaves a message whose body $what to the dead-letter queue', async ({ body }) => {
    const { worker, lines } = setup(async () => 'finished');
    const record = { ...aRecord('m1', {}), body };
    expect(await worker(anEvent(record), context(60_000))).toEqual(failed('m1'));
    expect(lines.join('')).toContain('message-invalid');
  });

  it('skips the rest of a group after a failure, and goes on with the other groups', async () => {
    const ran: number[] = [];
    const { worker } = setup(async ({ cursor }) => {
      ran.push(cursor);
      return cursor === 1 ? 'retry' : 'finished';
    });
    const event = anEvent(
      aRecord('m1', aMessage(1)),
      aRecord('m2', aMessage(2)),
      aRecord('m3', { ...aMessage(3), cluster: 'cluster-b' }, 'cluster-b'),
    );
    expect(await worker(event, context(60_000))).toEqual(failed('m1', 'm2'));
    expect(ran).toEqual([1, 3]);
  });

  it('keeps invocations that run at once apart', async () => {
    const gate = Promise.withResolvers<void>();
    const { worker } = setup(async ({ cursor }) => {
      await gate.promise;
      return cursor === 1 ? 'retry' : 'finished';
    });
    const answers = [1, 2].map((cursor) => worker(anEvent(aRecord(`m${cursor}`, aMessage(cursor))), context(60_000)));
    gate.resolve();
    expect(await Promise.all(answers)).toEqual([failed('m1'), failed()]);
  });

  it('takes two parameters, as the runtime demands', () => {
    expect(setup(async () => 'finished').worker).toHaveLength(2);
  });
});
