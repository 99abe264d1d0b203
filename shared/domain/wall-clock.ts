// What the clock on the wall shows in a time zone, by the zone data of the JavaScript engine. Minutes are whole minutes
// since 1970: of UTC, or as the wall shows them.
import type { TypedMoment } from './time-span.ts';

const DAY = 1440;

/** How many minutes the wall is ahead of UTC at a minute of UTC. */
export function wallOffset(timeZone: string, minute: number): number {
  const parts = formatOf(timeZone).formatToParts(new Date(minute * 60_000));
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'));
  return Math.floor(wall / 60_000) - minute;
}

/** `weekday`: 0 is Monday. From 1970 on. */
export function toWall(wall: number): { weekday: number; minuteOfDay: number } {
  const day = Math.floor(wall / DAY);
  // 1970 began on a Thursday.
  return { weekday: (day + 3) % 7, minuteOfDay: wall - day * DAY };
}

/** When the wall of the zone shows this, or, with an offset of its own, the moment that it is. Of a time that comes
 * twice the later one; for one that is skipped, the one that the wall would show had it not been moved. */
export function toInstant(moment: TypedMoment, timeZone: string): Date {
  const { year, month, day, hour, minute, offsetMinutes } = moment;
  const wall = Math.floor(Date.UTC(year, month - 1, day, hour, minute) / 60_000);
  if (offsetMinutes !== undefined) return new Date((wall - offsetMinutes) * 60_000);
  const offsets = [wall - DAY, wall + DAY].map((near) => wallOffset(timeZone, near));
  const fitting = offsets.map((offset) => wall - offset).filter((at) => at + wallOffset(timeZone, at) === wall);
  const at = fitting.length > 0 ? Math.max(...fitting) : wall - Math.min(...offsets);
  return new Date(at * 60_000);
}

/** Whether the engine knows the zone by this name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // The engine says so by throwing a RangeError; there is no other way to ask it.
    return false;
  }
}

// Making one takes a hundred times as long as using it.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}
