import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isTimeZone, toInstant, wallOffset } from '../../shared/domain/wall-clock.ts';

const moment = (text: string, offsetMinutes?: number) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/\D/).map(Number);
  return { year, month, day, hour, minute, offsetMinutes };
};

it.each([
  { text: '2026-01-05T06:00', zone: 'Europe/Zurich', instant: '2026-01-05T05:00:00.000Z', what: 'in winter' },
  { text: '2026-07-05T06:00', zone: 'Europe/Zurich', instant: '2026-07-05T04:00:00.000Z', what: 'in summer' },
  {
    text: '2026-03-28T12:00',
    zone: 'Europe/Zurich',
    instant: '2026-03-28T11:00:00.000Z',
    what: 'the day before spring',
  },
  { text: '2026-03-29T12:00', zone: 'Europe/Zurich', instant: '2026-03-29T10:00:00.000Z', what: 'the day of spring' },
  {
    text: '2026-10-24T12:00',
    zone: 'Europe/Zurich',
    instant: '2026-10-24T10:00:00.000Z',
    what: 'the day before autumn',
  },
  { text: '2026-10-25T12:00', zone: 'Europe/Zurich', instant: '2026-10-25T11:00:00.000Z', what: 'the day of autumn' },
  {
    text: '2026-11-01T12:00',
    zone: 'America/New_York',
    instant: '2026-11-01T17:00:00.000Z',
    what: 'west of Greenwich',
  },
  { text: '2026-03-08T12:00', zone: 'America/New_York', instant: '2026-03-08T16:00:00.000Z', what: 'west, in spring' },
  { text: '2026-03-29T02:30', zone: 'Europe/Zurich', instant: '2026-03-29T01:30:00.000Z', what: 'that is skipped' },
  { text: '2026-10-25T02:30', zone: 'Europe/Zurich', instant: '2026-10-25T01:30:00.000Z', what: 'that comes twice' },
  {
    text: '2026-10-04T02:15',
    zone: 'Australia/Lord_Howe',
    instant: '2026-10-03T15:45:00.000Z',
    what: 'moved by half an hour',
  },
])('$text in $zone, a time $what, is $instant', ({ text, zone, instant }) => {
  expect(toInstant(moment(text), zone).toISOString()).toBe(instant);
});

it('a time with an offset of its own belongs to no zone', () => {
  expect(toInstant(moment('2026-01-05T06:00', -330), 'Europe/Zurich').toISOString()).toBe('2026-01-05T11:30:00.000Z');
});

it('the wall shows the time that it was asked for, wherever there is such a time', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
  const minutes = fc.integer({ min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2027, 0, 1) / 60_000 });
  fc.assert(
    fc.property(zones, minutes, (zone, minute) => {
      const wall = minute + wallOffset(zone, minute);
      const text = new Date(wall * 60_000).toISOString().slice(0, 16);
      const back = toInstant(moment(text), zone).getTime() / 60_000;
      return back + wallOffset(zone, back) === wall;
    }),
  );
  expect(wallOffset('Asia/Kolkata', 0)).toBe(330);
});

it.each([
  { name: 'Europe/Zurich', is: true },
  { name: 'UTC', is: true },
  { name: 'Zurich', is: false },
  { name: '', is: false },
])('"$name" is a time zone: $is', ({ name, is }) => {
  expect(isTimeZone(name)).toBe(is);
});
