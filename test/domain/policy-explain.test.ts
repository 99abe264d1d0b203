import { describe, expect, it } from 'vitest';
import type { AlarmPlace } from '../../shared/domain/alarm-place.ts';
import type { AlarmRule } from '../../shared/domain/alarm-policy.ts';
import { type AutomationStart, NO_AUTOMATION } from '../../shared/domain/automation.ts';
import { explainPolicy, objectOf, type PolicyState } from '../../shared/domain/policy-explain.ts';
import { aPolicy, aRule, aSignal } from '../support/alarm-world.ts';

const NOW = new Date('2026-01-02T03:00:00.000Z');
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();
const PLACE = { kind: 'placed', cluster: 'cluster-a', vcenter: 'lab', host: { name: 'ESX02.lab.local' } } as const;
const CALM: PolicyState = {
  automation: NO_AUTOMATION,
  isInWindow: true,
  lastTest: 'passing',
  wasEnabled: true,
  isSuppressed: false,
};

const startOf = (change: Partial<AutomationStart> = {}): AutomationStart => ({
  request: 'card:a-1-1',
  rule: 'mend',
  cluster: 'cluster-a',
  object: 'esx02.lab.local',
  at: minutesAgo(40),
  ...change,
});
const after = (...starts: AutomationStart[]) => ({ automation: { ...NO_AUTOMATION, starts } });
/** Its last job failed so many minutes ago, and that was one too many. */
const failed = (minutes: number, probe?: string) => ({
  automation: {
    ...NO_AUTOMATION,
    starts: probe === undefined ? [] : [startOf({ request: probe })],
    breakers: { mend: { failures: 3, openedAt: minutesAgo(minutes), probe } },
  },
});

type Case = { rule?: Partial<AlarmRule>; state?: Partial<PolicyState>; place?: AlarmPlace; event?: string };
function answerTo({ rule = {}, state = {}, place = PLACE, event }: Case) {
  const policy = aPolicy([aRule(rule)]);
  return explainPolicy(aSignal({ event }), place, policy, { ...CALM, ...state }, NOW);
}

const FROZEN = { id: 'f-1', by: 'U0ANN', reason: 'quarter end' };
const HARDWARE = 'esx.problem.net.vmnic.linkstate.down';

describe('one alarm of a host', () => {
  it.each<Case & { what: string; verdict: string }>([
    { what: 'is mended where the rule may', verdict: 'act' },
    { what: 'is asked about where the rule must ask', rule: { mode: 'ask' }, verdict: 'ask' },
    { what: 'is tested without asking', rule: { mode: 'ask', action: 'test' }, verdict: 'act' },
    { what: 'is ignored by its rule', rule: { action: 'ignore' }, state: { frozen: FROZEN }, verdict: 'ignore' },
    { what: 'is only shown', rule: { action: 'notify' }, state: { isSuppressed: true }, verdict: 'notify' },
    { what: 'is only shown where no rule fits', rule: { match: { host: ['esx01*'] } }, verdict: 'notify' },
    { what: 'fits by its host', rule: { match: { host: ['esx02*'], cluster: ['cluster-a'] } }, verdict: 'act' },
    {
      what: 'of no cluster is left to people',
      place: { kind: 'unplaced', why: 'nobody knows it' },
      verdict: 'unplaced',
    },
    { what: 'that somebody ignores', state: { ignoredUntil: minutesAgo(-1) }, verdict: 'ignored' },
    { what: 'that was ignored until now', state: { ignoredUntil: NOW.toISOString() }, verdict: 'act' },
    { what: 'that flaps', state: { isSuppressed: true }, verdict: 'suppressed' },
    { what: 'during a freeze', state: { frozen: FROZEN }, verdict: 'frozen' },
    { what: 'not even tested during a freeze', rule: { action: 'test' }, state: { frozen: FROZEN }, verdict: 'frozen' },
    { what: 'outside of the windows', state: { isInWindow: false }, verdict: 'outside-window' },
    { what: 'tested outside of them', rule: { action: 'test' }, state: { isInWindow: false }, verdict: 'act' },
    { what: 'a repair of what never was', state: { wasEnabled: false }, verdict: 'not-enabled' },
    { what: 'a test of what never was', rule: { action: 'test' }, state: { wasEnabled: false }, verdict: 'act' },
    { what: 'enabled for the first time', rule: { action: 'enable' }, state: { wasEnabled: false }, verdict: 'act' },
    { what: 'no cable is mended', state: { wasEnabled: false }, event: HARDWARE, verdict: 'act' },
    { what: 'acted on lately', state: after(startOf({ at: minutesAgo(29) })), verdict: 'cooling' },
    { what: 'acted on a while ago', state: after(startOf({ at: minutesAgo(30) })), verdict: 'act' },
    {
      what: 'too often within the hour',
      state: after(startOf({ at: minutesAgo(50) }), startOf({ request: 'card:a-2-1' })),
      verdict: 'limited',
    },
    { what: 'after failures', state: failed(59), verdict: 'breaker-open' },
    { what: 'an hour after failures, asked once', state: failed(60), verdict: 'ask' },
    { what: 'while that one is not over', state: failed(60, 'card:a-9-1'), verdict: 'breaker-open' },
  ])('$what: $verdict', ({ verdict, ...one }) => {
    const answer = answerTo(one);
    expect(answer.verdict).toBe(verdict);
    // The reason that decided stands last.
    expect(answer.why.at(-1)).toMatch(/\.$|quarter end$/);
  });

  it.each<Case & { lastTest: PolicyState['lastTest']; verdict: string }>([
    { lastTest: 'passing', verdict: 'act' },
    { lastTest: 'none', verdict: 'test-first' },
    { lastTest: 'failing', verdict: 'test-failed' },
    { lastTest: 'none', rule: { action: 'test' }, verdict: 'act' },
    { lastTest: 'failing', rule: { action: 'test' }, verdict: 'act' },
    { lastTest: 'none', state: { isInWindow: false }, verdict: 'outside-window' },
  ])(
    'after a test that is $lastTest, by a rule that needs a passing one: $verdict',
    ({ lastTest, verdict, ...one }) => {
      const asked = { ...one, rule: { ...one.rule, needsPassingTest: true }, state: { ...one.state, lastTest } };
      expect(answerTo(asked).verdict).toBe(verdict);
    },
  );

  it('is not held up by a failing test where the rule does not ask for one', () => {
    expect(answerTo({ state: { lastTest: 'failing' } }).verdict).toBe('act');
    expect(answerTo({ state: { lastTest: 'none' } }).verdict).toBe('act');
  });
});

