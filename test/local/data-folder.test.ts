import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../infra/local/data-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmotion-data-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the data folder', () => {
  it('is created, locked, and free again after it was closed', async () => {
    const first = await openDataFolder(join(folder, 'new', 'one'));
    expect(first.wasLeftOpen).toBe(false);
    await first.close();
    const second = await openDataFolder(join(folder, 'new', 'one'));
    expect(second.wasLeftOpen).toBe(false);
  });

  it('refuses a second user while the first one lives', async () => {
    await openDataFolder(folder);
    const second = openDataFolder(folder);
    await expect(second).rejects.toMatchObject({ code: 'data-folder-in-use', retry: 'never' });
    await expect(second).rejects.toThrow(`in use by process ${process.pid}`);
  });

  it('lets exactly one of many have it', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => openDataFolder(folder)));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('is taken over from a process that was killed', async () => {
    const dead = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const lockOf = `${dead.pid} 0`;
    dead.kill('SIGKILL');
    await once(dead, 'exit');
    await writeFile(join(folder, 'lock'), lockOf);
    expect((await openDataFolder(folder)).wasLeftOpen).toBe(true);
    await expect(openDataFolder(folder)).rejects.toMatchObject({ code: 'data-folder-in-use' });
  });

  it('is taken over from a dead process whose number another one has now', async () => {
    await writeFile(join(folder, 'lock'), `${process.pid} 17`);
    expect((await openDataFolder(folder)).wasLeftOpen).toBe(true);
  });

  it('is taken over when the lock is not readable as one', async () => {
    await writeFile(join(folder, 'lock'), '');
    expect((await openDataFolder(folder)).wasLeftOpen).toBe(true);
  });
});
