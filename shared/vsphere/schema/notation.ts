// How the schema tables are written down, and what TypeScript makes of them.
import type { Moref } from '../../domain/inventory.ts';

/** One element of a type's sequence, or one parameter of an operation. */
export type Field = {
  name: string;
  type: string;
  list?: true;
  optional?: true;
  /** vCenter always sends it, and the product decides as well without it: an answer that lacks it is taken. */
  isDispensable?: true;
  /** The declared type has subtypes: `xsi:type` is sent, and read into `_type`. */
  polymorphic?: true;
};

/**
 * Fields in the order of the wire, each a type name with a suffix: none for required, `?` optional, `*` a list,
 * `+` a list with at least one, `-` required but dispensable; `^` before the suffix marks a field whose value carries its
 * concrete type.
 */
export type Notation = Readonly<Record<string, string>>;

export type TypeEntry<F extends Notation = Notation, B extends string | undefined = string | undefined> = {
  base: B;
  fields: F;
};

/** A data object type: its own fields, after those of `base`. */
export function type<const F extends Notation>(fields: F): TypeEntry<F, undefined>;
export function type<const F extends Notation, const B extends string>(fields: F, base: B): TypeEntry<F, B>;
export function type(fields: Notation, base?: string): TypeEntry {
  return { base, fields };
}

/** `on`: the managed object types that have the operation. `returns` is absent for void. */
export type OperationEntry = { on: readonly string[]; takes: Notation; returns?: string };

/** Optional references, as ServiceContent and HostConfigManager have them by the dozen. */
export function optionalMorefs<const N extends string>(...names: N[]): { [K in N]: 'ManagedObjectReference?' } {
  return Object.fromEntries(names.map((name) => [name, 'ManagedObjectReference?'])) as never;
}

/** A field from its notation: the type, then `^` polymorphic, `*` any number, `+` at least one, `?` optional, `-` may be
 * left out of a reply. Throws for any other. */
export function parseNotation(name: string, notation: string): Field {
  const match = /^(\w+)(\^?)([?*+-]?)$/.exec(notation);
  if (match?.[1] === undefined) throw new Error(`bad notation for ${name}: ${notation}`);
  const field: Field = { name, type: match[1] };
  if (match[2] === '^') field.polymorphic = true;
  if (match[3] === '*' || match[3] === '+') field.list = true;
  if (match[3] === '?' || match[3] === '*') field.optional = true;
  if (match[3] === '-') field.isDispensable = true;
  return field;
}

/** What each scalar of vim25 is in TypeScript. `long` beyond 2^53 is refused; `dateTime` stays ISO-8601 text. */
export type Scalars = {
  string: string;
  boolean: boolean;
  byte: number;
  short: number;
  int: number;
  long: number;
  float: number;
  double: number;
  dateTime: string;
  base64Binary: string;
  ManagedObjectReference: Moref;
  any: unknown;
};
