import { isSameHost } from '../domain/alarm-place.ts';
import type { AlarmCard } from '../domain/card.ts';
import type { TriggeredAlarm } from '../domain/triggered-alarm.ts';
import { moveCard } from './move-card.ts';
import { placeOf } from './act-on-card.ts';
import type { EdgeParts } from './parts.ts';

const CARDS_MAX = 200;

/**
 * What vCenter itself shows as triggered is the truth about its alarms: a card of one that is not there any more has
 * lost the message that cleared it. Cards of events and of other products are left alone, and so is what came after the
 * read.
 */
export async function clearGoneAlarms(
  parts: EdgeParts,
  { cluster, triggered, readAt }: { cluster: string; triggered: TriggeredAlarm[]; readAt: Date },
): Promise<void> {
  const isThere = (card: AlarmCard) =>
    triggered.some(
      ({ alarm, entity, status }) =>
        status !== 'green' &&
        alarm.name.toLowerCase() === card.alarm.toLowerCase() &&
        (card.host === undefined || isSameHost(entity.name, card.host.name)),
    );
  for (const card of await parts.store.cards.listByCluster(cluster, CARDS_MAX)) {
    const isOlder = card.raisedAt < readAt.toISOString();
    if (!card.isRaised || !isOlder || !isOfVcenter(card) || isThere(card)) continue;
    const { id, fingerprint, channel, alarm, severity, host } = card;
    const at = readAt.toISOString();
    const signal = { source: 'poll', alarm, state: 'cleared', severity, host, summary: card.summary, at } as const;
    await moveCard(parts, id, { kind: 'signal', signal, place: placeOf(card), id, fingerprint, channel });
  }
}

function isOfVcenter({ source, event }: AlarmCard): boolean {
  return event === undefined && (source === 'vcenter' || source === 'poll' || source === 'cloudevents');
}