it('names the strongest reason of several', () => {
  const state = { ignoredUntil: minutesAgo(-5), isSuppressed: true, frozen: FROZEN, ...failed(5), isInWindow: false };
  expect(answerTo({ state }).verdict).toBe('ignored');
  expect(answerTo({ state: { ...state, ignoredUntil: undefined } }).verdict).toBe('suppressed');
  expect(answerTo({ state: { ...state, ignoredUntil: undefined, isSuppressed: false } }).verdict).toBe('frozen');
  expect(answerTo({ state: { ...failed(5), isInWindow: false } }).verdict).toBe('breaker-open');
});

it('lets one job through a half-open breaker, and only that one is the probe', () => {
  expect(answerTo({ state: failed(60) })).toMatchObject({ verdict: 'ask', isProbe: true });
  expect(answerTo({})).toMatchObject({ verdict: 'act', isProbe: false });
  // Also a test, which is asked for by nobody otherwise.
  expect(answerTo({ rule: { action: 'test' }, state: failed(60) })).toMatchObject({ verdict: 'ask', isProbe: true });
});

it('says which rule it was, what it does instead, and what it waits for', () => {
  expect(answerTo({ event: HARDWARE, state: { frozen: FROZEN } })).toMatchObject({
    action: 'test',
    rule: { id: 'mend' },
    why: [
      expect.stringContaining('"mend" is the first that fits: repair, mode auto.'),
      expect.stringContaining('instead of "repair"'),
      'Frozen by U0ANN (f-1): quarter end',
    ],
  });
  expect(answerTo({}).why).toHaveLength(2);
  expect(answerTo({ rule: { match: { host: ['x'] } } })).toMatchObject({ rule: undefined, action: 'notify' });
});

it.each<Case & { says: string }>([
  { says: 'at most one host needs', rule: { maxHosts: 1 } },
  { says: 'at most 3 hosts needs', rule: { maxHosts: 3 } },
  { says: `again from ${minutesAgo(-1)}`, state: after(startOf({ at: minutesAgo(29) })) },
  {
    says: 'rule "mend" is used up: 1 an hour for this object (limits.perObject)',
    rule: { limits: { perObject: 1, perCluster: 9, total: 9 } },
    state: after(startOf()),
  },
  {
    says: 'rule "mend" is used up: 1 an hour in this cluster (limits.perCluster)',
    rule: { limits: { perObject: 9, perCluster: 1, total: 9 } },
    state: after(startOf()),
  },
  { says: 'alarms is used up: 2 an hour for this object', rule: { id: 'other' }, state: after(startOf(), startOf()) },
  { says: '3 jobs in a row failed. 60 minutes after', state: failed(5) },
])('in numbers: $says', ({ says, ...one }) => {
  expect(answerTo(one).why.at(-1)).toContain(says);
});

it('takes an alarm of a whole cluster by its cluster, and by no host', () => {
  const place = { kind: 'placed', cluster: 'cluster-a', vcenter: 'lab' } as const;
  expect(answerTo({ place, rule: { match: { cluster: ['cluster-a'] } } }).verdict).toBe('act');
  expect(answerTo({ place, rule: { match: { host: ['*'] } } }).verdict).toBe('notify');
});

it.each<{ action: AlarmRule['action']; says: string }>([
  { action: 'enable', says: 'is the first that fits: enable, mode auto.' },
  { action: 'test', says: 'is the first that fits: test.' },
])('names the mode where it counts: $action', ({ action, says }) => {
  expect(answerTo({ rule: { action } }).why[0]).toContain(says);
});

it('counts by the host, whatever its capitals, or by the cluster', () => {
  expect(objectOf(PLACE)).toBe('esx02.lab.local');
  expect(objectOf({ kind: 'placed', cluster: 'cluster-a', vcenter: 'lab' })).toBe('cluster-a');
});
