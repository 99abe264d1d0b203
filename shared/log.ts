/** One JSON line an event. Implementations redact by key; nobody logs bodies, cookies or secrets. */
export type Log = {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
};

const SECRET_KEY = /pass|secret|token|cookie|authorization|signature|credential/i;

/** Replaces the value of every key that may hold a secret, at any depth. */
export function redact(value: unknown, depth = 0): unknown {
  if (depth > 6 || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one) => redact(one, depth + 1));
  if (value instanceof Error) return { name: value.name, message: value.message };
  const entries = Object.entries(value).map(([key, one]) => [
    key,
    SECRET_KEY.test(key) ? '[redacted]' : redact(one, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

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
