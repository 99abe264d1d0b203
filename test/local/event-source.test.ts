import { SQSServiceException } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../functions/system-clock.ts';
import { type EventSource, type EventSourceOptions, startEventSource } from '../../infra/local/event-source.ts';
import { type QueueEmulator, startQueueEmulator } from '../../infra/local/queue-emulator.ts';
import { createSqsQueue } from '../../shared/aws/queue.ts';
import { silentLog } from '../../shared/log.ts';
import type { JobMessage, Queue } from '../../shared/ports.ts';

let emulator: QueueEmulator;
let queue: Queue;
let sources: EventSource[];

beforeEach(async () => {
  emulator = await startQueueEmulator({ jobVisibilitySeconds: 60, noticeVisibilitySeconds: 60 });
  const { client, jobs, notices, cards } = emulator;
  const urls = { jobQueueUrl: jobs.url, noticeQueueUrl: notices.url, cardQueueUrl: cards.url };
  queue = createSqsQueue({ client, ...urls });
  sources = [];
});
afterEach(async () => {
  for (const source of sources) await source.stop();
  await emulator.stop();
});

function start(over: Partial<EventSourceOptions> & Pick<EventSourceOptions, 'handler'>): EventSource {
  const source = startEventSource({
    name: 'jobs',
    client: emulator.client,
    queueUrl: emulator.jobs.url,
    timeLimitMs: 30_000,
    maximumConcurrency: 4,
    retrySeconds: () => 0,
    clock: systemClock,
    log: silentLog,
    ...over,
  });
  sources.push(source);
  return source;
}

const message = (cursor: number, cluster = 'cluster-a'): JobMessage => ({ jobId: 'job1', cluster, cursor, attempt: 0 });
const bodyOf = (record: SQSRecord) => JSON.parse(record.body) as JobMessage;
const failAll = (event: SQSEvent): SQSBatchResponse => ({
  batchItemFailures: event.Records.map((record) => ({ itemIdentifier: record.messageId })),
});

