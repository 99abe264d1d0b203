// What every move of a card has in common.
import { type AlarmCard, CARD_ENTRIES_MAX, type CardEntryKind } from './card.ts';
import type { CardDecision } from './card-event.ts';

/** `entry`: a line for the card's thread. */
export type Move = { change: Partial<AlarmCard>; entry?: [CardEntryKind, string]; isShown?: boolean };

/** The card's next version. It is looked after again, and shown unless said otherwise. */
export function moved(card: AlarmCard, now: Date, { change, entry, isShown = true }: Move): CardDecision {
  const seq = (card.history.at(-1)?.seq ?? 0) + 1;
  const added = entry === undefined ? [] : [{ seq, at: now.toISOString(), kind: entry[0], text: entry[1] }];
  const history = [...card.history, ...added].slice(-CARD_ENTRIES_MAX);
  return {
    kind: 'moved',
    card: { ...card, ...change, history, isSettled: undefined, version: card.version + 1 },
    isShown,
  };
}

/** The state of a card whose job is open. */
export function stateOfJob({ job }: AlarmCard): 'ask' | 'auto' {
  return job?.mode === 'ask' ? 'ask' : 'auto';
}
