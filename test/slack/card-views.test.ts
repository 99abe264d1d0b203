import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateBlocks } from '../../infra/lab/slack/validate-blocks.ts';
import { CARD_STATES, type AlarmCard } from '../../shared/domain/card.ts';
import { renderCard, renderCardCopy, renderCardEntries } from '../../shared/slack/views/card.ts';
import { aCard } from '../support/a-card.ts';
import { aJob } from '../support/builders.ts';

const NOW = new Date('2026-01-02T03:14:05.000Z');
const EVIL = [
  '<!channel>',
  '<@U0ANN>',
  '<https://evil.example|click>',
  '`',
  '*bold*',
  '&',
  '\u202e',
  '```',
  '\n# x',
  '😀',
];

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...EVIL), fc.string({ unit: 'grapheme', maxLength: 400 })), { maxLength: 12 })
  .map((parts) => parts.join(' '));

const cards: fc.Arbitrary<AlarmCard> = fc
  .record({
    state: fc.constantFrom(...CARD_STATES),
    alarm: hostile,
    summary: hostile,
    event: fc.option(hostile, { nil: undefined }),
    user: fc.option(hostile, { nil: undefined }),
    rule: fc.option(fc.constant('mend'), { nil: undefined }),
    unplaced: fc.option(
      hostile.map((why) => ({ why, host: { name: why } })),
      { nil: undefined },
    ),
    host: fc.option(
      hostile.map((name) => ({ name })),
      { nil: undefined },
    ),
    why: fc.array(hostile, { maxLength: 4 }),
    entries: fc.array(hostile, { maxLength: 40 }),
  })
  .map(({ why, entries, ...change }) =>
    aCard({
      ...change,
      status: { from: change.alarm, to: change.summary },
      held: { verdict: 'limited', why, at: '2026-01-02T03:04:05.000Z' },
      history: entries.map((text, index) => ({ seq: index + 1, at: '2026-01-02T03:04:05.000Z', kind: 'held', text })),
      ...(change.unplaced === undefined ? {} : { cluster: undefined }),
    }),
  );

describe('a card', () => {
  it('always stays within what Slack takes, whatever the alarm says', () => {
    fc.assert(
      fc.property(cards, (card) => {
        const message = renderCard(card, aJob({ state: 'awaiting-approval' }), NOW);
        expect(validateBlocks(message.blocks)).toEqual([]);
        expect(message.text.length).toBeLessThanOrEqual(3000);
        for (const { text } of renderCardEntries(card.history)) expect(text.length).toBeLessThanOrEqual(3000);
        expect(validateBlocks(renderCardCopy(card, 'C1').blocks)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('can not be made to mention anybody or to link anywhere', () => {
    fc.assert(
      fc.property(cards, (card) => {
        const message = renderCard(card, undefined, NOW);
        const copy = renderCardCopy(card, 'C0VSPHERE');
        const replies = renderCardEntries(card.history).map(({ text }) => text);
        const read = [message.text, copy.text, ...replies, ...mrkdwnOf(message.blocks), ...mrkdwnOf(copy.blocks)];
        for (const text of read) expect(text).not.toMatch(/<!channel>|<@U0ANN>|<https:/);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    { state: 'new', text: /^NEW CRITICAL - vMotion network lost on esx02\.lab\.local/ },
    { state: 'ask', text: /^ASK - / },
    { state: 'auto', text: /^AUTO - |^AUTO, at work - / },
    { state: 'resolved', text: /^RESOLVED - / },
    { state: 'suppressed', text: /^SUPPRESSED - / },
    { state: 'limited', text: /^LIMITED - / },
    { state: 'ignored', text: /^IGNORED - / },
  ] as const)('begins with the word for $state', ({ state, text }) => {
    expect(renderCard(aCard({ state }), undefined, NOW).text).toMatch(text);
  });

  it('has buttons for what can be done, and the same to type', () => {
    const open = JSON.stringify(renderCard(aCard(), undefined, NOW));
    for (const action of ['card-fix', 'card-plan', 'card-explain', 'card-ignore']) expect(open).toContain(action);
    expect(open).toContain('a-0123456789|60');
    expect(open).toContain('/vmotion alarm fix a-0123456789');
    expect(JSON.stringify(renderCard(aCard({ state: 'resolved' }), undefined, NOW))).not.toContain('card-fix');
    const cable = aCard({ alarm: 'Network uplink redundancy lost' });
    expect(JSON.stringify(renderCard(cable, undefined, NOW))).not.toContain('card-fix');
  });
});

/** Every text in which Slack reads mentions and links. */
function mrkdwnOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnOf)];
}
