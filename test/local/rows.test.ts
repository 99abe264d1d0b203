// The table as a file: out of one place and into another one.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportRows } from '../../infra/local/export-rows.ts';
import { importRows } from '../../infra/local/import-rows.ts';
import { LOCAL_AWS } from '../../infra/local/local-aws.ts';
import { openRowPlace, parseRowOptions, scanRows } from '../../infra/local/row-place.ts';
import { toRowLine } from '../../infra/local/row-file.ts';
import { startTableEmulator, type TableEmulator } from '../../infra/local/table-emulator.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import { aHostRecord, aJob } from '../ports/rows.ts';

const run = promisify(execFile);
const scriptOf = (name: string) => fileURLToPath(new URL(`../../infra/local/${name}.ts`, import.meta.url));

const undo: (() => unknown)[] = [];
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmotion-rows-'));
  file = join(folder, 'rows.jsonl');
  undo.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

type Place = { client: DynamoDBClient; table: string; emulator: TableEmulator };

async function startPlace(): Promise<Place> {
  const emulator = await startTableEmulator({});
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint: emulator.endpoint });
  undo.push(async () => {
    client.destroy();
    await emulator.stop();
  });
  return { client, table: emulator.table, emulator };
}

// So many port groups that the row is kept as bytes, and that a page of a scan holds few of them.
const portGroup = aHostRecord().observed?.portGroups[0];
const noise = (seed: number) => Array.from({ length: 4000 }, (_, at) => `${((at + 1) * seed * 7919) % 1_000_003}`);
function aBigRecord(host: number) {
  const record = aHostRecord({}, `host-${host}`);
  const portGroups = portGroup === undefined ? [] : noise(host + 1).map((name) => ({ ...portGroup, name }));
  return record.observed === undefined ? record : { ...record, observed: { ...record.observed, portGroups } };
}

const BIG_ROWS = 60;

async function fill({ emulator }: { emulator: TableEmulator }): Promise<void> {
  const store = createDynamoStore(emulator);
  await store.jobs.create(aJob());
  for (let host = 0; host < BIG_ROWS; host += 1) await store.records.put(aBigRecord(host));
  await store.once.claim('seen', new Date('2026-01-05T08:00:00Z'), 60);
}

async function linesOf(place: Pick<Place, 'client' | 'table'>): Promise<string[]> {
  const lines: string[] = [];
  for await (const row of scanRows(place)) lines.push(toRowLine(row));
  return lines.toSorted();
}

describe('an export', () => {
  it('brings every row to another table as it was, big ones too', async () => {
    const [from, to] = [await startPlace(), await startPlace()];
    await fill(from);
    expect(await exportRows(from, file)).toMatchObject({ rows: BIG_ROWS + 2 });
    await importRows(to, file);
    const lines = await linesOf(from);
    expect(lines.some((line) => line.includes('"B":'))).toBe(true);
    // More than one page of a scan.
    expect(lines.join('').length).toBeGreaterThan(1_000_000);
    expect(await linesOf(to)).toEqual(lines);
    const store = createDynamoStore(to.emulator);
    expect(await store.records.find('job1', 'host-3')).toEqual(aBigRecord(3));
    expect((await store.jobs.listOpen()).map((job) => job.id)).toEqual(['job1']);
  });

  it('is a file that only its owner may read, and replaces none', async () => {
    const from = await startPlace();
    await exportRows(from, file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(exportRows(from, file)).rejects.toMatchObject({ code: 'usage' });
  });

  it('of a table that is written to all the time is refused, and leaves no file', async () => {
    const from = await startPlace();
    await fill(from);
    let writes = 0;
    // Between any two pages somebody counts on.
    from.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName === 'ScanCommand') {
            writes += 1;
            const Item = { pk: { S: 'lease#a' }, sk: { S: 'lease' }, fence: { N: String(writes) } };
            await from.client.send(new PutItemCommand({ TableName: from.table, Item }));
          }
          return answer;
        },
      { step: 'initialize' },
    );
    await expect(exportRows(from, file)).rejects.toMatchObject({ code: 'table-failed', retry: 'later' });
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of a table that was written to once is of the moment after', async () => {
    const from = await startPlace();
    await fill(from);
    let isWritten = false;
    from.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName === 'ScanCommand' && !isWritten) {
            isWritten = true;
            await createDynamoStore(from.emulator).jobs.create(aJob({ id: 'job2' }));
          }
          return answer;
        },
      { step: 'initialize' },
    );
    await exportRows(from, file);
    const [, ...lines] = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.slice(0, -1).toSorted()).toEqual(await linesOf(from));
  });
});

