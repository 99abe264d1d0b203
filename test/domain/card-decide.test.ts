import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmRule } from '../../shared/domain/alarm-policy.ts';
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import {
  type AlarmCard,
  CARD_ENTRIES_MAX,
  CARD_SEEN_MAX,
  type CardJob,
  isCardOpen,
  isJobOpen,
  versionToShow,
} from '../../shared/domain/card.ts';
import { decideCard } from '../../shared/domain/card-decide.ts';
import type { CardEvent } from '../../shared/domain/card-event.ts';
import type { PolicyVerdict } from '../../shared/domain/policy-verdict.ts';
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
        // What is over is not shown as if it were not.
        if (!after.isRaised && !isJobOpen(after)) expect(['new', 'limited', 'ask', 'auto']).not.toContain(after.state);
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

const T0 = Date.parse('2026-01-02T03:00:00.000Z');
const at = (minute: number) => new Date(T0 + minute * 60_000);
const JOB = { id: 'j-1', kind: 'repair', mode: 'auto', at: at(0).toISOString() } as const;
const started = (change: Partial<CardJob> = {}): CardEvent => ({
  kind: 'started',
  job: { ...JOB, ...change },
  by: 'policy:mend',
});
const ended = (change: Partial<Extract<CardEvent, { kind: 'job-ended' }>> = {}): CardEvent => ({
  kind: 'job-ended',
  job: 'j-1',
  end: 'done',
  verdict: 'success',
  text: 'well',
  ...change,
});
const raised = (change: Partial<AlarmSignal> = {}): CardEvent => signalOf(aSignal(change));
const cleared = (change: Partial<AlarmSignal> = {}): CardEvent => raised({ state: 'cleared', ...change });
const held = (verdict: PolicyVerdict): CardEvent => ({ kind: 'held', verdict, why: ['why'] });

type Told = { card: AlarmCard; isShown: boolean[]; kinds: string[] };
/** The events in their order, each at its minute. */
function tell(events: [number, CardEvent][], policy = POLICY): Told {
  let card: AlarmCard | undefined;
  const isShown: boolean[] = [];
  const kinds: string[] = [];
  for (const [minute, event] of events) {
    const now = at(minute);
    const told = event.kind === 'signal' ? { ...event, signal: { ...event.signal, at: now.toISOString() } } : event;
    const decision = decideCard(card, told, policy, now);
    kinds.push(decision.kind);
    if (decision.kind !== 'moved') continue;
    isShown.push(decision.isShown);
    card = decision.card;
  }
  if (card === undefined) throw new Error('there is no card');
  return { card, isShown, kinds };
}

it('never shows what a rule ignores, not when it is over and not when it flaps either', () => {
  const noise = { alarm: 'noise' };
  const events: [number, CardEvent][] = [0, 1, 2, 3, 4, 5].map((minute) => [
    minute,
    minute % 2 === 0 ? raised(noise) : cleared(noise),
  ]);
  const { card, isShown } = tell(events);
  expect(isShown).toEqual([false, false, false, false, false, false]);
  expect(card).toMatchObject({ state: 'ignored', isRaised: false, episode: 3, count: 3 });
  expect(decideCard(card, { kind: 'settle' }, POLICY, at(6))).toMatchObject({ kind: 'moved', isShown: false });
});

it('is not shown as new for a job that ends after the alarm was over', () => {
  const events: [number, CardEvent][] = [
    [0, raised()],
    [1, cleared()],
    [2, started({ mode: 'ask' })],
  ];
  for (const end of ['in-place', 'rejected', 'done'] as const) {
    const { card } = tell([...events, [3, ended({ end, verdict: 'neutral' })]]);
    expect(card).toMatchObject({ state: 'resolved', resolvedAt: at(1).toISOString(), job: { end } });
  }
});

it('is not held for what was cleared, or began to flap, while the policy was asked', () => {
  const resolved = tell([
    [0, raised()],
    [1, cleared()],
    [1, held('cooling')],
  ]);
  expect(resolved).toMatchObject({ kinds: ['moved', 'moved', 'unchanged'], card: { state: 'resolved' } });
  expect(resolved.card.held).toBeUndefined();
});

