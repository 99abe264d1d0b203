// Which host or VM of vCenter somebody meant. Names come from phones and from memory.
import { compareNaturally } from './natural-order.ts';
import { nearest } from './nearest.ts';

/** `several`: the name fits more than one. `none`: `nearest` is what may have been meant. */
export type Found<T> =
  | { kind: 'found'; one: T }
  | { kind: 'several'; names: string[] }
  | { kind: 'none'; nearest: string | undefined };

/** Exactly as spelt, else without regard to case, else, for hosts, by the first part of the name. */
export function findNamed<T extends { name: string }>(typed: string, all: readonly T[]): Found<T> {
  const wanted = typed.trim();
  const tests: ((name: string) => boolean)[] = [
    (name) => name === wanted,
    (name) => plain(name) === plain(wanted),
    (name) => plain(name).startsWith(`${plain(wanted)}.`),
  ];
  for (const test of tests) {
    const fitting = all.filter((one) => test(one.name));
    const [one, ...others] = fitting;
    if (one !== undefined && others.length === 0) return { kind: 'found', one };
    if (one !== undefined) return { kind: 'several', names: fitting.map(({ name }) => name).sort(compareNaturally) };
  }
  const names = all.map((one) => one.name);
  const short = new Map(names.map((name) => [name.split('.')[0] ?? name, name]));
  const near = nearest(wanted, names) ?? short.get(nearest(wanted, [...short.keys()]) ?? '');
  return { kind: 'none', nearest: near };
}

/** Dashes and quotes as a keyboard has them: the grammar has changed those that were typed in the same way. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll(/[\u2018-\u201B]/g, "'")
    .replaceAll(/["\u201C-\u201F]/g, '')
    .replaceAll(/\s+/g, ' ');
}