describe('an import', () => {
  it('into a table with rows is refused and writes nothing', async () => {
    const [from, to] = [await startPlace(), await startPlace()];
    await fill(from);
    await exportRows(from, file);
    await createDynamoStore(to.emulator).jobs.create(aJob({ id: 'other' }));
    const before = await linesOf(to);
    await expect(importRows(to, file)).rejects.toMatchObject({ code: 'usage', retry: 'never' });
    expect(await linesOf(to)).toEqual(before);
  });

  it.each([1, 15, 30])('that loses its table at row %i of 30 says so', async (row) => {
    const [from, to] = [await startPlace(), await startPlace()];
    const { jobs } = createDynamoStore(from.emulator);
    for (let number = 0; number < 30; number += 1) await jobs.create(aJob({ id: `job${number}` }));
    await exportRows(from, file);
    let writes = 0;
    to.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'PutItemCommand') {
            writes += 1;
            if (writes === row) throw new Error('the network is away');
          }
          return next(args);
        },
      { step: 'initialize' },
    );
    await expect(importRows(to, file)).rejects.toMatchObject({ code: 'table-failed', retry: 'later' });
  });

  it.each([
    { what: 'cut short', change: (lines: string[]) => lines.slice(0, -1), says: 'cut short' },
    { what: 'lacking a row', change: (lines: string[]) => lines.toSpliced(1, 1), says: 'other rows' },
    { what: 'something else', change: () => ['{"a":1}'], says: 'first line' },
    { what: 'empty', change: () => [], says: 'cut short' },
    { what: 'damaged', change: (lines: string[]) => lines.with(1, '{"pk":'), says: ':2 can' },
    {
      what: 'of a newer schema',
      change: (lines: string[]) => lines.with(0, '{"file":"vmotion-ops-rows","schema":2}'),
      says: 'schema 2',
    },
  ])('of a file that is $what is refused before anything is written', async ({ change, says }) => {
    const [from, to] = [await startPlace(), await startPlace()];
    await createDynamoStore(from.emulator).jobs.create(aJob());
    await exportRows(from, file);
    const lines = change((await readFile(file, 'utf8')).trimEnd().split('\n'));
    await writeFile(file, lines.map((line) => `${line}\n`).join(''));
    await expect(importRows(to, file)).rejects.toMatchObject({ code: 'row-invalid' });
    await expect(importRows(to, file)).rejects.toThrow(says);
    expect(await linesOf(to)).toEqual([]);
  });
});

describe('npm run export and import', () => {
  it('move a data folder to another one, and to a table of AWS and back', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => join(folder, name));
    const data = await openRowPlace({ data: one });
    await data.client.send(
      new PutItemCommand({ TableName: data.table, Item: { pk: { S: 'a' }, sk: { S: 'b' }, body: { S: '{}' } } }),
    );
    await data.close();
    const aws = await startPlace();
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: aws.emulator.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
    const script = async (name: string, ...args: string[]) => {
      return (await run(process.execPath, [scriptOf(name), ...args], { env })).stdout;
    };
    expect(await script('export', file, '--data', String(one))).toBe('1 rows exported\n');
    expect(await script('import', file, '--data', String(two))).toBe('1 rows imported\n');
    expect(await script('import', file, '--table', aws.table)).toBe('1 rows imported\n');
    const back = join(folder, 'back.jsonl');
    expect(await script('export', back, '--table', aws.table)).toBe('1 rows exported\n');
    expect(await script('import', back, '--data', String(three))).toBe('1 rows imported\n');
    expect(await readFile(back, 'utf8')).toBe(await readFile(file, 'utf8'));
    await expect(script('import', file, '--data', String(two))).rejects.toMatchObject({ code: 2 });
    await expect(script('export', `${file}2`, '--table', 'nowhere')).rejects.toMatchObject({ code: 10 });
  });

  it('leave a data folder alone that a living process has', async () => {
    const data = join(folder, 'used');
    const place = await openRowPlace({ data });
    await expect(openRowPlace({ data })).rejects.toMatchObject({ code: 'data-folder-in-use' });
    await place.close();
  });

  it.each([
    { what: 'no file', args: [] },
    { what: 'no place', args: ['f'] },
    { what: 'two places', args: ['f', '--data', 'd', '--table', 't'] },
    { what: 'two files', args: ['f', 'g', '--data', 'd'] },
    { what: 'an unknown option', args: ['f', '--dta', 'd'] },
  ])('refuse $what', ({ args }) => {
    expect(() => parseRowOptions(args, 'export')).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
