import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTableEmulator, type TableEmulator } from '../../infra/local/table-emulator.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import type { Job } from '../../shared/domain/job.ts';
import { aJob } from './rows.ts';

let emulator: TableEmulator;
beforeAll(async () => {
  emulator = await startTableEmulator({});
});
afterAll(() => emulator.stop());

const AT = '2026-01-02T03:04:05.000Z';
const TWO_WEEKS_LATER = Date.parse(AT) / 1000 + 14 * 24 * 3600;

async function expiryOf(sk: string, id: string): Promise<unknown> {
  const get = new GetCommand({ TableName: emulator.table, Key: { pk: `job#${id}`, sk } });
  const { Item } = await emulator.client.send(get);
  if (Item === undefined) throw new Error(`there is no ${sk} of ${id}`);
  return Item['expiresAt'];
}

it.each<{ what: string; id: string; change: Partial<Job>; expected: number | undefined }>([
  {
    what: 'a quiet audit that is settled',
    id: 'j-1',
    change: { isQuiet: true, settledAt: AT },
    expected: TWO_WEEKS_LATER,
  },
  { what: 'a quiet audit at work', id: 'j-2', change: { isQuiet: true }, expected: undefined },
  { what: 'any other job', id: 'j-3', change: { settledAt: AT }, expected: undefined },
])('keeps $what until $expected', async ({ id, change, expected }) => {
  const { jobs } = createDynamoStore(emulator);
  await jobs.create(aJob({ id, ...change }));
  expect(await expiryOf('job', id)).toBe(expected);
});

it('keeps where a message stands for good, and that there is none for two weeks', async () => {
  const { notices } = createDynamoStore(emulator);
  const record = { channel: 'C1', shownVersion: 1, shownAt: AT };
  await notices.put({ ...record, jobId: 'j-4', ts: '' });
  await notices.put({ ...record, jobId: 'j-5', ts: '1.2' });
  expect(await expiryOf('notice', 'j-4')).toBe(TWO_WEEKS_LATER);
  expect(await expiryOf('notice', 'j-5')).toBeUndefined();
});