describe('a job of the card', () => {
  it.each<{ what: string; events: [number, CardEvent][]; card: object }>([
    { what: 'that was started', events: [[1, started()]], card: { state: 'auto', job: JOB } },
    { what: 'that waits for approval', events: [[1, started({ mode: 'ask' })]], card: { state: 'ask' } },
    {
      what: 'that has mended it',
      events: [
        [1, started()],
        [2, ended()],
      ],
      card: { state: 'resolved', resolvedAt: at(2).toISOString(), isRaised: true, job: { end: 'done' } },
    },
    {
      what: 'that mended nothing',
      events: [
        [1, started()],
        [2, ended({ end: 'rolled-back', verdict: 'failure' })],
      ],
      card: { state: 'new', job: { end: 'rolled-back' } },
    },
    {
      what: 'that was done, and did not help',
      events: [
        [1, started()],
        [2, ended({ verdict: 'failure' })],
      ],
      card: { state: 'new' },
    },
    {
      what: 'that only tested',
      events: [
        [1, started({ kind: 'test' })],
        [2, ended()],
      ],
      card: { state: 'new' },
    },
    {
      what: 'that ends after the alarm',
      events: [
        [1, started()],
        [2, cleared()],
        [3, ended()],
      ],
      card: { state: 'resolved', resolvedAt: at(2).toISOString() },
    },
    {
      what: 'that was a test before the action',
      events: [
        [1, started({ kind: 'test', isFirst: true })],
        [2, ended()],
      ],
      card: { state: 'new', wanted: { request: 'a-1-1-tested', as: 'after-test' } },
    },
    {
      what: 'that was a test before the action, for an alarm that is over',
      events: [
        [1, started({ kind: 'test', isFirst: true })],
        [2, cleared()],
        [3, ended()],
      ],
      card: { state: 'resolved', wanted: undefined },
    },
    {
      what: 'that was a test before the action, for one that somebody ignores by now',
      events: [
        [1, started({ kind: 'test', isFirst: true })],
        [2, { kind: 'ignore', by: 'U1', until: at(60).toISOString() }],
        [3, ended()],
      ],
      card: { state: 'ignored', wanted: undefined },
    },
    {
      what: 'raised again while it is under way',
      events: [
        [1, started()],
        [2, cleared()],
        [3, raised()],
      ],
      card: { state: 'auto', episode: 2, wanted: undefined },
    },
    {
      what: 'raised again after it ended',
      events: [
        [1, started()],
        [2, ended()],
        [3, raised()],
      ],
      card: { state: 'new', episode: 2, wanted: { request: 'a-1-2', as: 'rule' }, resolvedAt: undefined },
    },
  ])('$what', ({ events, card }) => {
    expect(tell([[0, raised()], ...events]).card).toMatchObject(card);
  });

  it.each<{ what: string; event: CardEvent }>([
    { what: 'that was told as started', event: started() },
    { what: 'of another card', event: ended({ job: 'j-2' }) },
  ])('$what changes nothing the second time', ({ event }) => {
    expect(
      tell([
        [0, raised()],
        [1, started()],
        [1, event],
      ]).kinds,
    ).toEqual(['moved', 'moved', 'unchanged']);
  });

  it('that follows another one takes its place', () => {
    const { card } = tell([
      [0, raised()],
      [1, started()],
      [2, started({ id: 'j-2' })],
      [3, ended({ end: 'in-place' })],
    ]);
    expect(card).toMatchObject({ state: 'auto', job: { id: 'j-2' } });
    expect(isJobOpen(card)).toBe(true);
  });

  it('ends once', () => {
    const events: [number, CardEvent][] = [
      [0, raised()],
      [1, started()],
      [2, ended({ end: 'rolled-back', verdict: 'failure' })],
      [3, ended()],
    ];
    expect(tell(events)).toMatchObject({ kinds: ['moved', 'moved', 'moved', 'unchanged'], card: { state: 'new' } });
  });

  it('is told in the card’s thread, with who started it', () => {
    const { card } = tell([
      [0, raised()],
      [1, started()],
      [2, ended()],
    ]);
    expect(card.history.map(({ seq, kind, at: when }) => [seq, kind, when])).toEqual([
      [1, 'raised', at(0).toISOString()],
      [2, 'started', at(1).toISOString()],
      [3, 'ended', at(2).toISOString()],
    ]);
    expect(card.history[1]?.text).toContain('policy:mend');
  });
});

