import { randomUUID } from 'node:crypto';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTable } from '../../../shared/aws/table.ts';
import { OpsError } from '../../../shared/errors.ts';
import { type Check, checked, fail, ok, warn } from './check.ts';

export type Storage = {
  /** Where they are, in words: "in AWS", "embedded". */
  where: string;
  table: { client: DynamoDBDocumentClient; table: string };
  queues: { client: SQSClient; names: { name: string; url: string }[] };
};

const PROBE_SECONDS = 600;

/** Writes a row, reads it and removes it; asks each queue how it is. Sends nothing. */
export async function checkStorage({ where, table, queues }: Storage): Promise<Check[]> {
  const rows = await checked('table', () => checkTable(where, table));
  const looks = queues.names.map((queue) =>
    checked(`queue ${queue.name}`, () => checkQueue(where, queues.client, queue)),
  );
  return [...rows, ...(await Promise.all(looks)).flat()];
}

async function checkTable(where: string, parts: Storage['table']): Promise<Check[]> {
  const table = createTable(parts);
  const key = { pk: 'doctor', sk: randomUUID() };
  // Should it stay behind, the table forgets it.
  const expiresAt = Math.ceil(Date.now() / 1000) + PROBE_SECONDS;
  await table.put({ ...key, expiresAt });
  const seen = await table.get(key);
  await table.remove(key);
  const left = await table.get(key);
  if (seen !== undefined && left === undefined) {
    return [ok('table', `A row was written, read and removed (${parts.table}, ${where}).`)];
  }
  const what = seen === undefined ? 'A row was written and not found.' : 'A row was removed and is still there.';
  return [fail('table', what, 'Check that nothing but the product writes to this table.')];
}

async function checkQueue(where: string, client: SQSClient, queue: { name: string; url: string }): Promise<Check[]> {
  const about = `queue ${queue.name}`;
  const names = new GetQueueAttributesCommand({
    QueueUrl: queue.url,
    AttributeNames: ['ApproximateNumberOfMessages', 'FifoQueue', 'RedrivePolicy'],
  });
  const { Attributes = {} } = await client.send(names).catch((cause: unknown) => {
    throw queueFailed(queue.url, cause);
  });
  const waiting = Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
  if (Attributes['FifoQueue'] !== 'true') {
    return [fail(about, 'It is no FIFO queue, so two jobs could change a cluster at once.', 'Deploy it again.')];
  }
  if (Attributes['RedrivePolicy'] === undefined) {
    const what = 'It has no dead-letter queue: a message that always fails would never end its job.';
    return [warn(about, what, 'Deploy it again.')];
  }
  return [ok(about, `It is there (${where}); ${waiting} messages wait.`)];
}

function queueFailed(url: string, cause: unknown): OpsError {
  const why = cause instanceof Error ? cause.name : 'unknown';
  return new OpsError('queue-failed', `The queue ${url} did not answer: ${why}.`, {
    retry: 'later',
    remedy: 'Check its address and that your credentials may call sqs:GetQueueAttributes.',
    cause,
  });
}
