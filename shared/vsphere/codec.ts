// vim25 values to XML and back, driven by the schema table. For client and simulator alike.
//
//   encodeElement('nic', 'HostVirtualNicSpec', { mtu: 9000 })  ->  '<nic><mtu>9000</mtu></nic>'
//   decodeElement('HostVirtualNicSpec', element)               ->  { mtu: 9000 }
//   encodeAny('val', 'ArrayOfHostVirtualNic', [...])           ->  '<val xsi:type="ArrayOfHostVirtualNic">…</val>'
//   decodeAny(element)                                         ->  [...]
//
// Whole operations and responses: operation-codec.ts. Envelopes and faults: envelope.ts. TypeScript shapes: vim.ts.
//
// Values are plain objects with vim25's own field names. A reference is a `Moref` { type, value }; dateTime is ISO-8601
// text; a `Date` may be given. Optional fields may be absent or undefined; decoded lists are always arrays.
// A value whose concrete type is not the declared one carries it as `_type`; decoding sets `_type` on every
// polymorphic value (`^` in the table) and on objects found in an `any` field. Encoding writes `xsi:type` for those.
//
// An `any` field (`val` of a property) is given as a string, a boolean, a whole number (xsd:int), an object with
// `_type`, or `typed('ArrayOfHostVirtualNic', [...])`, `typed('ManagedObjectReference', moref)` where the value alone
// does not say its type. It is decoded to the plain value: array, object, Moref, string, number or boolean.
//
// Encoding puts fields in the table's order whatever the object's, and throws on a missing required field and on a key
// that the type has not: those are bugs of the caller. Decoding throws `WireError`, also where a required field is
// missing or a value is of a type that can't stand there. Lenient decoding (the default) skips what it does not know,
// takes a list without items, a value without what is dispensable (`-` in the table), and a fault without its details;
// `strict` also refuses unknown elements and types, wrong order, and lists that may not be empty, which is what vCenter
// does with a request. A single value that stands twice is refused either way, but in a fault: which one counts?
import type { Moref } from '../domain/inventory.ts';
import { decodeScalar, encodeScalar, SCALARS } from './scalars.ts';
import type { Field } from './schema/notation.ts';
import { isKindOf, type Sequence, TYPES, type VimType } from './schema.ts';
import { WireError } from './wire-error.ts';
import { escapeXml, type XmlElement } from './xml.ts';

export type DecodeOptions = { strict?: boolean };

/** A value for an `any` field together with its wire type. */
export type Typed = { _type: string; _value: unknown };
/** `typed('xsd:int', 3)`: for a field that takes a value of any type. */
export const typed = (type: string, value: unknown): Typed => ({ _type: type, _value: value });

const ARRAY_OF = 'ArrayOf';

/** One element. `type` is a type of the table, a scalar, `ManagedObjectReference`, `any` or `ArrayOf…`. */
export function encodeElement(name: string, type: string, value: unknown): string {
  return encode(name, { type, polymorphic: false }, value);
}

/** An element of the type `any`: `xsi:type` always stands on it. `type` may carry an `xsd:` prefix. */
export function encodeAny(name: string, type: string, value: unknown): string {
  const local = type.slice(type.indexOf(':') + 1);
  if (SCALARS.has(local)) return `<${name} xsi:type="xsd:${local}">${escapeXml(encodeScalar(local, value))}</${name}>`;
  if (local === 'ManagedObjectReference') return encodeMoref(name, value, ` xsi:type="${local}"`);
  if (local.startsWith(ARRAY_OF)) return encodeArray(name, local.slice(ARRAY_OF.length), value);
  // Enumerations have names of their own here, and only here.
  if (typeof value === 'string') return `<${name} xsi:type="${local}">${escapeXml(value)}</${name}>`;
  return encode(name, { type: local, polymorphic: true }, value);
}

/** Decodes one element as `type`. */
export function decodeElement(type: string, element: XmlElement, options: DecodeOptions = {}): unknown {
  return decode(element, { type, polymorphic: false }, options);
}