describe('what its rule may not do now', () => {
  it.each<{ verdict: PolicyVerdict; state: string }>([
    { verdict: 'cooling', state: 'limited' },
    { verdict: 'limited', state: 'limited' },
    { verdict: 'frozen', state: 'limited' },
    { verdict: 'outside-window', state: 'limited' },
    { verdict: 'breaker-open', state: 'limited' },
    { verdict: 'not-enabled', state: 'new' },
    { verdict: 'test-failed', state: 'new' },
  ])('$verdict: $state', ({ verdict, state }) => {
    const { card, isShown } = tell([
      [0, raised()],
      [1, held(verdict)],
    ]);
    expect(card).toMatchObject({ state, held: { verdict, why: ['why'], at: at(1).toISOString() } });
    expect(card.wanted).toBeUndefined();
    expect(isShown).toEqual([true, true]);
  });

  it('is asked again with the next report, of a poll too, and told once', () => {
    const { card, isShown } = tell([
      [0, raised()],
      [1, held('cooling')],
      [9, raised({ source: 'poll' })],
      [9, held('cooling')],
      [19, raised()],
    ]);
    expect(card).toMatchObject({ state: 'limited', count: 2, wanted: { request: 'a-1-1', as: 'rule' } });
    expect(isShown).toEqual([true, true, false, false, false]);
    expect(card.history.filter(({ kind }) => kind === 'held')).toHaveLength(1);
  });

  it('is not asked again while a person’s job is under way', () => {
    const { card } = tell([
      [0, raised()],
      [1, held('test-failed')],
      [2, started()],
      [9, raised()],
    ]);
    expect(card).toMatchObject({ state: 'auto', held: undefined, wanted: undefined });
  });
});

