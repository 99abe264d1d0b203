// The scalars of vim25 as text and back.
import { WireError } from './wire-error.ts';
import type { XmlElement } from './xml.ts';

const INTEGERS: Record<string, number> = { byte: 2 ** 7, short: 2 ** 15, int: 2 ** 31, long: 2 ** 63 };
const FLOATS = new Set(['float', 'double']);
const TEXTS = new Set(['string', 'dateTime', 'base64Binary']);

/** The names of all scalars. Enumerations and URIs are strings. */
export const SCALARS: ReadonlySet<string> = new Set([...Object.keys(INTEGERS), ...FLOATS, ...TEXTS, 'boolean']);

const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/** Throws a plain error when the value is not of that type: the caller's bug. */
export function encodeScalar(type: string, value: unknown): string {
  if (type === 'dateTime' && value instanceof Date) return value.toISOString();
  if (TEXTS.has(type) && typeof value === 'string') return value;
  if (type === 'boolean' && typeof value === 'boolean') return String(value);
  if (FLOATS.has(type) && typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (Object.hasOwn(INTEGERS, type) && typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new Error(`not a value of the type ${type}: ${typeof value}`);
}

/** Throws `WireError` for text that is not of that type. */
export function decodeScalar(type: string, element: XmlElement): string | number | boolean {
  const { text } = element;
  if (element.children.length > 0) throw new WireError(`<${element.name}> should hold only text`);
  if (type === 'string' || type === 'base64Binary') return text;
  const trimmed = text.trim();
  if (type === 'boolean') {
    if (trimmed === 'true' || trimmed === '1') return true;
    if (trimmed === 'false' || trimmed === '0') return false;
  } else if (type === 'dateTime') {
    if (DATE_TIME.test(trimmed)) return trimmed;
  } else if (FLOATS.has(type)) {
    const number = Number(trimmed);
    if (trimmed !== '' && Number.isFinite(number)) return number;
  } else if (isInteger(trimmed, INTEGERS[type])) {
    return Number(trimmed);
  }
  throw new WireError(`<${element.name}> is not a value of the type ${type}`);
}

/** Beyond 2^53 a number would not be the one that was written: such a `long` is refused. */
function isInteger(text: string, bound: number | undefined): boolean {
  if (bound === undefined || !/^[+-]?\d{1,19}$/.test(text)) return false;
  const value = Number(text);
  return Number.isSafeInteger(value) && value < bound && value >= -bound;
}
