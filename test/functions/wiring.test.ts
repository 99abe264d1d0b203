// The functions as AWS loads them, with the SDK's clients pointed at the emulators by its own variables.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, ScheduledEvent, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clock, slack, worker } from '../../functions/wiring.ts';
import { type QueueEmulator, startQueueEmulator } from '../../infra/local/queue-emulator.ts';
import { startTableEmulator, type TableEmulator } from '../../infra/local/table-emulator.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import type { Store } from '../../shared/ports.ts';
import { aJob } from '../ports/rows.ts';
import { writeLabSettings } from '../support/lab-settings-file.ts';

let table: TableEmulator;
let queues: QueueEmulator;
let store: Store;
let folder: string;
const before = { ...process.env };

beforeAll(async () => {
  table = await startTableEmulator({});
  folder = await mkdtemp(join(tmpdir(), 'vmotion-wiring-'));
  queues = await startQueueEmulator({ jobVisibilitySeconds: 60, noticeVisibilitySeconds: 60 });
  store = createDynamoStore(table);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    JOB_TABLE: table.table,
    JOB_QUEUE_URL: queues.jobs.url,
    NOTICE_QUEUE_URL: queues.notices.url,
    CARD_QUEUE_URL: queues.cards.url,
    CONFIG_FILE: writeLabSettings(folder),
  });
});
afterAll(async () => {
  process.env = before;
  await queues.stop();
  await table.stop();
  await rm(folder, { recursive: true, force: true });
});

const context = { getRemainingTimeInMillis: () => 60_000 };

function anEvent(message: object): SQSEvent {
  const attributes = { MessageGroupId: 'cluster-a', ApproximateReceiveCount: '1' };
  const record = { messageId: 'm1', receiptHandle: 'r', body: JSON.stringify(message), attributes };
  return { Records: [record] } as unknown as SQSEvent;
}

describe('the wired functions', () => {
  it('end the job of a dead letter and free its lease', async () => {
    await store.jobs.create(aJob({ id: 'dead', state: 'applying', cursor: 3 }));
    const times = { now: new Date(), until: new Date(Date.now() + 60_000) };
    await store.leases.acquire({ cluster: 'cluster-a', jobId: 'dead', holder: 'slice', ...times });
    const message = { jobId: 'dead', cluster: 'cluster-a', cursor: 3, attempt: 0 };
    expect(await clock(anEvent(message), context)).toEqual({ batchItemFailures: [] });
    expect((await store.jobs.find('dead'))?.endedAt).toBeDefined();
    expect(await store.leases.find('cluster-a')).toBeUndefined();
  });

  it('tick', async () => {
    const expired = {
      digest: 'd'.repeat(64),
      required: 1,
      requestedBy: 'U1',
      expiresAt: '2026-01-05T08:00:01.000Z',
      approvedBy: [],
    };
    await store.jobs.create(aJob({ id: 'old', state: 'awaiting-approval', approval: expired }));
    await clock({ source: 'aws.scheduler' } as ScheduledEvent, context);
    expect((await store.jobs.find('old'))?.state).toBe('expired');
  });

  it('drop a message of a job that is not there', async () => {
    const message = { jobId: 'nobody', cluster: 'cluster-a', cursor: 0, attempt: 0 };
    expect(await worker(anEvent(message), context)).toEqual({ batchItemFailures: [] });
  });

  it('say what their environment lacks, at each event anew', async () => {
    const event = { headers: {}, body: '', isBase64Encoded: false } as unknown as APIGatewayProxyEventV2;
    for (const attempt of [1, 2]) {
      await expect(slack(event, context), `attempt ${attempt}`).rejects.toMatchObject({ code: 'environment-invalid' });
    }
  });
});
