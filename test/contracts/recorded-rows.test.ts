// Rows as an earlier version left them in the middle of a rollout, read by this one: an upgrade with a job under way.
// A field that becomes required, or a union that loses a member, fails here before it fails in somebody's table.
import { readFileSync } from 'node:fs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmulatedTable, startTableEmulator, type TableEmulator } from '../../infra/local/table-emulator.ts';
import { createTick } from '../../shared/app/tick.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import type { JobMessage, Store } from '../../shared/ports.ts';
import { type Log, silentLog } from '../../shared/log.ts';
import type { EdgeParts } from '../../shared/app/parts.ts';
import { aJob } from '../support/builders.ts';

const JOB = 'j-d3773b';
const RECORDED = new URL('recorded-rows/enable-under-way.json', import.meta.url);

type RecordedRow = Record<string, unknown> & { pk: string; sk: string; body?: object };
const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as RecordedRow[];

let emulator: TableEmulator;
let tables = 0;
beforeAll(async () => {
  emulator = await startTableEmulator({});
});
afterAll(() => emulator.stop());

/** A table with the recorded rows; `change` sees each row's body first. */
async function restore(change: (body: object, row: RecordedRow) => object = (body) => body): Promise<Store> {
  const table = `recorded-${tables++}`;
  await createEmulatedTable(emulator.client, table);
  for (const row of recorded) {
    const body = row.body === undefined ? {} : { body: JSON.stringify(change(row.body, row)) };
    await emulator.client.send(new PutCommand({ TableName: table, Item: { ...row, ...body } }));
  }
  return createDynamoStore({ client: emulator.client, table });
}

const bodyOf = (sk: string) => recorded.find((row) => row.pk === `job#${JOB}` && row.sk === sk)?.body;

describe('rows of an earlier version', () => {
  it('are read as they were written, each of them', async () => {
    const store = await restore();
    expect(await store.jobs.find(JOB)).toEqual(bodyOf('job'));
    expect((await store.jobs.listOpen()).map(({ id, state }) => `${id} ${state}`)).toEqual([`${JOB} applying`]);
    expect(await store.records.list(JOB)).toEqual([bodyOf('host#host-20'), bodyOf('host#host-21')]);
    expect(await store.notices.find(JOB)).toEqual(bodyOf('notice'));
    expect((await store.baselines.list('cluster-a')).map(({ host, jobId }) => `${host} ${jobId}`)).toEqual([
      `host-20 ${JOB}`,
      `host-21 ${JOB}`,
    ]);
    expect(await store.leases.find('cluster-a')).toMatchObject({ jobId: JOB, fence: 2, holder: 'az2j91gxv6me' });
  });

  it('are gone on with: the clock asks for the next slice of their job', async () => {
    const store = await restore();
    const jobs = await tickOver(store, silentLog);
    const job = await store.jobs.find(JOB);
    expect(job).toMatchObject({ state: 'applying', attempt: 1 });
    expect(jobs).toEqual([{ jobId: JOB, cluster: 'cluster-a', cursor: job?.cursor, attempt: 1 }]);
  });

  it('can be written again, and keep what only another version knows', async () => {
    const store = await restore((body, { sk }) => (sk === 'job' ? { ...body, weather: 'fine' } : body));
    const job = await store.jobs.find(JOB);
    if (job === undefined) throw new Error('the recorded job is missing');
    await store.jobs.save({ ...job, version: job.version + 1, wave: 1 });
    expect(await store.jobs.find(JOB)).toMatchObject({ weather: 'fine', wave: 1 });
  });
});

describe('rows of a newer schema', () => {
  const toSchema2 = (which: string) => (body: object, row: RecordedRow) =>
    row.sk === which && row.pk.startsWith('job#') ? { ...body, schema: 2 } : body;
  const refusal = expect.objectContaining({
    code: 'row-invalid',
    retry: 'never',
    message: expect.stringContaining('only rows of schema 1 are known to this version'),
    remedy: expect.stringContaining('or a newer one'),
  });

  it('are refused by their job, which the error names', async () => {
    const store = await restore(toSchema2('job'));
    await expect(store.jobs.find(JOB)).rejects.toEqual(refusal);
    await expect(store.jobs.find(JOB)).rejects.toThrow(JOB);
  });

  it('are refused by their host', async () => {
    const store = await restore(toSchema2('host#host-21'));
    await expect(store.records.list(JOB)).rejects.toEqual(refusal);
    expect(await store.records.find(JOB, 'host-20')).toEqual(bodyOf('host#host-20'));
  });

  it('keep the clock from no other job, and are told at each of its turns', async () => {
    const store = await restore(toSchema2('job'));
    await store.jobs.create(aJob({ id: 'j-000002', state: 'approved', updatedAt: '2026-11-21T05:00:00.000Z' }));
    const told: object[] = [];
    const log = { ...silentLog, error: (event: string, fields = {}) => void told.push({ event, ...fields }) };
    await tickOver(store, log);
    expect(await store.jobs.find('j-000002')).toMatchObject({ state: 'approved', attempt: 1 });
    expect(told).toEqual([{ event: 'tick-failed', code: 'row-invalid', message: expect.stringContaining(JOB) }]);
  });
});

/** One turn of the clock, ten minutes later: the lease of the slice that died is over. Answers the jobs it asked for. */
async function tickOver(store: Store, log: Log): Promise<JobMessage[]> {
  const jobs: JobMessage[] = [];
  const queue: EdgeParts['queue'] = {
    sendJob: async (message) => void jobs.push(message),
    sendNotice: async () => undefined,
  };
  const clock = { now: () => new Date('2026-11-21T05:45:00.000Z'), elapsedMs: () => 0, sleep: async () => undefined };
  const settings = { vcenters: {}, clusters: {} };
  const ids = { next: () => 'id' };
  await createTick({ store, queue, clock, settings, ids, sha256: (text) => text, log }).tick();
  return jobs;
}
