import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChangeWindow, WEEKDAYS } from '../../shared/domain/settings.ts';
import { isOpen, nextClosing, nextOpening, windowText } from '../../shared/domain/windows.ts';

const MINUTE = 60_000;
const nights: ChangeWindow = { days: ['fri', 'sat'], from: '22:00', to: '05:00', timeZone: 'Europe/Zurich' };
const at = (iso: string) => new Date(iso);

describe('a window over midnight', () => {
  it.each([
    // Winter in Zurich is UTC+1; 2 January 2026 is a Friday.
    { now: '2026-01-02T20:59:59Z', open: false, what: 'the second before' },
    { now: '2026-01-02T21:00:00Z', open: true, what: 'its first second' },
    { now: '2026-01-03T03:59:00Z', open: true, what: 'its last minute, on the next day' },
    { now: '2026-01-03T04:00:00Z', open: false, what: 'its end' },
    { now: '2026-01-04T03:00:00Z', open: true, what: 'Sunday morning, which belongs to Saturday' },
    { now: '2026-01-04T21:30:00Z', open: false, what: 'Sunday night' },
  ])('at $what: open is $open', ({ now, open }) => {
    expect(isOpen([nights], at(now))).toBe(open);
  });

  it('says when it opens next, and when it closes', () => {
    expect(nextOpening([nights], at('2026-01-02T12:00:30Z'))).toEqual(at('2026-01-02T21:00:00Z'));
    expect(nextClosing([nights], at('2026-01-02T22:00:30Z'))).toEqual(at('2026-01-03T04:00:00Z'));
    expect(nextOpening([nights], at('2026-01-02T22:00:30Z'))).toEqual(at('2026-01-02T22:00:30Z'));
    expect(nextClosing([nights], at('2026-01-02T12:00:00Z'))).toBeUndefined();
    expect(windowText(nights)).toBe('fri, sat 22:00 to 05:00 Europe/Zurich');
  });
});

it('of several windows any one will do', () => {
  const saturday: ChangeWindow = { days: ['sat'], from: '08:00', to: '10:00', timeZone: 'UTC' };
  const both = [nights, saturday];
  expect(isOpen(both, at('2026-01-03T09:00:00Z'))).toBe(true);
  expect(isOpen(both, at('2026-01-02T21:30:00Z'))).toBe(true);
  expect(nextOpening(both, at('2026-01-03T05:00:00Z'))).toEqual(at('2026-01-03T08:00:00Z'));
  const after: ChangeWindow = { ...saturday, from: '10:00', to: '11:00' };
  expect(nextClosing([saturday, after], at('2026-01-03T09:00:00Z'))).toEqual(at('2026-01-03T11:00:00Z'));
});

it.each([
  { days: [...WEEKDAYS], from: '22:00', to: '05:00', text: 'every day 22:00 to 05:00 UTC' },
  { days: [...WEEKDAYS], from: '00:00', to: '00:00', text: 'every day at any hour (UTC)' },
  { days: ['sun' as const, 'mon' as const], from: '00:00', to: '00:00', text: 'mon, sun 00:00 to 00:00 UTC' },
])('a window reads "$text"', ({ days, from, to, text }) => {
  expect(windowText({ days, from, to, timeZone: 'UTC' })).toBe(text);
});

it('without windows it is open, for ever', () => {
  for (const windows of [undefined, []]) {
    expect(isOpen(windows, at('2026-01-02T12:00:00Z'))).toBe(true);
    expect(nextClosing(windows, at('2026-01-02T12:00:00Z'))).toBeUndefined();
  }
});

it('the same time twice is a whole day', () => {
  const saturday: ChangeWindow = { days: ['sat'], from: '00:00', to: '00:00', timeZone: 'UTC' };
  expect(nextOpening([saturday], at('2026-01-02T12:00:00Z'))).toEqual(at('2026-01-03T00:00:00Z'));
  expect(nextClosing([saturday], at('2026-01-03T12:00:00Z'))).toEqual(at('2026-01-04T00:00:00Z'));
});

