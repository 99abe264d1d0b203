// What `npm run kill-walk -- --snapshots` rests on: a copy that is taken while the process stands still holds what its
// death at that point leaves.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { play, type Side } from '../kill/process.ts';
import { groupAlike, readSnapshots } from '../kill/snapshots.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vmotion-copied-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function contentOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const contents = files.map(async (file) => [file.slice(folder.length), (await readFile(file)).toString('base64')]);
  return Object.fromEntries(await Promise.all(contents)) as Record<string, string>;
}

it.skipIf(process.platform !== 'linux').each<{ at: number; side: Side }>([
  { at: 12, side: 'before' },
  { at: 70, side: 'after' },
  { at: 140, side: 'before' },
])('a copy at $side call $at is byte for byte what a SIGKILL there leaves', async ({ at, side }) => {
  const [data, taken] = [join(root, 'data'), join(root, 'taken')];
  await mkdir(taken);
  const { signal } = await play(['/vmotion enable cluster-a', '--approve', '--hosts', '2', '--data', data], {
    DISTURB_AT: String(at),
    DISTURB_SIDE: side,
    DISTURB_SNAPSHOTS: taken,
    DISTURB_DATA: data,
  });
  expect(signal).toBe('SIGKILL');
  const last = (await readSnapshots(taken)).at(-1);
  expect(last).toMatchObject({ at, side });
  expect(await contentOf(last?.folder ?? '')).toEqual(await contentOf(data));
});

it('copies that differ in rows or hosts are two, and those that differ in logs are one', async () => {
  const copy = async (name: string, files: Record<string, string>) => {
    const folder = join(root, name);
    await mkdir(join(folder, 'table'), { recursive: true });
    for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
    return { at: 1, side: 'before' as const, call: name, takenAt: 0, folder };
  };
  const groups = await groupAlike([
    await copy('first', { 'table/000003.log': 'a', 'lab-hosts.json': '1' }),
    await copy('rows', { 'table/000003.log': 'ab', 'lab-hosts.json': '1' }),
    await copy('logs', {
      'table/000003.log': 'a',
      'lab-hosts.json': '1',
      'table/LOG': 'x',
      'vmotion-ops.log': 'y',
      lock: '7',
    }),
    await copy('hosts', { 'table/000003.log': 'a', 'lab-hosts.json': '2' }),
  ]);
  expect(groups.map((group) => group.map(({ call }) => call))).toEqual([['first', 'logs'], ['rows'], ['hosts']]);
});
