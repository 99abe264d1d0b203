// Names of many hosts as few words: "esx01-esx32", or the first few and how many others.
import { firstLabel } from './host-entry.ts';
import { compareNaturally } from './natural-order.ts';

const PARTS_MAX = 4;
const CHARS_MAX = 120;

/** Whether both are one host's: vCenter keeps a host's name as it was typed, and DNS names have no case. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The shortest name that still means one of `hosts`: its first label, or the whole name where that names several. */
export function hostLabels(hosts: Iterable<string>): Map<string, string> {
  const all = [...new Set(hosts)];
  const counts = new Map<string, number>();
  for (const host of all) counts.set(firstLabel(host), (counts.get(firstLabel(host)) ?? 0) + 1);
  return new Map(all.map((host) => [host, counts.get(firstLabel(host)) === 1 ? firstLabel(host) : host]));
}

/** "esx01", "esx01 and esx02", "esx01-esx32", "esx03, esx09-esx14, mars and 29 others": in the order people count. */
export function nameHosts(names: Iterable<string>): string {
  const runs = toRuns([...new Set(names)].toSorted(compareNaturally));
  const parts = runs.flatMap((run) => (run.length < 3 ? run.map((name) => [name]) : [run]));
  const shown = parts.slice(0, countShown(parts));
  const left = parts.slice(shown.length).reduce((sum, part) => sum + part.length, 0);
  const texts = [...shown.map(partText), ...(left === 0 ? [] : [left === 1 ? '1 other' : `${left} others`])];
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`;
}

function countShown(parts: string[][]): number {
  let chars = 0;
  const most = parts.slice(0, PARTS_MAX).findIndex((part) => {
    chars += partText(part).length + 2;
    return chars > CHARS_MAX;
  });
  // One name is said however long it is.
  return most < 0 ? PARTS_MAX : Math.max(1, most);
}

function partText(part: string[]): string {
  const [first = ''] = part;
  return part.length === 1 ? first : `${first}-${part.at(-1) ?? first}`;
}

/** Neighbours whose names differ by a number that grows by one each. */
function toRuns(sorted: string[]): string[][] {
  const runs: string[][] = [];
  for (const name of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && isNext(run.at(-1) ?? '', name)) run.push(name);
    else runs.push([name]);
  }
  return runs;
}

function isNext(left: string, right: string): boolean {
  const [a, b] = [counted(left), counted(right)];
  if (a === undefined || b === undefined || a.before !== b.before || a.after !== b.after) return false;
  // esx9 is followed by esx10, and esx09 by esx10, but esx09 not by esx010.
  const isSameWidth = a.digits.length === b.digits.length || !(a.digits.startsWith('0') || b.digits.startsWith('0'));
  return isSameWidth && BigInt(a.digits) + 1n === BigInt(b.digits);
}

/** The last number of a name's first label; of an address, its last part. */
function counted(name: string): { before: string; digits: string; after: string } | undefined {
  const label = firstLabel(name);
  const [, before = '', digits, after = ''] = /^(.*?)(\d{1,15})(\D*)$/.exec(label) ?? [];
  return digits === undefined ? undefined : { before, digits, after: after + name.slice(label.length) };
}
