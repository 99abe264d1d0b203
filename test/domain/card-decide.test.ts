import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AlarmRule } from '../../shared/domain/alarm-policy.ts';
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import { type AlarmCard, CARD_ENTRIES_MAX, CARD_SEEN_MAX, isJobOpen } from '../../shared/domain/card.ts';
import { decideCard } from '../../shared/domain/card-decide.ts';
import type { CardEvent } from '../../shared/domain/card-event.ts';
import { aPolicy, aRule, aSignal } from '../support/alarm-world.ts';

const POLICY = aPolicy([
  aRule({ match: { alarm: ['vMotion *'] } }),
  aRule({ id: 'quiet', match: { alarm: ['noise'] }, action: 'ignore' }),
]);
const PLACE = { kind: 'placed', cluster: 'cluster-a', vcenter: 'lab', host: { name: 'esx02.lab.local' } } as const;

const signalOf = (signal: AlarmSignal): CardEvent => {
  return { kind: 'signal', signal, place: PLACE, id: 'a-1', fingerprint: 'f', channel: 'C1' };
};

type Happening = { event: CardEvent; afterSeconds: number };

const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.record({
    afterSeconds: fc.constantFrom(0, 1, 59, 61, 400, 4000, 90_000),
    event: fc.oneof(
      fc
        .record({
          state: fc.constantFrom('raised' as const, 'cleared' as const),
          severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
          source: fc.constantFrom('vcenter' as const, 'poll' as const, 'json' as const, 'logs' as const),
          occurrence: fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined }),
          alarm: fc.constantFrom('vMotion network lost', 'noise', 'something else'),
        })
        .map((change) => signalOf(aSignal(change))),
      fc.constantFrom<CardEvent>(
        { kind: 'look' },
        { kind: 'settle' },
        { kind: 'held', verdict: 'limited', why: ['used up'] },
        { kind: 'ignore', by: 'U1', until: '2026-01-02T05:00:00.000Z' },
        {
          kind: 'started',
          job: { id: 'j-1', kind: 'repair', mode: 'auto', at: '2026-01-02T03:04:05.000Z' },
          by: 'policy:mend',
        },
        { kind: 'job-ended', job: 'j-1', end: 'done', verdict: 'success', text: 'well' },
        { kind: 'job-ended', job: 'j-1', end: 'rolled-back', verdict: 'failure', text: 'not well' },
      ),
    ),
  }),
  { maxLength: 60 },
);

function play(list: Happening[], check: (before: AlarmCard | undefined, after: AlarmCard | undefined) => void): void {
  let card: AlarmCard | undefined;
  let now = Date.parse('2026-01-02T03:04:05.000Z');
  for (const { event, afterSeconds } of list) {
    now += afterSeconds * 1000;
    const at = new Date(now).toISOString();
    const told = event.kind === 'signal' ? { ...event, signal: { ...event.signal, at } } : event;
    const decision = decideCard(card, told, POLICY, new Date(now));
    const after = decision.kind === 'moved' ? decision.card : card;
    check(card, after);
    // The second copy of anything that was seen changes nothing.
    if (told.kind === 'signal' && decision.kind === 'moved') {
      expect(decideCard(after, told, POLICY, new Date(now))).toMatchObject({ kind: 'unchanged' });
    }
    card = after;
  }
}

it('keeps what it promises, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(happenings, (list) => {
      play(list, (before, after) => {
        if (after === undefined || after === before) return;
        expect(after.version).toBe((before?.version ?? 0) + 1);
        expect(after.history.length).toBeLessThanOrEqual(CARD_ENTRIES_MAX);
        expect(after.seen.length).toBeLessThanOrEqual(CARD_SEEN_MAX);
        expect(after.count).toBeGreaterThanOrEqual(before?.count ?? 0);
        expect(after.episode).toBeGreaterThanOrEqual(before?.episode ?? 0);
        // What is over, ignored or flapping starts nothing.
        if (['resolved', 'suppressed', 'ignored'].includes(after.state)) expect(after.wanted).toBeUndefined();
        // A job for each time it is raised, and never beside another one.
        if (after.wanted !== undefined && before?.wanted === undefined) expect(isJobOpen(after)).toBe(false);
        if (after.state === 'suppressed') expect(after.transitions.length).toBeGreaterThan(0);
        const seqs = after.history.map((entry) => entry.seq);
        expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
        expect(new Set(seqs).size).toBe(seqs.length);
      });
    }),
    { numRuns: 500 },
  );
});

