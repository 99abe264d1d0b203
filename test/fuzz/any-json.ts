// Values as JSON can say them, and the keys and texts that have broken programs before.
import fc from 'fast-check';

/** Keys that mean something to JavaScript. */
const POISONED_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'length',
  'toJSON',
];

const HOSTILE = [
  '',
  ' ',
  '\u202Eevil',
  '\u0000',
  '\uD800',
  ']]>',
  '<!channel>',
  '__proto__',
  'NaN',
  '-0',
  'x'.repeat(5000),
];

/** `words`: what stands in a good value, so that a bad one sometimes comes close to it. */
export function anyJson(words: { keys: readonly string[]; leaves: readonly unknown[] }): fc.Arbitrary<unknown> {
  const key = fc.oneof(fc.constantFrom(...words.keys, ...POISONED_KEYS), fc.string({ maxLength: 6 }));
  const leaf = fc.oneof(
    fc.constantFrom(...words.leaves),
    fc.constantFrom(...HOSTILE, null, true, false, 0, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      // Entries rather than an object: "__proto__" is then a key like any other.
      fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
    ),
  }));
  return value;
}

export type Edit = (document: unknown) => unknown;

type Spot = { holder: Record<string, unknown> | unknown[]; key: string };

function spotsOf(document: unknown): Spot[] {
  if (typeof document !== 'object' || document === null) return [];
  const holder = document as Record<string, unknown> | unknown[];
  return Object.entries(holder).flatMap(([key, value]) => [{ holder, key }, ...spotsOf(value)]);
}

function put({ holder, key }: Spot, value: unknown): void {
  // Assigned, "__proto__" would change what the object is.
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** One change of a document made of plain values: a field removed, replaced by `replacements`, renamed, or doubled. */
export function anyEdit(replacements: fc.Arbitrary<unknown>): fc.Arbitrary<{ what: string; edit: Edit }> {
  const where = fc.integer({ min: 0, max: 9_999 }).map((at) => at / 10_000);
  const at = (what: string, part: number, change: (spot: Spot, all: Spot[]) => void) => ({
    what: `${what} at ${part}`,
    edit(document: unknown) {
      const copy: unknown = structuredClone(document);
      const all = spotsOf(copy);
      const spot = all[Math.floor(part * all.length)];
      if (spot !== undefined) change(spot, all);
      return copy;
    },
  });
  const remove = ({ holder, key }: Spot) =>
    Array.isArray(holder) ? void holder.splice(Number(key), 1) : void delete holder[key];
  const valueOf = ({ holder, key }: Spot): unknown => (holder as Record<string, unknown>)[key];
  return fc.oneof(
    where.map((part) => at('removed', part, remove)),
    fc.tuple(where, replacements).map(([part, value]) => at('replaced', part, (spot) => put(spot, value))),
    fc.tuple(where, fc.constantFrom(...POISONED_KEYS, 'new')).map(([part, key]) =>
      at(`renamed ${key}`, part, (spot) => {
        const value = valueOf(spot);
        remove(spot);
        put({ holder: spot.holder, key: Array.isArray(spot.holder) ? spot.key : key }, value);
      }),
    ),
    fc.tuple(where, where).map(([part, other]) =>
      at(`taken from ${other}`, part, (spot, all) => {
        const source = all[Math.floor(other * all.length)];
        if (source !== undefined) put(spot, structuredClone(valueOf(source)));
      }),
    ),
  );
}