/** Decodes an element by its `xsi:type`. Without one it is text. */
export function decodeAny(element: XmlElement, options: DecodeOptions = {}): unknown {
  const type = element.xsiType;
  if (type === undefined) {
    if (options.strict && element.children.length > 0) throw new WireError(`<${element.name}> needs an xsi:type`);
    return element.text;
  }
  if (SCALARS.has(type)) return decodeScalar(type, element);
  if (type === 'ManagedObjectReference') return decodeMoref(element);
  if (type.startsWith(ARRAY_OF)) return decodeArray(element, type, options);
  const isEnumeration = !TYPES.has(type) && element.children.length === 0 && element.text !== '';
  if (isEnumeration) return element.text;
  return decode(element, { type, polymorphic: true }, options);
}

/** The fields of a sequence, in order, without an element around them. Shared by types and operations. */
export function encodeFields(owner: string, fields: readonly Field[], value: unknown): string {
  if (value === null || typeof value !== 'object') throw new Error(`${owner} needs an object, not ${typeof value}`);
  const given = value as Record<string, unknown>;
  for (const key of Object.keys(given)) {
    if (key !== '_type' && given[key] !== undefined && !fields.some((field) => field.name === key)) {
      throw new Error(`${owner} has no field ${key}`);
    }
  }
  let xml = '';
  for (const field of fields) {
    const one = given[field.name];
    if (field.list) xml += encodeList(owner, field, one);
    else if (one !== undefined) xml += encode(field.name, field, one);
    else if (!field.optional) throw new Error(`${owner} needs ${field.name}`);
  }
  return xml;
}

/** The fields of a sequence out of the children of `element`. */
export function decodeFields(
  element: XmlElement,
  sequence: Sequence & { isFault?: boolean },
  options: DecodeOptions,
): Record<string, unknown> {
  const { strict = false } = options;
  const isFault = sequence.isFault === true;
  const value: Record<string, unknown> = {};
  let position = 0;
  for (const child of element.children) {
    const field = sequence.byName.get(child.name);
    if (field === undefined) {
      if (strict) throw new WireError(`<${element.name}> may not hold <${child.name}>`);
      continue;
    }
    if (strict) position = requireOrder(element, sequence.fields, { field, from: position });
    const there = value[field.name];
    if (there !== undefined && !field.list && (strict || !isFault))
      throw new WireError(`<${element.name}> holds <${field.name}> twice`);
    const one = decode(child, field, options);
    if (!field.list) value[field.name] = one;
    else if (there === undefined) value[field.name] = [one];
    else (there as unknown[]).push(one);
  }
  for (const field of sequence.required) {
    const isNeeded = strict || !(field.list || field.isDispensable || isFault);
    if (isNeeded && value[field.name] === undefined) throw new WireError(`<${element.name}> needs <${field.name}>`);
  }
  for (const { name } of sequence.lists) value[name] ??= [];
  return value;
}

type Declared = { type: string; polymorphic?: boolean };

function encode(name: string, declared: Declared, value: unknown): string {
  const { type } = declared;
  if (type === 'any') return encodeUntyped(name, value);
  if (SCALARS.has(type)) return `<${name}>${escapeXml(encodeScalar(type, value))}</${name}>`;
  if (type === 'ManagedObjectReference') return encodeMoref(name, value, '');
  if (type.startsWith(ARRAY_OF)) return encodeArray(name, type.slice(ARRAY_OF.length), value);
  if (value === null || typeof value !== 'object') throw new Error(`${name} needs an object of type ${type}`);
  const concrete = '_type' in value && typeof value._type === 'string' ? value._type : type;
  if (!isKindOf(concrete, type)) throw new Error(`${name}: ${concrete} is not a ${type}`);
  const attribute = declared.polymorphic || concrete !== type ? ` xsi:type="${concrete}"` : '';
  return `<${name}${attribute}>${encodeFields(concrete, typeNamed(concrete).fields, value)}</${name}>`;
}

function encodeList(owner: string, field: Field, value: unknown): string {
  if (value === undefined && field.optional) return '';
  if (!Array.isArray(value)) throw new Error(`${owner} needs a list of ${field.name}`);
  if (value.length === 0 && !field.optional) throw new Error(`${owner} needs at least one ${field.name}`);
  return value.map((one) => encode(field.name, field, one)).join('');
}

