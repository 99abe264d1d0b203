import { expect, it } from 'vitest';
import { dateText } from '../../shared/slack/time-text.ts';

it('is a moment in the time zone of whoever reads, with one in UTC beside it', () => {
  expect(dateText('2026-01-05T08:00:01.500Z')).toBe(
    '<!date^1767600001^{date_short_pretty} {time}|2026-01-05 08:00 UTC>',
  );
});

it.each([undefined, '', 'yesterday', '2026-99-99T00:00:00Z'])('is unknown for %s, and does not throw', (iso) => {
  expect(dateText(iso)).toBe('an unknown time');
});
