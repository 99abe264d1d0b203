// A data folder as an earlier version left it when it was killed in the middle of a host: `rows.jsonl` is its export,
// `lab-hosts.json` what its hosts were then. This version goes on from there.
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exportRows } from '../../infra/local/export-rows.ts';
import { importRows } from '../../infra/local/import-rows.ts';
import { openRowPlace } from '../../infra/local/row-place.ts';
import { readLeftovers, readVcenter } from '../kill/leftovers.ts';
import { play } from '../kill/process.ts';

const RECORDED = fileURLToPath(new URL('recorded-folder', import.meta.url));
const JOB = 'j-8561cb';

let folder = '';
let data = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmotion-upgraded-'));
  data = join(folder, 'data');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function importInto(target: string, file: string): Promise<void> {
  const place = await openRowPlace({ data: target });
  try {
    await importRows(place, file);
  } finally {
    await place.close();
  }
}

async function exportFrom(source: string, file: string): Promise<string> {
  const place = await openRowPlace({ data: source });
  try {
    await exportRows(place, file);
  } finally {
    await place.close();
  }
  return readFile(file, 'utf8');
}

async function restore(rows: string): Promise<void> {
  await importInto(data, rows);
  await copyFile(join(RECORDED, 'lab-hosts.json'), join(data, 'lab-hosts.json'));
}

it('goes on with the job of an earlier version in the middle of a host, and can revert what that one did', async () => {
  await restore(join(RECORDED, 'rows.jsonl'));
  const args = ['/vmotion enable cluster-a', '/vmotion revert cluster-a', '--approve', '--hosts', '2', '--data', data];
  const { jobs } = await play(args);
  expect(jobs.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['enable done', 'enable in-place', 'revert done']);
  expect(jobs[0]?.id).toBe(JOB);
  for (const host of jobs[0]?.hosts ?? []) {
    const onStack = host.after?.vmks.filter(({ netstack }) => netstack === 'vmotion').map((vmk) => vmk.portGroup);
    expect(onStack, host.name).toEqual(['vMotion-A', 'vMotion-B']);
  }
  for (const [name, { vmks }] of await readVcenter(data))
    expect(
      vmks.filter(({ netstack }) => netstack === 'vmotion'),
      name,
    ).toEqual([]);
  expect((await readLeftovers(data)).problems).toEqual([]);
});

it('goes on from an export of such a folder, which holds every row as it was', async () => {
  await restore(join(RECORDED, 'rows.jsonl'));
  const copy = join(folder, 'copy.jsonl');
  const copied = await exportFrom(data, copy);
  const rows = (text: string) => text.trim().split('\n').slice(1, -1).toSorted();
  expect(rows(copied)).toEqual(rows(await readFile(join(RECORDED, 'rows.jsonl'), 'utf8')));
  await rm(data, { recursive: true });
  await restore(copy);
  const { jobs } = await play(['--approve', '--hosts', '2', '--data', data]);
  expect(jobs.map(({ id, state }) => `${id} ${state}`)).toEqual([`${JOB} done`]);
});

it('refuses to work with rows of a newer version, says so, and writes nothing', async () => {
  const newer = join(folder, 'newer.jsonl');
  await writeFile(newer, toNewerSchema(await readFile(join(RECORDED, 'rows.jsonl'), 'utf8')));
  await restore(newer);
  const before = await exportFrom(data, join(folder, 'before.jsonl'));
  const played = await play(['/vmotion status', '--hosts', '2', '--data', data]);
  expect(played).toMatchObject({ code: 2, jobs: [], answers: [] });
  expect(played.err).toContain(JOB);
  expect(played.err).toContain('only rows of schema 1 are known to this version');
  expect(played.err).toContain('or a newer one');
  expect(await exportFrom(data, join(folder, 'after.jsonl'))).toBe(before);
});

/** The job's row says schema 2; the file is whole. */
function toNewerSchema(text: string): string {
  const [header, ...rest] = text.trim().split('\n');
  const rows = rest
    .slice(0, -1)
    .map((line) => (line.includes('"sk":{"S":"job"}') ? line.replace('\\"schema\\":1', '\\"schema\\":2') : line));
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${row}\n`);
  const footer = JSON.stringify({ rows: rows.length, sha256: hash.digest('hex') });
  return [header, ...rows, footer, ''].join('\n');
}