/** Keeps what arrives and resolves `arrived` at the nth. */
function collect(count: number) {
  const seen: SQSRecord[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const add = (event: SQSEvent) => {
    seen.push(...event.Records);
    if (seen.length >= count) resolve();
  };
  return { seen, arrived: promise, add };
}

describe('the event source', () => {
  it('hands messages over in Lambda’s shape and deletes what was handled', async () => {
    const { seen, arrived, add } = collect(1);
    const source = start({
      handler: async (event) => {
        add(event);
        return { batchItemFailures: [] };
      },
    });
    await queue.sendJob(message(1));
    await arrived;
    await source.stop();
    expect(seen[0]).toMatchObject({
      body: JSON.stringify(message(1)),
      eventSource: 'aws:sqs',
      attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'cluster-a' },
    });
    const left = await countLeft(emulator.jobs.url);
    expect(left).toBe(0);
  });

  it('keeps the order within a group', async () => {
    const { seen, arrived, add } = collect(5);
    start({
      handler: async (event) => {
        await new Promise((resolve) => setImmediate(resolve));
        add(event);
        return { batchItemFailures: [] };
      },
    });
    for (const cursor of [1, 2, 3, 4, 5]) await queue.sendJob(message(cursor));
    await arrived;
    expect(seen.map((record) => bodyOf(record).cursor)).toEqual([1, 2, 3, 4, 5]);
  });

  it('runs different groups at once and one group never twice at once', async () => {
    const started = collect(2);
    const gate = Promise.withResolvers<void>();
    const underWay = new Set<string>();
    let doubles = 0;
    start({
      handler: async (event) => {
        const group = event.Records[0]?.attributes.MessageGroupId ?? '';
        if (underWay.has(group)) doubles++;
        underWay.add(group);
        started.add(event);
        await gate.promise;
        underWay.delete(group);
        return { batchItemFailures: [] };
      },
    });
    for (const cluster of ['cluster-a', 'cluster-b']) {
      for (const cursor of [1, 2]) await queue.sendJob(message(cursor, cluster));
    }
    await started.arrived;
    expect([...underWay].sort()).toEqual(['cluster-a', 'cluster-b']);
    gate.resolve();
    expect(doubles).toBe(0);
  });

  it('never runs more at once than it may', async () => {
    const { arrived, add } = collect(6);
    const two = Promise.withResolvers<void>();
    let underWay = 0;
    let most = 0;
    for (const cursor of [1, 2, 3, 4, 5, 6]) await queue.sendJob(message(cursor, `cluster-${cursor}`));
    start({
      maximumConcurrency: 2,
      handler: async (event) => {
        underWay++;
        most = Math.max(most, underWay);
        if (underWay === 2) two.resolve();
        await two.promise;
        underWay--;
        add(event);
        return { batchItemFailures: [] };
      },
    });
    await arrived;
    expect(most).toBe(2);
  });

  it('gives a failed message again before the next one of its group', async () => {
    const { seen, arrived, add } = collect(3);
    let isFirst = true;
    start({
      handler: async (event) => {
        add(event);
        const answer = isFirst ? failAll(event) : { batchItemFailures: [] };
        isFirst = false;
        return answer;
      },
    });
    await queue.sendJob(message(1));
    await queue.sendJob(message(2));
    await arrived;
    expect(seen.map((record) => bodyOf(record).cursor)).toEqual([1, 1, 2]);
    expect(seen[1]?.attributes.ApproximateReceiveCount).toBe('2');
  });

  it.each([
    { failure: 'an answer that names it', handler: async (event: SQSEvent) => failAll(event) },
    { failure: 'an exception', handler: async () => Promise.reject(new Error('broken')) },
    {
      failure: 'an answer that names a message of another batch',
      handler: async () => ({ batchItemFailures: [{ itemIdentifier: 'elsewhere' }] }),
    },
  ])('moves a message to the dead-letter queue after three times of $failure', async ({ handler }) => {
    let times = 0;
    start({
      handler: async (event) => {
        times++;
        return handler(event);
      },
    });
    const { seen, arrived, add } = collect(1);
    start({
      queueUrl: emulator.jobs.deadLetterUrl,
      handler: async (event) => {
        add(event);
        return { batchItemFailures: [] };
      },
    });
    await queue.sendJob(message(7));
    await arrived;
    expect(times).toBe(3);
    expect(seen.map((record) => bodyOf(record).cursor)).toEqual([7]);
  });

  it.each([
    { what: 'handled', isFailed: false, cursors: [1, 2] },
    { what: 'failed', isFailed: true, cursors: [1, 1, 2] },
  ])(
    'settles a $what message once its queue is back, so that its group need not wait',
    async ({ isFailed, cursors }) => {
      const { seen, arrived, add } = collect(cursors.length);
      let refusals = 3;
      emulator.client.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            const isSettling = /^(DeleteMessage|ChangeMessageVisibility)Command$/.test(commandName ?? '');
            if (!isSettling || refusals === 0) return next(args);
            refusals -= 1;
            throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
          },
        { step: 'initialize' },
      );
      start({
        clock: { ...systemClock, sleep: (_ms, signal) => systemClock.sleep(1, signal) },
        handler: async (event) => {
          add(event);
          return isFailed && seen.length === 1 ? failAll(event) : { batchItemFailures: [] };
        },
      });
      await queue.sendJob(message(1));
      await queue.sendJob(message(2));
      await arrived;
      expect(seen.map((record) => bodyOf(record).cursor)).toEqual(cursors);
      expect(refusals).toBe(0);
    },
  );

  it('does not ask again for what the queue has refused', async () => {
    const told: object[] = [];
    const first = Promise.withResolvers<void>();
    const { arrived, add } = collect(2);
    emulator.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'DeleteMessageCommand') return next(args);
          const refusal = { name: 'MessageNotInflight', message: 'not in flight', $fault: 'client' as const };
          throw new SQSServiceException({ ...refusal, $metadata: {} });
        },
      { step: 'initialize' },
    );
    const source = start({
      clock: { ...systemClock, sleep: (_ms, signal) => systemClock.sleep(1, signal) },
      log: { ...silentLog, error: (event, fields) => first.resolve(void told.push({ event, ...fields })) },
      handler: async (event) => {
        add(event);
        return { batchItemFailures: [] };
      },
    });
    await queue.sendJob(message(1));
    await first.promise;
    // While the second one comes, the first could have been tried many times.
    await queue.sendJob(message(2, 'cluster-b'));
    await arrived;
    await source.stop();
    expect(told).toMatchObject([
      { event: 'message-not-settled', tries: 1 },
      { event: 'message-not-settled', tries: 1 },
    ]);
  });

  it('gives up on a function that runs longer than it may, and counts down for it', async () => {
    const { seen, arrived, add } = collect(2);
    const remaining: number[] = [];
    start({
      timeLimitMs: 50,
      handler: async (event, context) => {
        remaining.push(context.getRemainingTimeInMillis());
        add(event);
        return seen.length === 1 ? new Promise(() => undefined) : { batchItemFailures: [] };
      },
    });
    await queue.sendJob(message(1));
    await arrived;
    expect(seen.map((record) => record.attributes.ApproximateReceiveCount)).toEqual(['1', '2']);
    expect(remaining.every((ms) => ms > 0 && ms <= 50)).toBe(true);
  });

  it('finishes what is under way when it is stopped', async () => {
    const { arrived, add } = collect(1);
    const gate = Promise.withResolvers<void>();
    let isFinished = false;
    const source = start({
      handler: async (event) => {
        add(event);
        await gate.promise;
        isFinished = true;
        return { batchItemFailures: [] };
      },
    });
    await queue.sendJob(message(1));
    await arrived;
    const stopped = source.stop();
    gate.resolve();
    await stopped;
    expect(isFinished).toBe(true);
    expect(await countLeft(emulator.jobs.url)).toBe(0);
  });
});

async function countLeft(url: string): Promise<number> {
  const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
  const AttributeNames = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
  const answer = await emulator.client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }));
  return Object.values(answer.Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
}
