import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Automation,
  type AutomationStart,
  breakerOf,
  coolsUntil,
  findLimit,
  NO_AUTOMATION,
  withEnd,
  withStart,
} from '../../shared/domain/automation.ts';
import { aPolicy, aRule } from '../support/alarm-world.ts';

const BEGIN = Date.parse('2026-01-02T00:00:00.000Z');
const at = (minute: number) => new Date(BEGIN + minute * 60_000);
const MENDED = { rule: 'mend', cluster: 'cluster-a', object: 'esx01' };
const startAt = (minute: number, over: Partial<AutomationStart> = {}): AutomationStart => ({
  request: `at-${minute}`,
  ...MENDED,
  at: at(minute).toISOString(),
  ...over,
});
const started = (...starts: AutomationStart[]): Automation =>
  starts.reduce((row, one) => withStart(row, one, false, new Date(one.at)), NO_AUTOMATION);

const rule = aRule({ limits: { perObject: 2, perCluster: 3, total: 4 }, cooldownMinutes: 30 });
const policy = aPolicy([rule], { limits: { perObject: 3, perCluster: 4, total: 5 } });
const want = { rule, policy, cluster: 'cluster-a', object: 'esx01' };

describe('the limits within an hour', () => {
  const other = { rule: 'another' };
  it.each<{ what: string; starts: AutomationStart[]; expected: object | undefined }>([
    { what: 'are free at the start', starts: [], expected: undefined },
    { what: 'are free below the number', starts: [startAt(0)], expected: undefined },
    {
      what: 'of the rule for one object',
      starts: [startAt(0), startAt(1)],
      expected: { of: 'rule', name: 'perObject', max: 2 },
    },
    {
      what: 'are an object’s own',
      starts: [startAt(0, { object: 'esx02' }), startAt(1, { object: 'esx02' })],
      expected: undefined,
    },
    {
      what: 'of an object are those in its cluster',
      starts: [startAt(0, { cluster: 'cluster-b' }), startAt(1, { cluster: 'cluster-b' })],
      expected: undefined,
    },
    {
      what: 'of the rule in one cluster',
      starts: ['esx02', 'esx03', 'esx04'].map((object, minute) => startAt(minute, { object })),
      expected: { of: 'rule', name: 'perCluster', max: 3 },
    },
    {
      what: 'of the rule in all',
      starts: ['b', 'b', 'c', 'c'].map((name, minute) => startAt(minute, { cluster: `cluster-${name}` })),
      expected: { of: 'rule', name: 'total', max: 4 },
    },
    {
      what: 'of all rules for one object',
      starts: [0, 1, 2].map((minute) => startAt(minute, other)),
      expected: { of: 'alarms', name: 'perObject', max: 3 },
    },
    {
      what: 'of all rules in all',
      starts: [0, 1, 2, 3, 4].map((minute) => startAt(minute, { ...other, cluster: `cluster-${minute}x` })),
      expected: { of: 'alarms', name: 'total', max: 5 },
    },
  ])('$what', ({ starts, expected }) => {
    expect(findLimit(started(...starts), want, at(10))).toEqual(expected);
  });

  it('are free again to the minute, an hour after the first start', () => {
    const row = started(startAt(0), startAt(30));
    expect(findLimit(row, want, new Date(at(60).getTime() - 1))).toMatchObject({ name: 'perObject' });
    expect(findLimit(row, want, at(60))).toBeUndefined();
  });
});

describe('the cooldown', () => {
  it('lasts from the last start for as long as the rule says, and then not a moment longer', () => {
    const row = started(startAt(0), startAt(100));
    expect(coolsUntil(row, mendedBy(rule), at(101))).toBe(at(130).toISOString());
    expect(coolsUntil(row, mendedBy(rule), new Date(at(130).getTime() - 1))).toBe(at(130).toISOString());
    expect(coolsUntil(row, mendedBy(rule), at(130))).toBeUndefined();
  });

  it.each([
    { what: 'another rule', over: { rule: 'another' } },
    { what: 'another cluster’s host of the same name', over: { cluster: 'cluster-b' } },
    { what: 'another host', over: { object: 'esx02' } },
  ])('of $what holds nobody else back', ({ over }) => {
    expect(coolsUntil(started(startAt(0, over)), mendedBy(rule), at(1))).toBeUndefined();
  });
});

describe('a start', () => {
  it('is counted once, however often it is tried', () => {
    const once = started(startAt(0), startAt(1));
    expect(once).toMatchObject({ version: 2, starts: [{ request: 'at-0' }, { request: 'at-1' }] });
    expect(withStart(once, startAt(0), false, at(2))).toBe(once);
  });

  it('counts from its last try, since nobody knows whether an earlier one made the job', () => {
    const late = { ...startAt(50), request: 'at-0' };
    const again = withStart(started(startAt(0), startAt(1)), late, false, at(50));
    expect(again).toMatchObject({ version: 3, starts: [startAt(1), late] });
    // Neither a clock that is behind nor one more message about a job that has ended moves it.
    expect(withStart(again, { ...startAt(20), request: 'at-0' }, false, at(20))).toBe(again);
    const ended = withEnd(again, { request: 'at-0', verdict: 'success' }, [rule], at(55));
    expect(withStart(ended, { ...startAt(58), request: 'at-0' }, false, at(58))).toBe(ended);
  });

  it('that a half-open breaker lets through is its probe, and nobody else’s', () => {
    const open = { mend: { failures: 3, openedAt: at(0).toISOString() }, another: { failures: 1 } };
    const row = withStart({ ...NO_AUTOMATION, breakers: open }, startAt(70), true, at(70));
    expect(row.breakers).toEqual({ ...open, mend: { ...open.mend, probe: 'at-70' } });
    expect(withStart({ ...NO_AUTOMATION, breakers: open }, startAt(70), false, at(70)).breakers).toEqual(open);
    expect(withStart(NO_AUTOMATION, startAt(70), true, at(70)).breakers).toEqual({
      mend: { failures: 0, probe: 'at-70' },
    });
  });

  it('leaves out what no answer needs any more, and keeps for a week what may still end', () => {
    const row = started(startAt(0), startAt(1, { object: 'esx02' }));
    const ended = withEnd(row, { request: 'at-0', verdict: 'success' }, [rule], at(2));
    const kept = (minute: number) =>
      withStart(ended, startAt(minute, { object: 'esx09' }), false, at(minute)).starts.map((one) => one.request);
    expect(kept(59)).toEqual(['at-0', 'at-1', 'at-59']);
    expect(kept(1439)).toEqual(['at-0', 'at-1', 'at-1439']);
    expect(kept(1441)).toEqual(['at-1', 'at-1441']);
    expect(kept(7 * 1440)).toEqual(['at-1', 'at-10080']);
    expect(kept(7 * 1440 + 1)).toEqual(['at-10081']);
  });
});

