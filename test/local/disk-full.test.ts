// No file of the data folder can grow any more: what Node writes fails, and what LevelDB writes.
import { execFileSync, spawnSync } from 'node:child_process';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogFile } from '../../infra/local/log-file.ts';
import { findLittleSpace } from '../../infra/local/disk-space.ts';
import { toFolderFailure } from '../../infra/local/folder-failure.ts';
import { readLeftovers } from '../kill/leftovers.ts';
import { play } from '../kill/process.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmotion-full-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

// Of util-linux: there on every Linux, and nowhere else.
const hasLimits = spawnSync('prlimit', ['--version']).status === 0;
const enable = (data: string) => ['/vmotion enable cluster-a', '--approve', '--hosts', '2', '--data', data];

describe.skipIf(!hasLimits)('a process whose disk is full', () => {
  it('ends with a code, a reason and a remedy, and loses nothing that it had acknowledged', async () => {
    // In the middle of the first host.
    const full = await play(enable(folder), { DISTURB_AT: '70', DISTURB_HOW: 'disk-full' });
    expect(full).toMatchObject({ code: 10, signal: null });
    expect(full.err).toContain(`The data folder ${folder} can't be written`);
    expect(full.err).toContain('df -h');
    expect(full.err).not.toMatch(/^ {4}at /m);
    const again = await play(enable(folder));
    expect(again.jobs.map(({ state }) => state)).toEqual(['done', 'in-place']);
    expect((await readLeftovers(folder)).problems).toEqual([]);
  });

  it('says so at the start as well, and leaves no lock', async () => {
    const full = await play(['/vmotion status', '--data', join(folder, 'new')], { DISTURB_HOW: 'full-from-start' });
    expect(full).toMatchObject({ code: 10, answers: [] });
    expect(full.err).toContain("can't be written");
    await expect(access(join(folder, 'new', 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('what can’t be written', () => {
  it('of the log goes elsewhere, line by line, until it can be again', async () => {
    const path = join(folder, 'later', 'vmotion-ops.log');
    const instead: string[] = [];
    const write = createLogFile(path, (line) => instead.push(line));
    write('one\n');
    execFileSync('mkdir', [join(folder, 'later')]);
    write('two\n');
    expect(instead).toEqual(['one\n']);
    expect(await readFile(path, 'utf8')).toBe('two\n');
  });

  it.each([
    { what: 'Node', error: Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }) },
    { what: 'LevelDB', error: Object.assign(new Error('IO error: 000003.log: No space'), { code: 'LEVEL_IO_ERROR' }) },
    {
      what: 'LevelDB that can’t open',
      error: Object.assign(
        new Error('Database failed to open', {
          cause: Object.assign(new Error('Corruption: CURRENT'), { code: 'LEVEL_CORRUPTION' }),
        }),
        { code: 'LEVEL_DATABASE_NOT_OPEN' },
      ),
    },
  ])('is told by its code, whoever noticed: $what', ({ error }) => {
    expect(toFolderFailure(error, folder)).toMatchObject({ code: 'data-folder-failed', retry: 'later', cause: error });
    // Without a folder it is something else, and stays what it is.
    expect(toFolderFailure(error, undefined)).toBe(error);
  });

  it('is not blamed for a defect', () => {
    const defect = new TypeError('x is not a function');
    expect(toFolderFailure(defect, folder)).toBe(defect);
  });

  it('is foretold while there is little space', async () => {
    expect(await findLittleSpace(folder, 0)).toBeUndefined();
    expect(await findLittleSpace(folder, Number.MAX_SAFE_INTEGER)).toMatch(/^only \d+ MB free/);
  });
});
