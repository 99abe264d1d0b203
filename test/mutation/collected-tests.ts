// Stands in for 'vitest' while mutants are tried: the test files of the domain and of the use cases collect themselves here.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** One test: `id` is its file and its full name, numbered where two have the same. Rejects or throws if it fails. */
export type CollectedTest = { id: string; file: string; name: string; run: () => Promise<void> };

type Body = (...args: never[]) => unknown;
type Options = { timeout?: number } | number;

let file = '';
let groups: string[] = [];
let collected: CollectedTest[] = [];

/**
 * Imports a test file and gives its tests. Nothing of vitest's is there but `describe`, `it`, their `each`, and `expect`: a
 * file that uses more fails here, loudly.
 */
export async function collectTests(path: string): Promise<CollectedTest[]> {
  file = path;
  groups = [];
  collected = [];
  await import(join('file://', path));
  return collected;
}

function addTest(name: string, run: () => Promise<void>): void {
  const full = [...groups, name].join(' ');
  const same = collected.filter((test) => test.name === full).length;
  collected.push({ id: `${file}#${full}${same === 0 ? '' : ` (${same + 1})`}`, file, name: full, run });
}

function addGroup(name: string, body: () => unknown): void {
  groups.push(name);
  const added = body();
  if (added instanceof Promise) throw new Error(`${name}: a group whose body is async can't be collected`);
  groups.pop();
}

const bodyOf = (first: Body | Options, second?: Body | Options): Body => {
  const body = typeof first === 'function' ? first : second;
  if (typeof body !== 'function') throw new Error('a test without a body');
  return body;
};

/** Rows that are lists are spread over the body's parameters, as vitest does. */
function call(body: Body, row: unknown): unknown {
  const args = Array.isArray(row) ? row : [row];
  return Reflect.apply(body, undefined, args);
}

const test = (name: string, first: Body | Options, second?: Body | Options): void => {
  const body = bodyOf(first, second);
  addTest(name, async () => {
    await Reflect.apply(body, undefined, []);
  });
};

const testEach = (rows: readonly unknown[]) => (name: string, first: Body | Options, second?: Body | Options) => {
  const body = bodyOf(first, second);
  for (const [index, row] of rows.entries()) {
    addTest(`${name} [${index}]`, async () => {
      await call(body, row);
    });
  }
};

const groupEach = (rows: readonly unknown[]) => (name: string, body: Body) => {
  for (const [index, row] of rows.entries()) addGroup(`${name} [${index}]`, () => call(body, row));
};

/** vitest's `it`. */
export const it = Object.assign(test, { each: testEach });
/** vitest's `describe`. */
export const describe = Object.assign(addGroup, { each: groupEach });
export { expect };

/** Where an import of 'vitest' is led to. */
export const HERE = fileURLToPath(import.meta.url);