it.each([
  { what: 'the same occurrence', again: { occurrence: 'one' }, expected: 'unchanged' },
  { what: 'another occurrence', again: { occurrence: 'two' }, expected: 'moved' },
  { what: 'a poll that sees it still', again: { source: 'poll', occurrence: undefined }, expected: 'unchanged' },
] as const)('takes $what for $expected', ({ again, expected }) => {
  const now = new Date('2026-01-02T03:04:05.000Z');
  const first = decideCard(undefined, signalOf(aSignal({ occurrence: 'one' })), aPolicy(), now);
  if (first.kind !== 'moved') throw new Error('not raised');
  expect(decideCard(first.card, signalOf(aSignal(again)), aPolicy(), now).kind).toBe(expected);
});

it('takes an alarm that goes on again within the same minute for a change, and no copy', () => {
  const now = new Date('2026-01-02T03:04:05.000Z');
  let card: AlarmCard | undefined;
  for (const state of ['raised', 'cleared', 'raised'] as const) {
    const decision = decideCard(
      card,
      signalOf(aSignal({ state })),
      aPolicy([], { flap: { transitions: 9, minutes: 10 } }),
      now,
    );
    expect(decision.kind).toBe('moved');
    if (decision.kind === 'moved') card = decision.card;
  }
  expect(card).toMatchObject({ isRaised: true, episode: 2, state: 'new' });
});

it('leaves alone for a while what a job has just mended, although vCenter still shows it', () => {
  const at = (minute: number) => new Date(Date.parse('2026-01-02T03:00:00.000Z') + minute * 60_000);
  const events: [number, CardEvent][] = [
    [0, signalOf(aSignal())],
    [
      0,
      { kind: 'started', job: { id: 'j-1', kind: 'repair', mode: 'auto', at: at(0).toISOString() }, by: 'policy:mend' },
    ],
    [1, { kind: 'job-ended', job: 'j-1', end: 'done', verdict: 'success', text: 'well' }],
    [2, signalOf(aSignal({ source: 'poll' }))],
  ];
  let card: AlarmCard | undefined;
  for (const [minute, event] of events) {
    const decision = decideCard(card, event, POLICY, at(minute));
    if (decision.kind === 'moved') card = decision.card;
  }
  expect(card).toMatchObject({ state: 'resolved', episode: 1 });
  const later = decideCard(card, signalOf(aSignal({ source: 'poll', at: at(9).toISOString() })), POLICY, at(9));
  expect(later).toMatchObject({ kind: 'moved', card: { state: 'new', episode: 2, wanted: { request: 'a-1-2' } } });
});

it('never shows what a rule ignores', () => {
  const decision = decideCard(
    undefined,
    signalOf(aSignal({ alarm: 'noise' })),
    POLICY,
    new Date('2026-01-02T03:04:05.000Z'),
  );
  expect(decision).toMatchObject({ kind: 'moved', isShown: false, card: { state: 'ignored', action: 'ignore' } });
});

it('is judged by a rule of its own for each severity', () => {
  const rules: AlarmRule[] = [aRule({ match: { severity: ['critical'] } }), aRule({ id: 'calm', action: 'notify' })];
  const now = new Date('2026-01-02T03:04:05.000Z');
  const first = decideCard(undefined, signalOf(aSignal({ severity: 'warning' })), aPolicy(rules), now);
  if (first.kind !== 'moved') throw new Error('not raised');
  expect(first.card).toMatchObject({ rule: 'calm', action: 'notify' });
  expect(first.card.wanted).toBeUndefined();
  const worse = decideCard(first.card, signalOf(aSignal({ severity: 'critical' })), aPolicy(rules), now);
  expect(worse).toMatchObject({ kind: 'moved', card: { rule: 'mend', action: 'repair', wanted: { as: 'rule' } } });
});
