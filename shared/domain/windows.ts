// When changes may start: windows on the clock on the wall of a time zone. A window is open at a moment when that wall
// shows a time within it; so an hour that is skipped in spring opens nothing, and one that comes twice in autumn counts
// both times.
import { type ChangeWindow, type Weekday, WEEKDAYS } from './settings.ts';
import { toWall, wallOffset } from './wall-clock.ts';

const DAY = 1440;
/** Longer than a week: a weekly window can fall into an hour that is skipped. */
const HORIZON_MINUTES = 15 * DAY;

/** Whether a change may start. Without windows, always. */
export function isOpen(windows: readonly ChangeWindow[] | undefined, at: Date): boolean {
  if (windows === undefined || windows.length === 0) return true;
  const minute = minuteOf(at);
  return windows.some((window) => isWithin(window, minute + wallOffset(window.timeZone, minute)));
}

/** The moment from which a change may start, to the minute: `at` itself while a window is open. `undefined`: none
 * opens within two weeks. */
export function nextOpening(windows: readonly ChangeWindow[] | undefined, at: Date): Date | undefined {
  if (isOpen(windows, at)) return at;
  return findMinute(windows ?? [], minuteOf(at) + 1, true);
}

/** When the window that is open now closes. `undefined`: not within two weeks, or none is open. */
export function nextClosing(windows: readonly ChangeWindow[] | undefined, at: Date): Date | undefined {
  if (windows === undefined || windows.length === 0 || !isOpen(windows, at)) return undefined;
  return findMinute(windows, minuteOf(at) + 1, false);
}

/** A window in words: "sat and sun 22:00 to 06:00 Europe/Zurich". */
export function windowText({ days, from, to, timeZone }: ChangeWindow): string {
  const named = WEEKDAYS.filter((day) => days.includes(day));
  const which = named.length === WEEKDAYS.length ? 'every day' : named.join(', ');
  // From an hour to the same hour of the next day, every day: always.
  if (named.length === WEEKDAYS.length && from === to) return `${which} at any hour (${timeZone})`;
  return `${which} ${from} to ${to} ${timeZone}`;
}

/** An hour at a time: within it, the wall is only looked at anew where its offset changes. */
function findMinute(windows: readonly ChangeWindow[], from: number, wanted: boolean): Date | undefined {
  for (let start = from; start < from + HORIZON_MINUTES; start += 60) {
    const walls = windows.map((window) => ({ window, offsetAt: offsetsWithin(window.timeZone, start) }));
    for (let minute = start; minute < start + 60; minute += 1) {
      const open = walls.some(({ window, offsetAt }) => isWithin(window, minute + offsetAt(minute)));
      if (open === wanted) return new Date(minute * 60_000);
    }
  }
  return undefined;
}

function offsetsWithin(timeZone: string, start: number): (minute: number) => number {
  const [before, after] = [wallOffset(timeZone, start), wallOffset(timeZone, start + 59)];
  return before === after ? () => before : (minute) => wallOffset(timeZone, minute);
}

/** `wall`: minutes since 1970 as the wall shows them. */
function isWithin({ days, from, to }: ChangeWindow, wall: number): boolean {
  const { weekday, minuteOfDay } = toWall(wall);
  const [opens, closes] = [minutesOf(from), minutesOf(to)];
  const isDay = (offset: number) => days.includes(dayAt(weekday + offset));
  if (closes > opens) return isDay(0) && minuteOfDay >= opens && minuteOfDay < closes;
  return (isDay(0) && minuteOfDay >= opens) || (isDay(-1) && minuteOfDay < closes);
}

function dayAt(index: number): Weekday {
  const day = WEEKDAYS[(index + 7) % 7];
  if (day === undefined) throw new Error(`no weekday ${index}`);
  return day;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

const minuteOf = (at: Date) => Math.floor(at.getTime() / 60_000);
