// A process that dies between two writes of the embedded table, or in the middle of one: its log ends there.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDataFolder } from '../../infra/local/data-folder.ts';
import { startTableEmulator } from '../../infra/local/table-emulator.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import type { Store } from '../../shared/ports.ts';
import { readRecords } from '../kill/level-log.ts';
import { aJob } from '../support/builders.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmotion-split-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const data = await openDataFolder(folder);
  const table = await startTableEmulator({ folder: data.tableFolder, wasLeftOpen: data.wasLeftOpen });
  try {
    return await use(createDynamoStore(table));
  } finally {
    await table.stop();
    await data.close();
  }
}

/** As if the process had died with this much of its log written, and so many zeros behind it. */
async function dieAt(cut: (log: Buffer) => number, zeros = 0): Promise<void> {
  const names = await readdir(join(folder, 'table'));
  const path = join(folder, 'table', names.findLast((name) => name.endsWith('.log')) ?? '');
  const log = await readFile(path);
  await writeFile(path, Buffer.concat([log.subarray(0, cut(log)), Buffer.alloc(zeros)]));
  await writeFile(join(folder, 'lock'), '');
}

const job = aJob();
const settled = aJob({ version: 2, state: 'done', settledAt: '2026-01-02T04:00:00.000Z' });
const openIds = () => withStore(async ({ jobs }) => (await jobs.listOpen()).map(({ id }) => id));

it('a job whose entry was taken out of its index, and whose row was not written, is found again', async () => {
  await withStore(async ({ jobs }) => {
    await jobs.create(job);
    await jobs.save(settled);
  });
  await dieAt((log) => readRecords(log).at(-1)?.start ?? 0);
  expect(await openIds()).toEqual([job.id]);
  // As somebody who goes on with it would: its row is still the one before.
  await withStore(({ jobs }) => jobs.save(settled));
  expect(await openIds()).toEqual([]);
});

it('a job that has an entry in its index and no row is not there', async () => {
  await withStore(({ jobs }) => jobs.create(job));
  await dieAt((log) => readRecords(log).at(-1)?.start ?? 0);
  expect(await openIds()).toEqual([]);
  await withStore(({ jobs }) => jobs.create(job));
  expect(await openIds()).toEqual([job.id]);
});

it.each([1, 6, 7, 8, 100])(
  'a record that was cut short after %i bytes is dropped, and what is written then stays',
  async (bytes) => {
    await withStore(({ jobs }) => jobs.create(job));
    await withStore(({ jobs }) => jobs.save(aJob({ version: 2, cursor: 1 })));
    await dieAt((log) => (readRecords(log).at(-1)?.start ?? 0) + bytes);
    await withStore(async ({ jobs }) => {
      expect(await jobs.find(job.id)).toEqual(job);
      await jobs.save(aJob({ version: 2, cursor: 2 }));
    });
    expect(await withStore(({ jobs }) => jobs.find(job.id))).toMatchObject({ version: 2, cursor: 2 });
  },
);

it('a log that ends in zeros, as after a power loss, has everything before them', async () => {
  await withStore(({ jobs }) => jobs.create(job));
  await withStore(({ jobs }) => jobs.save(aJob({ version: 2, cursor: 1 })));
  await dieAt((log) => (readRecords(log).at(-1)?.start ?? 0) + 20, 4096);
  await withStore(async ({ jobs }) => {
    expect(await jobs.find(job.id)).toEqual(job);
    await jobs.save(aJob({ version: 2, cursor: 2 }));
  });
  expect(await withStore(({ jobs }) => jobs.find(job.id))).toMatchObject({ version: 2, cursor: 2 });
});
