// Alarms that begin and never end: who sends them says that something happened, and never that it is over.
import { meaningOf } from './alarm-meaning.ts';
import { type AlarmCard, isJobOpen } from './card.ts';

/** So long after its last report such a card is closed. */
export const SILENCE_HOURS = 24;

/** VCF Operations for Logs reports what it finds in logs and nothing else; a host that joined and a migration that failed
 * are no states that could pass. */
export function isNeverCleared(card: Pick<AlarmCard, 'source' | 'alarm' | 'event'>): boolean {
  if (card.source === 'logs') return true;
  const meaning = meaningOf(card);
  return card.event !== undefined && (meaning === 'host-added' || meaning === 'migration-failed');
}

/** Whether nobody has reported it for so long that it counts as over. Never while something is done about it, or while a
 * person ignores it. */
export function isSilent(card: AlarmCard, now: Date): boolean {
  const isWaiting = card.state === 'new' || card.state === 'limited';
  if (!card.isRaised || !isWaiting || isJobOpen(card) || card.wanted !== undefined) return false;
  return isNeverCleared(card) && now.getTime() - Date.parse(card.lastSeenAt) >= SILENCE_HOURS * 3_600_000;
}
