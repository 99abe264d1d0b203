// Property paths such as "config.network.vnic": which exist, of what type they are, and their values.
import { parseNotation } from '../../../shared/vsphere/schema/notation.ts';
import { TYPES } from '../../../shared/vsphere/schema.ts';
import { ENUM_PROPERTIES, managedProperties } from './managed-types.ts';

/** A value, a function that makes it when it is read, or an object of such. */
export type Lazy = { [name: string]: Lazy | (() => unknown) };

/** The wire type of a path ("ArrayOfHostVirtualNic"), or `undefined` when the managed object has no such property. */
export function pathType(managedType: string, path: string): string | undefined {
  const key = `${managedType} ${path}`;
  if (!KNOWN.has(key)) KNOWN.set(key, findType(managedType, path));
  return KNOWN.get(key);
}

/** The value at the path; `undefined` when unset. */
export function valueAt(properties: Lazy, path: string): unknown {
  let at: unknown = properties;
  for (const segment of path.split('.')) {
    if (typeof at === 'function') at = (at as () => unknown)();
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Record<string, unknown>)[segment];
  }
  return settle(at);
}

const KNOWN = new Map<string, string | undefined>();
const SCALAR = /^(string|boolean|byte|short|int|long|float|double|dateTime|base64Binary)$/;

function findType(managedType: string, path: string): string | undefined {
  const [first = '', ...rest] = path.split('.');
  const notation = managedProperties(managedType)[first];
  let field = notation === undefined ? undefined : parseNotation(first, notation);
  for (const segment of rest) {
    if (field === undefined || field.list) return undefined;
    field = TYPES.get(field.type)?.byName.get(segment);
  }
  if (field === undefined) return undefined;
  if (field.list) return `ArrayOf${field.type.charAt(0).toUpperCase()}${field.type.slice(1)}`;
  const enumeration = ENUM_PROPERTIES[path];
  if (enumeration !== undefined) return enumeration;
  return SCALAR.test(field.type) ? `xsd:${field.type}` : field.type;
}

/** Calls every function that is left in a value. */
function settle(value: unknown): unknown {
  if (typeof value === 'function') return settle((value as () => unknown)());
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Date) return value;
  const settled = Object.entries(value).map(([name, one]) => [
    name,
    typeof one === 'function' ? settle(one) : settleObject(one),
  ]);
  return Object.fromEntries(settled);
}

function settleObject(value: unknown): unknown {
  const isLazy = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isLazy && Object.values(value).some((one) => typeof one === 'function') ? settle(value) : value;
}
