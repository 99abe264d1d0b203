import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import { createNotifier } from '../../functions/notifier.ts';
import { OpsError } from '../../shared/errors.ts';
import { createJsonLog } from '../../shared/log.ts';

function aRecord(messageId: string, jobId: string, body?: string): SQSRecord {
  return {
    messageId,
    receiptHandle: messageId,
    body: body ?? JSON.stringify({ jobId, version: 1, attempt: 0 }),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'x',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: jobId,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:1:notices.fifo',
    awsRegion: 'eu-west-1',
  };
}

function aNotifier(refused: string[] = []) {
  const shown: string[] = [];
  const logged: string[] = [];
  const notify = createNotifier({
    log: createJsonLog((line) => logged.push(line)),
    report: async ({ jobId }) => {
      if (refused.includes(jobId)) {
        throw new OpsError('slack-rate-limited', 'Slack asks to wait.', { retry: 'later', remedy: 'Wait.' });
      }
      shown.push(jobId);
      return 'shown';
    },
    reportCard: async ({ card }) => shown.push(card),
  });
  const run = (...records: SQSRecord[]) => notify({ Records: records } satisfies SQSEvent);
  return { run, shown, logged };
}

it('reports each message and fails none', async () => {
  const { run, shown } = aNotifier();
  expect(await run(aRecord('1', 'j-1'), aRecord('2', 'j-2'))).toEqual({ batchItemFailures: [] });
  expect(shown).toEqual(['j-1', 'j-2']);
});

it.each(['cards', 'notices'])(
  'shows a card whose message stands in the queue of %s: once it was the same one',
  async (queue) => {
    const { run, shown } = aNotifier();
    const record = aRecord('1', 'a-1', '{"card":"a-1","version":2,"attempt":0}');
    expect(await run({ ...record, eventSourceARN: `arn:aws:sqs:eu-west-1:1:${queue}.fifo` })).toEqual({
      batchItemFailures: [],
    });
    expect(shown).toEqual(['a-1']);
  },
);

it('gives back a failed message and all later ones of its job, and goes on with other jobs', async () => {
  const { run, shown, logged } = aNotifier(['j-1']);
  const answer = await run(aRecord('1', 'j-1'), aRecord('2', 'j-2'), aRecord('3', 'j-1'), aRecord('4', 'j-3'));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '3' }] });
  expect(shown).toEqual(['j-2', 'j-3']);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('slack-rate-limited');
});

it('gives back a message that is none, so that the dead-letter queue shows it', async () => {
  const { run } = aNotifier();
  expect(await run(aRecord('1', 'j-1', '{"jobId":7}'), aRecord('2', 'j-2', 'nonsense'))).toEqual({
    batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '2' }],
  });
});
