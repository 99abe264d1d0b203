// The folder that outlives the process: rows in it, and a lock so that two processes never share them.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OpsError } from '../../shared/errors.ts';
import { toFolderFailure } from './folder-failure.ts';
import { processIdentity } from './process-identity.ts';

/** `wasLeftOpen`: the process that had it before did not close it. */
export type DataFolder = { path: string; tableFolder: string; wasLeftOpen: boolean; close(): Promise<void> };

const LOCK = 'lock';
const TRIES_MAX = 5;

/** Creates the folder where needed and locks it. Throws `data-folder-in-use` while a living process has it; the lock
 * of a dead one is taken over. Throws `data-folder-failed` where nothing can be written. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = resolve(path);
  const wasLeftOpen = await makeAndLock(folder);
  return {
    path: folder,
    tableFolder: join(folder, 'table'),
    wasLeftOpen,
    close: () => rm(join(folder, LOCK), { force: true }),
  };
}

async function makeAndLock(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    return await takeLock(folder);
  } catch (error) {
    throw toFolderFailure(error, folder);
  }
}

async function takeLock(folder: string): Promise<boolean> {
  const lock = join(folder, LOCK);
  let wasLeftOpen = false;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await tryCreate(lock)) return wasLeftOpen;
    const holder = await readHolder(lock);
    if (holder === undefined) continue;
    const pid = Number(holder.split(' ')[0]);
    if ((await processIdentity(pid)) === holder) throw inUse(folder, pid);
    await removeStale(lock, holder);
    wasLeftOpen = true;
  }
  throw inUse(folder, undefined);
}

/** A link appears at once and whole, so that nobody ever reads a lock half written. */
async function tryCreate(lock: string): Promise<boolean> {
  const own = `${lock}.${randomUUID()}`;
  await writeFile(own, String(await processIdentity(process.pid)));
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** A rename succeeds for one process only. What was renamed may be a new lock, made since `holder` was read: then it
 * is put back. */
async function removeStale(lock: string, holder: string): Promise<void> {
  const moved = `${lock}.${randomUUID()}`;
  await rename(lock, moved).catch(ignoreMissing);
  const found = await readHolder(moved);
  if (found !== undefined && found !== holder) await link(moved, lock);
  await rm(moved, { force: true });
}

async function readHolder(lock: string): Promise<string | undefined> {
  try {
    return await readFile(lock, 'utf8');
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

function ignoreMissing(error: unknown): void {
  if (!isCode(error, 'ENOENT')) throw error;
}

const isCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code;

function inUse(folder: string, pid: number | undefined): OpsError {
  const by = pid === undefined ? 'other processes' : `process ${pid}`;
  return new OpsError('data-folder-in-use', `The data folder ${folder} is in use by ${by}.`, {
    retry: 'never',
    remedy: 'Stop that process, or give this one a folder of its own with --data.',
  });
}
