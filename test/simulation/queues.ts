// Queues as SQS has them: FIFO groups, at least once, invisible while a function is at work on a message.
import type { VirtualClock } from '../support/virtual-clock.ts';

/** As the queue is set up: how long a message is invisible, and how often it is delivered. */
export const VISIBILITY_MS = 180_000;
export const RECEIVES_MAX = 3;

/** `receives`: also the receipt of whoever is at work on it: an older one removes nothing. */
export type Queued<T> = { message: T; visibleAt: number; receives: number; isInFlight: boolean };

/** The head of each group that is visible. Whoever is still at work on it after its time is overtaken. */
export function heads<T>(all: Queued<T>[], groupOf: (message: T) => string, clock: VirtualClock): Queued<T>[] {
  const groups = Map.groupBy(all, (item) => groupOf(item.message));
  return [...groups.values()].flatMap((items) => {
    const now = clock.now().getTime();
    if (items.some((item) => item.isInFlight && item.visibleAt > now)) return [];
    const [head] = items;
    return head !== undefined && head.visibleAt <= now ? [head] : [];
  });
}

export function put<T>(all: Queued<T>[], message: T, visibleAt: number): void {
  all.push({ message, visibleAt, receives: 0, isInFlight: false });
}