describe('a report', () => {
  it('of what was never raised, or is over, tells nothing', () => {
    expect(decideCard(undefined, cleared(), POLICY, at(0))).toEqual({ kind: 'unchanged', why: 'nothing-new' });
    expect(
      tell([
        [0, raised()],
        [1, cleared()],
        [2, cleared()],
      ]).kinds,
    ).toEqual(['moved', 'moved', 'unchanged']);
    expect(decideCard(undefined, { kind: 'look' }, POLICY, at(0))).toEqual({ kind: 'unchanged', why: 'unknown' });
  });

  it('that another one of the same sender has overtaken is a copy, and of another sender’s clock is not', () => {
    const { card } = tell([
      [0, raised()],
      [5, cleared()],
    ]);
    const late = { at: at(4).toISOString() };
    const policy = POLICY;
    expect(decideCard(card, raised(late), policy, at(6))).toEqual({ kind: 'unchanged', why: 'duplicate' });
    expect(decideCard(card, raised({ ...late, source: 'poll' }), policy, at(6))).toMatchObject({ why: 'duplicate' });
    expect(decideCard(card, raised({ ...late, source: 'json' }), policy, at(6)).kind).toBe('moved');
    expect(decideCard(card, raised({ at: at(5).toISOString() }), policy, at(6)).kind).toBe('moved');
  });

  it('that comes again within the minute is a copy, and a minute later a number', () => {
    const { card, kinds, isShown } = tell([
      [0, raised()],
      [0.5, raised()],
      [1, raised()],
    ]);
    expect(kinds).toEqual(['moved', 'unchanged', 'moved']);
    expect(isShown).toEqual([true, false]);
    expect(card).toMatchObject({
      count: 2,
      episode: 1,
      lastSeenAt: at(1).toISOString(),
      raisedAt: at(0).toISOString(),
    });
  });

  it('of a higher severity is shown, and of a lower one is not', () => {
    const worse = tell([
      [0, raised({ severity: 'warning' })],
      [1, raised({ severity: 'critical' })],
    ]);
    expect(worse).toMatchObject({ isShown: [true, true], card: { severity: 'critical' } });
    expect(worse.card.history.at(-1)).toMatchObject({ kind: 'worse', text: 'now critical, it was warning' });
    const better = tell([
      [0, raised()],
      [1, raised({ severity: 'warning' })],
    ]);
    expect(better).toMatchObject({ isShown: [true, false], card: { severity: 'warning' } });
  });

  it('of a higher severity starts no second job for the same action, nor one beside another', () => {
    const rules = [aRule({ match: { severity: ['critical'] } }), aRule({ id: 'calm', action: 'test' })];
    const policy = aPolicy(rules);
    const calm = raised({ severity: 'warning' });
    expect(
      tell(
        [
          [0, calm],
          [1, started()],
          [2, raised()],
        ],
        policy,
      ).card,
    ).toMatchObject({ episode: 1, wanted: undefined });
    expect(
      tell(
        [
          [0, calm],
          [1, started()],
          [2, ended({ verdict: 'failure' })],
          [3, raised()],
        ],
        policy,
      ).card,
    ).toMatchObject({
      episode: 2,
      rule: 'mend',
      wanted: { request: 'a-1-2', as: 'rule' },
    });
    expect(
      tell(
        [
          [0, calm],
          [1, raised()],
        ],
        aPolicy([aRule()]),
      ).card,
    ).toMatchObject({ episode: 1, wanted: { request: 'a-1-1' } });
  });

  it('of a higher severity is counted and not shown while somebody ignores it', () => {
    const ignore: CardEvent = { kind: 'ignore', by: 'U1', until: at(60).toISOString() };
    const { card, isShown } = tell([
      [0, raised({ severity: 'warning' })],
      [1, ignore],
      [2, raised()],
    ]);
    expect(card).toMatchObject({ state: 'ignored', severity: 'critical', count: 2 });
    expect(isShown).toEqual([true, true, false]);
  });

  it('of a poll counts nothing', () => {
    const { card, kinds } = tell([
      [0, raised()],
      [9, raised({ source: 'poll', summary: 'by a poll' })],
    ]);
    expect(kinds).toEqual(['moved', 'unchanged']);
    expect(card).toMatchObject({ count: 1, source: 'vcenter' });
    const worse = tell([
      [0, raised({ severity: 'warning' })],
      [9, raised({ source: 'poll', summary: 'by a poll' })],
    ]);
    expect(worse.card).toMatchObject({ count: 1, source: 'poll', summary: 'by a poll', severity: 'critical' });
  });

  it('brings what is told about it up to date', () => {
    const { card } = tell([
      [0, raised()],
      [1, raised({ summary: 'worse than before', user: 'ann' })],
    ]);
    expect(card).toMatchObject({ summary: 'worse than before', user: 'ann' });
    expect(
      tell([
        [0, raised({ status: { to: 'red' } })],
        [1, cleared()],
      ]).card.status,
    ).toEqual({ to: 'red' });
    expect(
      tell([
        [0, raised()],
        [1, cleared({ status: { to: 'green' } })],
      ]).card.status,
    ).toEqual({ to: 'green' });
  });

  it.each([
    { status: undefined, text: 'raised (vcenter)' },
    { status: { from: 'green', to: 'red' }, text: 'raised (vcenter, green to red)' },
    { status: { to: 'red' }, text: 'raised (vcenter, ? to red)' },
  ])('says from where: $text', ({ status, text }) => {
    expect(tell([[0, raised({ status })]]).card.history[0]?.text).toBe(text);
    expect(
      tell([
        [0, raised()],
        [1, cleared()],
        [2, raised({ status })],
      ]).card.history.at(-1)?.text,
    ).toContain('again, time 2');
  });

  it('of a place that nobody knows starts nothing, and is kept with its names', () => {
    const unplaced: CardEvent = {
      kind: 'signal',
      signal: aSignal({ vcenter: 'vc9', cluster: { name: 'nowhere' } }),
      place: { kind: 'unplaced', why: 'nobody knows it' },
      id: 'a-1',
      fingerprint: 'f',
      channel: 'C1',
    };
    const { card } = tell([[0, unplaced]]);
    expect(card).toMatchObject({
      state: 'new',
      vcenter: 'vc9',
      unplaced: { why: 'nobody knows it', host: { name: 'esx02.lab.local' }, cluster: { name: 'nowhere' } },
    });
    expect(card.wanted).toBeUndefined();
    const worse = tell([
      [0, { ...unplaced, signal: aSignal({ severity: 'warning' }) }],
      [1, { ...unplaced, signal: aSignal() }],
    ]);
    expect(worse.card.wanted).toBeUndefined();
    // Known by now.
    expect(
      tell([
        [0, unplaced],
        [1, cleared()],
        [2, raised()],
      ]).card,
    ).toMatchObject({ cluster: 'cluster-a', unplaced: undefined });
  });
});

