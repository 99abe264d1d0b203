import { expect, it } from 'vitest';
import { parseMoment, parseSpan } from '../../shared/domain/time-span.ts';

it.each([
  { text: '90m', minutes: 90 },
  { text: '4h', minutes: 240 },
  { text: '2D', minutes: 2880 },
  { text: '1w', minutes: 10_080 },
  { text: '1h30m', minutes: 90 },
  { text: '', minutes: undefined },
  { text: '0m', minutes: undefined },
  { text: '4', minutes: undefined },
  { text: '4 h', minutes: undefined },
  { text: '-4h', minutes: undefined },
  { text: '366d', minutes: 527_040 },
  { text: '8784h1m', minutes: undefined },
  { text: '400d', minutes: undefined },
  { text: '1h30', minutes: undefined },
  { text: 'x1h', minutes: undefined },
  { text: '9999999h', minutes: undefined },
])('"$text" is $minutes minutes', ({ text, minutes }) => {
  expect(parseSpan(text)).toBe(minutes);
});

it.each([
  { text: '2026-11-23T06:00', offsetMinutes: undefined },
  { text: '2026-11-23t06:00Z', offsetMinutes: 0 },
  { text: '2026-11-23 06:00:59 +01:00', offsetMinutes: 60 },
  { text: '2026-11-23T06:00-0330', offsetMinutes: -210 },
])('"$text" is a moment', ({ text, offsetMinutes }) => {
  expect(parseMoment(text)).toEqual({ year: 2026, month: 11, day: 23, hour: 6, minute: 0, offsetMinutes });
});

it('a day alone is its beginning', () => {
  expect(parseMoment('2026-11-23')).toMatchObject({ hour: 0, minute: 0 });
});

it.each(['', 'Monday', '23.11.2026', '2026-02-29', '2026-13-01', '2026-11-23T24:00', '2026-11-23T06:60', '0000-00-00'])(
  '"%s" is none',
  (text) => {
    expect(parseMoment(text)).toBeUndefined();
  },
);
