// Lengths of time and moments as people type them.

const UNIT_MINUTES: Record<string, number> = { m: 1, h: 60, d: 1440, w: 10_080 };
/** A year. */
const SPAN_MINUTES_MAX = 527_040;

/** Minutes in "90m", "4h", "2d", "1w" or "1h30m"; `undefined` for anything else, for nothing and for over a year. */
export function parseSpan(text: string): number | undefined {
  if (!/^(\d{1,6}[mhdw])+$/i.test(text)) return undefined;
  const parts = [...text.toLowerCase().matchAll(/(\d+)([mhdw])/g)];
  const minutes = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MINUTES[unit] ?? 0), 0);
  return minutes > 0 && minutes <= SPAN_MINUTES_MAX ? minutes : undefined;
}

/** A moment of the calendar as typed: date, time of day, and where it says so the offset from UTC in minutes. */
export type TypedMoment = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  offsetMinutes?: number | undefined;
};

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d):(\d\d)(?::\d\d)?\s*(z|[+-]\d\d:?\d\d)?)?$/i;

/** Reads "2026-11-23T06:00", "2026-11-23 06:00", with Z or +01:00 behind it or without, and "2026-11-23", which is the
 * beginning of that day. `undefined` for anything else, and for days and times that no calendar has. */
export function parseMoment(text: string): TypedMoment | undefined {
  const match = MOMENT.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1, 6).map((part) => Number(part ?? 0));
  const there = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const isReal = there.getUTCMonth() === month - 1 && there.getUTCDate() === day && minute < 60;
  if (!isReal) return undefined;
  return { year, month, day, hour, minute, offsetMinutes: toOffset(match[6]) };
}

function toOffset(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text.toLowerCase() === 'z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return text.startsWith('-') ? -minutes : minutes;
}
