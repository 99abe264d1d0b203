import type { Moref } from '../domain/inventory.ts';
import type { VcenterEvent } from '../domain/vcenter-event.ts';
import { decodeName } from './inventory-path.ts';
import type { ReadBudget } from './read-budget.ts';
import type { Session } from './session.ts';
import type { Vim } from './vim.ts';

type AnyEvent = Vim<'Event'> & { _type?: string };

/** vCenter refuses to be asked for more at once, and answers with fewer where it is not told. */
const PAGE_LARGEST = 1_000;

/** `byUsers`: only what a person or a program did under its own name, not what vCenter and its hosts tell of. */
export type EventsWanted = { since: Date; max: number; byUsers?: boolean | undefined };

/**
 * Events of these entities and of all below them since then, the oldest first; of more than `max` the newest ones.
 * EventManager.QueryEvents: one call an entity, and one more for every thousand events. Whoever may not see an entity's
 * events (System.View) is answered with none.
 */
export async function readEvents(session: Session, entities: Moref[], want: EventsWanted): Promise<VcenterEvent[]> {
  const { eventManager } = session.content;
  if (eventManager === undefined) return [];
  const found = new Map<number, VcenterEvent>();
  const budget = session.createReadBudget();
  for (const entity of entities) {
    const events = await readBackwards(session, { eventManager, entity, budget }, want);
    for (const event of events) found.set(event.key, toVcenterEvent(event));
  }
  return [...found.values()].sort((a, b) => a.key - b.key).slice(-want.max);
}

/** vCenter answers with the newest events of a span, so the span ends earlier each time. */
async function readBackwards(
  session: Session,
  { eventManager, entity, budget }: { eventManager: Moref; entity: Moref; budget: ReadBudget },
  { since, max, byUsers }: EventsWanted,
): Promise<AnyEvent[]> {
  const read = new Map<number, AnyEvent>();
  let endTime: string | undefined;
  for (;;) {
    const maxCount = Math.min(PAGE_LARGEST, max);
    const filter = {
      entity: { entity, recursion: 'all' },
      time: { beginTime: since.toISOString(), endTime },
      // Without names: all regular users.
      userName: byUsers === true ? { systemUser: false } : undefined,
      disableFullMessage: false,
      maxCount,
    };
    const page = await session.call('QueryEvents', eventManager, { filter }, { budget });
    const before = read.size;
    for (const event of page) read.set(event.key, event);
    const isAll = page.length < maxCount || read.size >= max || read.size === before;
    if (isAll) return [...read.values()];
    endTime = page.map((event) => event.createdTime).sort((a, b) => Date.parse(a) - Date.parse(b))[0];
  }
}

function toVcenterEvent(event: AnyEvent): VcenterEvent {
  const { key, createdTime, userName, host, fullFormattedMessage } = event;
  const { eventTypeId, message, info } = event as Partial<Vim<'EventEx'> & Vim<'TaskEvent'>>;
  return {
    key,
    type: eventTypeId ?? event._type ?? 'Event',
    at: createdTime,
    user: userName === '' ? undefined : userName,
    host: host === undefined ? undefined : { name: decodeName(host.name), moref: host.host },
    task: info?.descriptionId,
    message: (fullFormattedMessage ?? message ?? '').trim(),
  };
}