describe('when the clock is moved', () => {
  // Zurich 2026: 02:00 becomes 03:00 on 29 March, 03:00 becomes 02:00 on 25 October.
  const early = (from: string, to: string): ChangeWindow => ({ days: ['sun'], from, to, timeZone: 'Europe/Zurich' });

  it('a window that begins in the skipped hour opens where the clock goes on', () => {
    expect(nextOpening([early('02:30', '04:00')], at('2026-03-28T12:00:00Z'))).toEqual(at('2026-03-29T01:00:00Z'));
  });

  it('a window within the skipped hour opens a week later', () => {
    expect(nextOpening([early('02:15', '02:45')], at('2026-03-28T12:00:00Z'))).toEqual(at('2026-04-05T00:15:00Z'));
  });

  it('a window within the hour that comes twice opens twice', () => {
    const window = early('02:15', '02:45');
    const first = nextOpening([window], at('2026-10-24T12:00:00Z'));
    expect(first).toEqual(at('2026-10-25T00:15:00Z'));
    expect(nextClosing([window], at('2026-10-25T00:15:00Z'))).toEqual(at('2026-10-25T00:45:00Z'));
    expect(nextOpening([window], at('2026-10-25T00:45:00Z'))).toEqual(at('2026-10-25T01:15:00Z'));
  });
});

describe('against a walk, minute by minute', () => {
  const zones = ['UTC', 'Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Chatham'];
  const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45, 59)).map(([hour, minute]) => {
    return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  });
  const window: fc.Arbitrary<ChangeWindow> = fc.record({
    days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1, maxLength: 7 }),
    from: time,
    to: time,
    timeZone: fc.constantFrom(...zones),
  });
  // Around the days on which clocks are moved somewhere, and any other.
  const moment = fc
    .tuple(
      fc.constantFrom(
        '2026-03-08',
        '2026-03-29',
        '2026-04-05',
        '2026-09-27',
        '2026-10-04',
        '2026-10-25',
        '2026-11-01',
        '2026-06-15',
      ),
      fc.integer({ min: -2880, max: 1440 }),
    )
    .map(([day, minutes]) => new Date(Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE));

  /** What the clock on the wall shows, asked of the engine in another way than the product does. */
  function wallOf(timeZone: string, moment: Date): { day: number; time: string } {
    const format = formats.get(timeZone);
    if (format === undefined) throw new Error(timeZone);
    const [day = '', time = ''] = format.format(moment).split(/,? /);
    return { day: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(day), time };
  }
  const formats = new Map(
    zones.map((timeZone) => [
      timeZone,
      new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit' }),
    ]),
  );

  function isOpenByWall(windows: ChangeWindow[], moment: Date): boolean {
    return windows.some(({ days, from, to, timeZone }) => {
      const { day, time } = wallOf(timeZone, moment);
      const has = (index: number) => days.some((one) => WEEKDAYS.indexOf(one) === (index + 7) % 7);
      if (from < to) return has(day) && time >= from && time < to;
      return (has(day) && time >= from) || (has(day - 1) && time < to);
    });
  }

  const WALK_MINUTES = 3 * 1440;

  it('opens and closes at the same minutes', () => {
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), moment, (windows, now) => {
        const open = isOpenByWall(windows, now);
        expect(isOpen(windows, now)).toBe(open);
        let walked: Date | undefined;
        for (let minute = 1; minute <= WALK_MINUTES && walked === undefined; minute += 1) {
          const then = new Date(now.getTime() + minute * MINUTE);
          if (isOpenByWall(windows, then) !== open) walked = then;
        }
        const turn = open ? nextClosing(windows, now) : nextOpening(windows, now);
        if (walked !== undefined) expect(turn).toEqual(walked);
        else expect(turn === undefined || turn.getTime() > now.getTime() + WALK_MINUTES * MINUTE).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