describe('what was told', () => {
  it('by a sender whose messages overtake each other is in the order of that sender’s clock', () => {
    const { card } = tell([
      [0, raised()],
      [1, cleared()],
      [5, raised()],
    ]);
    const late = { at: at(4).toISOString() };
    expect(decideCard(card, cleared(late), POLICY, at(6))).toMatchObject({ why: 'duplicate' });
    expect(decideCard(card, raised({ ...late, summary: 'a repeat' }), POLICY, at(6)).kind).toBe('moved');
  });

  it('under one occurrence stays a copy, also when the alarm has gone on and off since', () => {
    const one = raised({ occurrence: 'one' });
    const events: [number, CardEvent][] = [
      [0, one],
      [1, cleared({ occurrence: 'two' })],
      [2, one],
    ];
    expect(tell(events).kinds).toEqual(['moved', 'moved', 'unchanged']);
  });

  it('by a poll is judged anew each time, within one minute too', () => {
    const { card, kinds } = tell([
      [0, raised()],
      [1, held('cooling')],
      [9, raised({ source: 'poll', summary: 'by a poll' })],
      [9, held('cooling')],
      [9.5, raised({ source: 'poll' })],
    ]);
    expect(kinds.at(-1)).toBe('moved');
    expect(card).toMatchObject({ wanted: { request: 'a-1-1' }, source: 'vcenter', summary: 'vmk2 is not as it was' });
  });

  it('of what a job has mended is closed without another message', () => {
    const { card, isShown } = tell([
      [0, raised()],
      [1, started()],
      [2, ended()],
      [3, cleared()],
    ]);
    expect(card).toMatchObject({ state: 'resolved', isRaised: false, resolvedAt: at(2).toISOString() });
    expect(isShown.at(-1)).toBe(false);
  });

  it('is asked again where it was held for a person to look, and not where somebody ignores it', () => {
    const events: [number, CardEvent][] = [
      [0, raised()],
      [1, held('not-enabled')],
    ];
    expect(tell([...events, [9, raised()]]).card.wanted).toEqual({ request: 'a-1-1', as: 'rule' });
    const ignore: CardEvent = { kind: 'ignore', by: 'U1', until: at(60).toISOString() };
    expect(tell([...events, [2, ignore], [9, raised()]]).card).toMatchObject({ state: 'ignored', wanted: undefined });
  });

  it('stays with the card as far as it can hold, the newest of it', () => {
    const often = Array.from({ length: 50 }, (_, minute): [number, CardEvent] => [minute, raised()]);
    const { card } = tell(often);
    expect(card).toMatchObject({ count: 50 });
    expect(card.seen).toHaveLength(CARD_SEEN_MAX);
    expect(card.seen.at(-1)).toContain(at(49).toISOString().slice(0, 16));
    const ignored = Array.from({ length: 50 }, (_, minute): [number, CardEvent] => [
      minute + 50,
      { kind: 'ignore', by: `U${minute}`, until: at(900).toISOString() },
    ]);
    const { history } = tell([...often, ...ignored]).card;
    expect(history).toHaveLength(CARD_ENTRIES_MAX);
    expect(history.at(-1)).toMatchObject({ seq: 51, text: expect.stringContaining('U49') });
    // An alarm that is raised anew begins with the end of its last story.
    const anew = tell([...often, ...ignored, [100, cleared()], [200, raised()]]).card.history;
    expect(anew.map(({ kind }) => kind)).toEqual(['ignored', 'ignored', 'ignored', 'ignored', 'cleared', 'raised']);
  });
});

