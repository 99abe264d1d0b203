import type { AlarmCard } from '../domain/card.ts';
import { decideCard } from '../domain/card-decide.ts';
import type { CardDecision, CardEvent } from '../domain/card-event.ts';
import { policyOf } from '../domain/alarm-defaults.ts';
import { OpsError } from '../errors.ts';
import type { EdgeParts } from './parts.ts';
import { retryConflict } from './retry-conflict.ts';

type MoveParts = Pick<EdgeParts, 'settings' | 'store' | 'queue' | 'clock' | 'ids'>;

/** The card as it is after the event; undefined where there is none and the event makes none. */
export type MovedCard = { card: AlarmCard | undefined; decision: CardDecision };

/**
 * Applies an event to a card's row: row first, notice second. Two writers at one card take turns. A notice that is lost
 * is sent again by the clock.
 */
export async function moveCard(parts: MoveParts, id: string, event: CardEvent): Promise<MovedCard> {
  const { store, queue, clock, settings } = parts;
  const moved = await retryConflict(parts, async (): Promise<MovedCard> => {
    const card = await store.cards.find(id);
    const decision = decideCard(card, event, policyOf(settings), clock.now());
    if (decision.kind === 'unchanged') return { card, decision };
    if (card !== undefined) await store.cards.save(decision.card);
    else if (!(await store.cards.create(decision.card))) throw createdMeanwhile(id);
    return { card: decision.card, decision };
  });
  const { decision } = moved;
  if (decision.kind === 'moved' && decision.isShown) {
    await queue.sendNotice({ card: decision.card.id, version: decision.card.version, attempt: 0 });
  }
  return moved;
}

function createdMeanwhile(id: string): OpsError {
  return new OpsError('write-conflict', `The card ${id} was made by another alarm at the same moment.`, {
    retry: 'later',
    remedy: 'Nothing to do: it is read and tried again.',
  });
}
