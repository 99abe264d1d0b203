import { describe, expect, it } from 'vitest';
import { activeFreezes, endOf, findFreeze, type Freeze } from '../../shared/domain/freeze.ts';

const NOW = new Date('2026-01-02T03:04:05.000Z');
const aFreeze = (id: string, until?: string): Freeze => ({
  id,
  scope: 'cluster-a',
  channel: 'C1',
  reason: 'quarter end',
  by: 'U1',
  at: '2026-01-01T00:00:00.000Z',
  ...(until === undefined ? {} : { until }),
});
const CLUSTER = { name: 'cluster-a', channel: 'C1' };

describe('a freeze', () => {
  it.each([
    { what: 'without an end', until: undefined, holds: true },
    { what: 'until a second from now', until: '2026-01-02T03:04:06.000Z', holds: true },
    { what: 'until this very moment', until: '2026-01-02T03:04:05.000Z', holds: false },
    { what: 'until the last minute of the year 9999 in New York', until: never(), holds: true },
  ])('$what holds: $holds', ({ until, holds }) => {
    expect(activeFreezes([aFreeze('f-1', until)], NOW)).toHaveLength(holds ? 1 : 0);
  });

  it('that was lifted holds no more, though a clock that is behind has not come to that moment', () => {
    const lifted = { ...aFreeze('f-1', '2026-01-02T03:04:35.000Z'), liftedBy: 'U2' };
    expect(activeFreezes([lifted], NOW)).toEqual([]);
    expect(findFreeze([lifted], CLUSTER, NOW)).toBeUndefined();
  });

  it('that holds longest is the one that is named', () => {
    const all = [aFreeze('f-soon', '2026-02-01T00:00:00.000Z'), aFreeze('f-9999', never())];
    expect(findFreeze(all, CLUSTER, NOW)?.id).toBe('f-9999');
    expect(findFreeze([...all, aFreeze('f-open')], CLUSTER, NOW)?.id).toBe('f-open');
  });
});

/** "+010000-01-01T04:59:00.000Z". */
function never(): string {
  return endOf({ kind: 'at', text: '9999-12-31T23:59' }, NOW, 'America/New_York').toISOString();
}
