import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { OpsError } from '../../shared/errors.ts';
import { ROW_FILE_HEADER, type RowFooter, toRowLine } from './row-file.ts';
import { type RowPlace, scanRows } from './row-place.ts';

type Source = Pick<RowPlace, 'client' | 'table'>;

const TRIES_MAX = 3;

/** Writes every row to a new file that only its owner may read. The rows are those of one moment: a table that is
 * written to meanwhile is read again, and in the end refused. Throws `usage` where the file exists, `table-failed`. */
export async function exportRows(source: Source, file: string): Promise<RowFooter> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const before = await digestRows(source);
    const written = await writeRows(source, file);
    // What is the same in two whole readings, one after the other, was so at the moment between them: versions of
    // rows only grow, so none has changed and changed back.
    if (isSame(before, written.digests)) return written.footer;
    await rm(file);
  }
  throw new OpsError('table-failed', `The table ${source.table} was written to during each of ${TRIES_MAX} readings.`, {
    retry: 'later',
    remedy: 'Stop what writes to it first: docs/one-machine.md says how.',
  });
}

type Digests = Map<string, string>;

async function digestRows(source: Source): Promise<Digests> {
  const digests: Digests = new Map();
  for await (const row of scanRows(source)) digests.set(keyOf(row), sha256(toRowLine(row)));
  return digests;
}

async function writeRows(source: Source, file: string): Promise<{ footer: RowFooter; digests: Digests }> {
  const output = await create(file);
  const digests: Digests = new Map();
  const all = createHash('sha256');
  try {
    await output.write(`${JSON.stringify(ROW_FILE_HEADER)}\n`);
    for await (const row of scanRows(source)) {
      const line = toRowLine(row);
      digests.set(keyOf(row), sha256(line));
      all.update(`${line}\n`);
      await output.write(`${line}\n`);
    }
    const footer = { rows: digests.size, sha256: all.digest('hex') };
    await output.write(`${JSON.stringify(footer)}\n`);
    await output.sync();
    return { footer, digests };
  } catch (error) {
    await rm(file);
    throw error;
  } finally {
    await output.close();
  }
}

async function create(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new OpsError('usage', `The file ${file} can't be made: ${why}.`, {
      retry: 'never',
      remedy: 'Name a file that does not exist, in a folder that does.',
      cause,
    });
  }
}

function isSame(one: Digests, other: Digests): boolean {
  return one.size === other.size && [...one].every(([key, digest]) => other.get(key) === digest);
}

const keyOf = (row: Parameters<typeof toRowLine>[0]) => JSON.stringify([row['pk']?.S, row['sk']?.S]);

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