describe('the rule of an alarm', () => {
  it.each<{ action: AlarmRule['action']; isActing: boolean }>([
    { action: 'notify', isActing: false },
    { action: 'test', isActing: true },
    { action: 'repair', isActing: true },
    { action: 'enable', isActing: true },
  ])('that says $action starts a job: $isActing', ({ action, isActing }) => {
    const { card } = tell([[0, raised()]], aPolicy([aRule({ action })]));
    expect(card).toMatchObject({ action, rule: 'mend', state: 'new' });
    expect(card.wanted !== undefined).toBe(isActing);
  });

  it('is found by the place, when it is raised and when it gets worse', () => {
    const match = { cluster: ['cluster-a'], host: ['esx02*'] };
    expect(tell([[0, raised()]], aPolicy([aRule({ match })])).card.rule).toBe('mend');
    const worse = aPolicy([aRule({ match: { ...match, severity: ['critical'] } })]);
    const { card } = tell(
      [
        [0, raised({ severity: 'warning' })],
        [1, raised()],
      ],
      worse,
    );
    expect(card).toMatchObject({ rule: 'mend', episode: 2, wanted: { request: 'a-1-2' } });
  });

  it('starts nothing for a place that nobody knows, however bad it gets', () => {
    const policy = aPolicy([aRule({ match: { severity: ['critical'] } })]);
    const nowhere = (severity: AlarmSignal['severity']): CardEvent => ({
      kind: 'signal',
      signal: aSignal({ severity }),
      place: { kind: 'unplaced', why: 'nobody knows it' },
      id: 'a-1',
      fingerprint: 'f',
      channel: 'C1',
    });
    const { card } = tell(
      [
        [0, nowhere('warning')],
        [1, nowhere('critical')],
      ],
      policy,
    );
    expect(card).toMatchObject({ rule: 'mend', episode: 1, severity: 'critical', wanted: undefined });
  });
});

