// The embedded table makes up to three writes for one call, an index's before the row's, and a write may be cut short.
// A log only grows, so that what such a death leaves can be cut out of the copies from before and after a call.
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecords } from './level-log.ts';
import type { Snapshot } from './snapshots.ts';

/** Folders of processes that died within a call to the table: behind one of its writes, or in the middle of the next.
 * Only what no copy holds already. Made beside the copies. */
export async function tear(snapshots: Snapshot[]): Promise<Snapshot[]> {
  const known = new Set((await Promise.all(snapshots.map(readLog))).map((log) => log?.content.length));
  const torn: Snapshot[] = [];
  for (const [before, after] of pair(snapshots)) {
    const [from, to] = await Promise.all([readLog(before), readLog(after)]);
    if (from === undefined || to === undefined || from.name !== to.name) continue;
    // Another call has changed a host meanwhile: which of both came first is not known.
    if (!(await haveSameHosts(before, after))) continue;
    for (const { start, end } of readRecords(to.content)) {
      if (start <= from.content.length || known.has(start)) continue;
      known.add(start);
      const cut = CUTS[torn.length % CUTS.length]?.(start, end) ?? start;
      torn.push(await cutOut(before, { name: to.name, content: to.content.subarray(0, cut) }));
    }
  }
  return torn;
}

// Between two records, within a header, within a record, and a byte before its end.
const CUTS = [
  (start: number) => start,
  (start: number) => start + 3,
  (start: number, end: number) => Math.floor((start + end) / 2),
  (_: number, end: number) => end - 1,
];

function pair(snapshots: Snapshot[]): [Snapshot, Snapshot][] {
  return snapshots.flatMap((before): [Snapshot, Snapshot][] => {
    if (before.side !== 'before' || !before.call.startsWith('DynamoDB')) return [];
    const after = snapshots.find(({ at, side }) => at === before.at && side === 'after');
    return after === undefined ? [] : [[before, after]];
  });
}

type Log = { name: string; content: Buffer };

async function readLog({ folder }: Snapshot): Promise<Log | undefined> {
  const names = (await readdir(join(folder, 'table'))).filter((name) => name.endsWith('.log')).toSorted();
  const name = names.at(-1);
  return name === undefined ? undefined : { name, content: await readFile(join(folder, 'table', name)) };
}

async function haveSameHosts(...snapshots: Snapshot[]): Promise<boolean> {
  const files = snapshots.map(({ folder }) => readFile(join(folder, 'lab-hosts.json'), 'utf8').catch(() => ''));
  return new Set(await Promise.all(files)).size === 1;
}

async function cutOut(before: Snapshot, { name, content }: Log): Promise<Snapshot> {
  const folder = `${before.folder}-${content.length}`;
  await cp(before.folder, folder, { recursive: true });
  await writeFile(join(folder, 'table', name), content);
  return { ...before, side: 'after', call: `${before.call}, its log cut at byte ${content.length}`, folder };
}
