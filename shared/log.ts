import { hideSecretShapes } from './domain/secret-shapes.ts';

/** One JSON line an event. Implementations redact by key and by shape; nobody logs bodies, cookies or secrets. */
export type Log = {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
};

const SECRET_KEY = /pass|secret|token|cookie|authorization|signature|credential/i;
const DEPTH_MAX = 6;
const ITEMS_MAX = 200;
/** A line stays far below what CloudWatch Logs takes, whatever somebody puts into an error. */
const TEXT_CHARS_MAX = 8_000;

/** What of a value may stand in a line: no value of a key that may hold a secret, nothing that looks like one, nothing
 * without end, and nothing that JSON can't say. */
function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return shorten(hideSecretShapes(value));
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  // One called toJSON would have the last word.
  if (typeof value === 'function') return undefined;
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Error) return { name: redact(value.name), message: redact(value.message) };
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  // Also where a value holds itself.
  if (depth >= DEPTH_MAX) return '[deeper]';
  if (Array.isArray(value)) return redactItems(value, depth);
  const entries = Object.entries(value).map(([key, one]) => [
    redact(key),
    SECRET_KEY.test(key) ? '[redacted]' : redact(one, depth + 1),
  ]);
  return Object.fromEntries(entries.slice(0, ITEMS_MAX));
}

function redactItems(items: readonly unknown[], depth: number): unknown[] {
  const shown = items.slice(0, ITEMS_MAX).map((one) => redact(one, depth + 1));
  return items.length > ITEMS_MAX ? [...shown, `[${items.length - ITEMS_MAX} more]`] : shown;
}

const shorten = (text: string): string =>
  text.length <= TEXT_CHARS_MAX ? text : `${text.slice(0, TEXT_CHARS_MAX).toWellFormed()}[${text.length} characters]`;

/** Writes each event as one JSON line. `write` gets the line with its newline. `time`, `level` and `event` are always
 * its own: alarms count lines by them, so no field of that name replaces one. */
export function createJsonLog(write: (line: string) => void, base: Record<string, unknown> = {}): Log {
  const emit =
    (level: string) =>
    (event: string, fields: Record<string, unknown> = {}) => {
      const own = { time: new Date().toISOString(), level, event };
      // First for people who read along, and again last, where a field of the same name has already been.
      write(`${JSON.stringify({ ...own, ...base, ...(redact(fields) as object), ...own })}\n`);
    };
  return { info: emit('info'), warn: emit('warn'), error: emit('error') };
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
