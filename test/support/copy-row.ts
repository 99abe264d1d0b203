/** A deep copy of what rows are made of: plain objects, arrays and values. Several times as fast as structuredClone. */
export function copyRow<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(copy);
  // Anything else would not survive a table either.
  if (Object.getPrototypeOf(value) !== Object.prototype)
    throw new Error('a row holds plain objects, arrays and values only');
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(value)) fields[key] = copy((value as Record<string, unknown>)[key]);
  return fields;
}
