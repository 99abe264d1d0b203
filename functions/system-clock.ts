import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../shared/ports.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  async sleep(ms, signal) {
    // It rejects when nobody waits any more, which is no failure.
    await delay(ms, undefined, { signal }).catch((error: unknown) => {
      if (signal?.aborted !== true) throw error;
    });
  },
};