it('of one object only the last start is kept beyond the hour', () => {
  const twice = ['at-0', 'at-5'].reduce(
    (row, request) => withEnd(row, { request, verdict: 'success' }, [rule], at(6)),
    started(startAt(0), startAt(5)),
  );
  const row = withStart(twice, startAt(70, { object: 'esx09' }), false, at(70));
  expect(row.starts.map((one) => one.request)).toEqual(['at-5', 'at-70']);
});

describe('an end', () => {
  const row = started(startAt(0), startAt(1, { object: 'esx02' }));
  const fail = (from: Automation, request: string) => withEnd(from, { request, verdict: 'failure' }, [rule], at(5));

  it('is noted at its start alone, and counted by its rule’s breaker', () => {
    const ended = fail(row, 'at-1');
    expect(ended.starts.map((one) => one.verdict)).toEqual([undefined, 'failure']);
    expect(ended).toMatchObject({ version: 3, breakers: { mend: { failures: 1 } } });
    expect(fail(ended, 'at-0').breakers).toEqual({ mend: { failures: 2 } });
  });

  it('is counted by its own rule’s measure, whatever other rules there are', () => {
    const strict = aRule({ id: 'strict', breaker: { failures: 1, halfOpenAfterMinutes: 60 } });
    const ended = withEnd(row, { request: 'at-1', verdict: 'failure' }, [strict, rule], at(5));
    expect(ended.breakers).toEqual({ mend: { failures: 1 } });
  });

  it('is counted once, and one that no rule has started not at all', () => {
    const ended = fail(row, 'at-1');
    expect(fail(ended, 'at-1')).toBe(ended);
    expect(fail(row, 'typed by a person')).toBe(row);
  });

  it('of a rule that is no longer there opens nobody’s breaker, and is noted all the same', () => {
    const ended = withEnd(row, { request: 'at-1', verdict: 'failure' }, [aRule({ id: 'new' })], at(5));
    expect(ended).toMatchObject({ starts: [{}, { verdict: 'failure' }], breakers: {} });
  });
});

it('what the row leaves out changes no answer', () => {
  const long = aRule({ ...rule, cooldownMinutes: 1440 });
  const step = fc.record({
    minutes: fc.integer({ min: 1, max: 500 }),
    cluster: fc.constantFrom('cluster-a', 'cluster-b'),
    object: fc.constantFrom('esx01', 'esx02'),
    isEnding: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let minute = 0;
      let row = NO_AUTOMATION;
      const everything: AutomationStart[] = [];
      for (const { minutes, cluster, object, isEnding } of steps) {
        minute += minutes;
        const start = startAt(minute, { cluster, object });
        row = withStart(row, start, false, at(minute));
        everything.push(start);
        if (isEnding) row = withEnd(row, { request: start.request, verdict: 'success' }, [long], at(minute));
        const whole = { ...NO_AUTOMATION, starts: everything };
        for (const about of [MENDED, { ...MENDED, object: 'esx02' }, { ...MENDED, cluster: 'cluster-b' }]) {
          const asked = { ...about, rule: long, policy };
          expect(coolsUntil(row, asked, at(minute + 1))).toBe(coolsUntil(whole, asked, at(minute + 1)));
          expect(findLimit(row, asked, at(minute + 1))).toEqual(findLimit(whole, asked, at(minute + 1)));
        }
      }
    }),
  );
});

function mendedBy(by: typeof rule) {
  return { ...MENDED, rule: by };
}

describe('the probe of a half-open breaker', () => {
  const open = { failures: 3, openedAt: at(0).toISOString() };
  const probing = withStart({ ...NO_AUTOMATION, breakers: { mend: open } }, startAt(60), true, at(60));
  const minutes = (days: number) => 60 + days * 24 * 60;

  it('is waited for until its job has ended', () => {
    expect(breakerOf(probing, 'mend', at(minutes(6)))).toEqual({ ...open, probe: 'at-60' });
  });

  it('is not waited for after a week: its alarm may have been cleared before there was a job', () => {
    expect(breakerOf(probing, 'mend', at(minutes(7)))).toEqual(open);
  });

  it('is not waited for where nobody knows its start any more', () => {
    const later = withStart(probing, startAt(minutes(8), { rule: 'another' }), false, at(minutes(8)));
    expect(later.starts.map(({ request }) => request)).toEqual([`at-${minutes(8)}`]);
    expect(breakerOf(later, 'mend', at(minutes(8)))).toEqual(open);
  });
});
