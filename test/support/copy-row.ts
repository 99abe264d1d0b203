/** Copies that stores hold: nobody can change them, so that they need no further copy. */
const frozen = new WeakSet<object>();

/**
 * A deep copy of what rows are made of, plain objects, arrays and values, which nobody can change any more: whoever tries
 * gets a TypeError. Of what is such a copy already, or a part of one, no further copy is made.
 */
export function copyRow<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || frozen.has(value)) return value;
  const made = Array.isArray(value) ? value.map(copy) : copyFields(value);
  frozen.add(Object.freeze(made));
  return made;
}

function copyFields(value: object): object {
  // Anything else would not survive a table either.
  if (Object.getPrototypeOf(value) !== Object.prototype)
    throw new Error('a row holds plain objects, arrays and values only');
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(value)) fields[key] = copy((value as Record<string, unknown>)[key]);
  return fields;
}