describe('an alarm that flaps', () => {
  const flapping: [number, CardEvent][] = [
    [0, raised()],
    [1, cleared()],
    [2, raised()],
    [3, cleared()],
  ];

  it('is suppressed with the change that is one too many, told once, and starts nothing', () => {
    const { card, isShown } = tell([...flapping, [4, raised()], [5, cleared()]]);
    expect(card).toMatchObject({ state: 'suppressed', isRaised: false, episode: 3 });
    expect(card.wanted).toBeUndefined();
    expect(isShown).toEqual([true, true, true, true, false, false]);
    expect(tell(flapping.slice(0, 3)).card.state).toBe('new');
  });

  it('is calm when nothing has changed for the time of the policy', () => {
    const look: CardEvent = { kind: 'look' };
    expect(tell([...flapping, [12.9, look]]).kinds.at(-1)).toBe('unchanged');
    const { card, isShown } = tell([...flapping, [13, look]]);
    expect(card).toMatchObject({ state: 'resolved', resolvedAt: expect.any(String), transitions: [] });
    expect(isShown.at(-1)).toBe(true);
    expect(tell([...flapping, [4, raised()], [14, look]]).card).toMatchObject({ state: 'new', isRaised: true });
  });

  it('is calm with the job that is still under way', () => {
    const events: [number, CardEvent][] = [
      [0, raised()],
      [0, started({ mode: 'ask' })],
      [1, cleared()],
      [2, raised()],
      [3, cleared()],
      [4, raised()],
    ];
    expect(tell(events).card.state).toBe('suppressed');
    expect(tell([...events, [14, { kind: 'look' }]]).card).toMatchObject({ state: 'ask', transitions: [] });
  });

  it('is not shown when it gets worse, nor when it ends, until it is calm', () => {
    const mild = flapping.map(([minute, event]): [number, CardEvent] => [
      minute,
      minute % 2 === 0 ? raised({ severity: 'warning' }) : event,
    ]);
    const worse = tell([...mild, [4, raised({ severity: 'warning' })], [5, raised()]]);
    expect(worse).toMatchObject({ card: { state: 'suppressed', severity: 'critical' } });
    expect(worse.isShown.slice(-2)).toEqual([false, false]);
    const over = tell([...flapping, [4, raised()], [30, cleared()]]);
    expect(over).toMatchObject({ card: { state: 'suppressed', isRaised: false } });
    expect(over.isShown.at(-1)).toBe(false);
  });

  it('is told in the thread when it begins and when it is calm', () => {
    const { card } = tell([...flapping, [13, { kind: 'look' }]]);
    expect(card.history.map(({ kind }) => kind)).toEqual(['raised', 'cleared', 'raised', 'suppressed', 'calm']);
    expect(card.history[3]?.text).toContain('4 changes');
  });

  it('is not what changes as often over a longer time', () => {
    const slow: [number, CardEvent][] = [
      [0, raised()],
      [5, cleared()],
      [10, raised()],
      [15, cleared()],
    ];
    expect(tell(slow).card).toMatchObject({
      state: 'resolved',
      transitions: [at(10).toISOString(), at(15).toISOString()],
    });
  });
});

describe('a person who ignores it', () => {
  const ignore: CardEvent = { kind: 'ignore', by: 'U1', until: at(60).toISOString() };

  it('stops what was wanted, until then', () => {
    const { card } = tell([
      [0, raised()],
      [1, ignore],
    ]);
    expect(card).toMatchObject({ state: 'ignored', ignored: { by: 'U1', until: at(60).toISOString() } });
    expect(card.wanted).toBeUndefined();
    expect(card.history.at(-1)).toMatchObject({ kind: 'ignored', text: expect.stringContaining('U1') });
  });

  it('hears of it again afterwards, where it is still so', () => {
    const look: CardEvent = { kind: 'look' };
    expect(
      tell([
        [0, raised()],
        [1, ignore],
        [59, look],
      ]).kinds.at(-1),
    ).toBe('unchanged');
    expect(
      tell([
        [0, raised()],
        [1, ignore],
        [60, look],
      ]).card,
    ).toMatchObject({ state: 'new', ignored: undefined });
    expect(
      tell([
        [0, raised()],
        [1, started({ mode: 'ask' })],
        [2, ignore],
        [60, look],
      ]).card.state,
    ).toBe('ask');
  });

  it('hears nothing of what is over by then', () => {
    const { card, kinds } = tell([
      [0, raised()],
      [1, ignore],
      [2, cleared()],
      [60, { kind: 'look' }],
    ]);
    expect(kinds.at(-1)).toBe('unchanged');
    expect(card.history.at(-1)).toMatchObject({ kind: 'cleared' });
    const still = tell([
      [0, raised()],
      [1, ignore],
      [60, { kind: 'look' }],
    ]);
    expect(still.card.history.at(-1)).toMatchObject({ kind: 'calm' });
  });

  it('does not hear of it when it is raised anew meanwhile', () => {
    const again: [number, CardEvent][] = [
      [0, raised()],
      [1, ignore],
      [2, cleared()],
      [30, raised()],
    ];
    expect(tell(again)).toMatchObject({
      card: { state: 'ignored', wanted: undefined },
      isShown: [true, true, true, false],
    });
    expect(tell([...again.slice(0, 3), [60, raised()]]).card).toMatchObject({ state: 'new', wanted: { as: 'rule' } });
  });
});

