// Two copies on one data folder, as processes: the second is refused, and the first goes on unharmed.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { play } from '../kill/process.ts';
import { useServiceFolder } from '../support/service-folder.ts';

const { folder, start } = useServiceFolder();

it('refuses the second with the number of the first, which goes on', async () => {
  const first = await start(['--hosts', '2']);
  const second = await play(['/vmotion status', '--data', folder()]);
  expect(second).toMatchObject({ code: 2, signal: null, answers: [] });
  expect(second.err).toContain(`in use by process ${first.process.pid}`);
  expect(second.err).toContain('--data');
  expect((await fetch(first.healthUrl)).status).toBe(200);
  expect(JSON.stringify(await first.type('U0ANN', '/vmotion status'))).toContain('cluster-a');
});

it('takes the folder over from a killed process, also when another process has its number now', async () => {
  const first = await start(['--hosts', '2']);
  const left = join(folder(), 'lock');
  const lock = await readFile(left, 'utf8');
  first.process.kill('SIGKILL');
  await first.ended;
  expect(await readFile(left, 'utf8')).toBe(lock);
  // This process lives, and did not start when the one that died had.
  await writeFile(left, `${process.pid} ${lock.split(' ')[1]}`);
  expect(await play(['/vmotion status', '--data', folder()])).toMatchObject({ code: 0 });
});

it('refuses a copy of the folder whose lock names a living process', async () => {
  await start(['--hosts', '2']);
  const copy = await mkdtemp(join(tmpdir(), 'vmotion-copy-'));
  try {
    await cp(folder(), join(copy, 'data'), { recursive: true });
    const played = await play(['/vmotion status', '--data', join(copy, 'data')]);
    // The lock in the copy names a living process: better refused than shared.
    expect(played).toMatchObject({ code: 2 });
    expect(played.err).toContain('in use by process');
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});