function encodeUntyped(name: string, value: unknown): string {
  if (typeof value === 'string') return encodeAny(name, 'string', value);
  if (typeof value === 'boolean') return encodeAny(name, 'boolean', value);
  if (typeof value === 'number') return encodeAny(name, 'int', value);
  if (value !== null && typeof value === 'object' && '_type' in value && typeof value._type === 'string') {
    return encodeAny(name, value._type, '_value' in value ? value._value : value);
  }
  throw new Error(`${name} does not say its type: use typed()`);
}

function encodeArray(name: string, item: string, value: unknown): string {
  if (!Array.isArray(value)) throw new Error(`${name} needs an array of ${item}`);
  // Real servers name scalar items in lower case ("string") and repeat the type on each; objects go without.
  const child = SCALARS.has(lowerFirst(item)) ? lowerFirst(item) : item;
  const typedItem = SCALARS.has(child) || item === 'ManagedObjectReference';
  const items = value.map((one) => (typedItem ? encodeAny(child, child, one) : encode(child, { type: item }, one)));
  return `<${name} xsi:type="${ARRAY_OF}${item}">${items.join('')}</${name}>`;
}

function encodeMoref(name: string, value: unknown, attribute: string): string {
  if (!isMoref(value)) throw new Error(`${name} needs a reference`);
  return `<${name} type="${escapeXml(value.type)}"${attribute}>${escapeXml(value.value)}</${name}>`;
}

function decode(element: XmlElement, declared: Declared, options: DecodeOptions): unknown {
  const { type } = declared;
  if (SCALARS.has(type)) return decodeScalar(type, element);
  if (!TYPES.has(type)) {
    if (type === 'any') return decodeAny(element, options);
    if (type === 'ManagedObjectReference') return decodeMoref(element);
    if (type.startsWith(ARRAY_OF)) return decodeArray(element, type, options);
    // As an item of an array: "String".
    const scalar = lowerFirst(type);
    if (SCALARS.has(scalar)) return decodeScalar(scalar, element);
  }
  const concrete = concreteType(element, type, options);
  // A fault is one, too, where the table has only what was declared.
  const known = TYPES.get(concrete) ?? TYPES.get(type);
  if (known === undefined && options.strict)
    throw new WireError(`<${element.name}> is of the unknown type ${concrete}`);
  const value = known === undefined ? {} : decodeFields(element, known, options);
  return declared.polymorphic || concrete !== type ? { _type: concrete, ...value } : value;
}

function decodeArray(element: XmlElement, type: string, options: DecodeOptions): unknown[] {
  if ((element.xsiType ?? type) !== type) throw new WireError(`<${element.name}>: ${element.xsiType} is not a ${type}`);
  const item = type.slice(ARRAY_OF.length);
  const declared = { type: item === 'AnyType' ? 'any' : item };
  return element.children.map((child) => decode(child, declared, options));
}

function concreteType(element: XmlElement, declared: string, options: DecodeOptions): string {
  const type = element.xsiType ?? declared;
  if (type === declared && !options.strict) return type;
  // A newer server may send a subtype that the table has not: it is read as what was declared, under its own name.
  const isOther = TYPES.has(type) && TYPES.has(declared) && !isKindOf(type, declared);
  if (isOther || (options.strict && !isKindOf(type, declared)))
    throw new WireError(`<${element.name}>: ${type} is not a ${declared}`);
  return type;
}

function requireOrder(element: XmlElement, fields: readonly Field[], at: { field: Field; from: number }): number {
  const position = fields.indexOf(at.field);
  if (position < at.from) throw new WireError(`<${at.field.name}> stands too late in <${element.name}>`);
  return position;
}

function decodeMoref(element: XmlElement): Moref {
  const type = element.attributes['type'];
  if (type === undefined || type === '') throw new WireError(`<${element.name}> is a reference without a type`);
  return { type: type.slice(type.indexOf(':') + 1), value: element.text };
}

function isMoref(value: unknown): value is Moref {
  if (value === null || typeof value !== 'object' || !('type' in value) || !('value' in value)) return false;
  return typeof value.type === 'string' && typeof value.value === 'string';
}

function typeNamed(name: string): VimType {
  const type = TYPES.get(name);
  if (type === undefined) throw new Error(`the schema has no type ${name}`);
  return type;
}

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