describe('settled', () => {
  const settle: CardEvent = { kind: 'settle' };
  it.each<{ what: string; events: [number, CardEvent][]; is: boolean }>([
    {
      what: 'is what is over',
      events: [
        [0, raised()],
        [1, cleared()],
      ],
      is: true,
    },
    { what: 'is not what is raised', events: [[0, raised()]], is: false },
    {
      what: 'is not what has an open job',
      events: [
        [0, raised()],
        [1, started()],
        [2, cleared()],
      ],
      is: false,
    },
    { what: 'is what its rule ignores', events: [[0, raised({ alarm: 'noise' })]], is: true },
    {
      what: 'is not what a person ignores for a time',
      events: [
        [0, raised()],
        [1, { kind: 'ignore', by: 'U1', until: at(60).toISOString() }],
      ],
      is: false,
    },
  ])('$what', ({ events, is }) => {
    const { card } = tell(events);
    const once = decideCard(card, settle, POLICY, at(9));
    expect(once.kind).toBe(is ? 'moved' : 'unchanged');
    if (once.kind !== 'moved') return;
    expect(once).toMatchObject({ isShown: false, card: { isSettled: true, version: card.version + 1 } });
    expect(isCardOpen(once.card)).toBe(false);
    expect(versionToShow(once.card)).toBe(card.version);
    expect(decideCard(once.card, settle, POLICY, at(9)).kind).toBe('unchanged');
  });

  it('is nothing any more that happens again', () => {
    const { card } = tell([
      [0, raised()],
      [1, cleared()],
      [2, settle],
      [30, raised()],
    ]);
    expect(isCardOpen(card)).toBe(true);
    expect(versionToShow(card)).toBe(card.version);
  });
});

describe('nobody says the end of', () => {
  const look: CardEvent = { kind: 'look' };
  const day = 24 * 60;
  it.each<{ what: string; signal: Partial<AlarmSignal>; minute: number; state: string }>([
    {
      what: 'what logs found, a day after its last report',
      signal: { source: 'logs' },
      minute: day,
      state: 'resolved',
    },
    { what: 'what logs found, before that', signal: { source: 'logs' }, minute: day - 1, state: 'new' },
    { what: 'a host that joined', signal: { event: 'HostAddedEvent' }, minute: day, state: 'resolved' },
    { what: 'a migration that failed', signal: { event: 'VmFailedMigrateEvent' }, minute: day, state: 'resolved' },
    { what: 'an alarm of that name, which vCenter clears', signal: { alarm: 'Host added' }, minute: day, state: 'new' },
    { what: 'another event', signal: { event: 'esx.problem.net.gateway.set.failed' }, minute: day, state: 'new' },
  ])('$what: $state', ({ signal, minute, state }) => {
    const { card } = tell(
      [
        [0, raised(signal)],
        [minute, look],
      ],
      aPolicy(),
    );
    expect(card).toMatchObject({ state, isRaised: state === 'new' });
    expect(card.history.at(-1)).toMatchObject({ kind: state === 'new' ? 'raised' : 'resolved' });
  });

  it('what somebody works on, or is about to', () => {
    const logs = raised({ source: 'logs' });
    expect(
      tell([
        [0, logs],
        [day, look],
      ]).card,
    ).toMatchObject({ state: 'new', wanted: {} });
    expect(
      tell([
        [0, logs],
        [1, held('cooling')],
        [day, look],
      ]).card,
    ).toMatchObject({ state: 'resolved', held: undefined });
    expect(
      tell([
        [0, logs],
        [1, started()],
        [day, look],
      ]).card.state,
    ).toBe('auto');
    expect(
      tell([
        [0, logs],
        [1, started()],
        [2, ended()],
        [day, look],
      ]).kinds.at(-1),
    ).toBe('unchanged');
  });
});

it('has a first report that is ignored, and never shown', () => {
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
