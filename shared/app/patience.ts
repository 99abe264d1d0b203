import { OpsError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** Longer than this a function that others wait for must not sleep. */
const WAIT_MAX_MS = 5000;
const TRIES_MAX = 3;

/** The call, repeated when Slack asks to wait and says for how short a time. Only a call that Slack refused unread is
 * repeated; whatever else went wrong, and a longer wait, is thrown: then the message comes again from its queue. */
export async function withPatience<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      const waitMs = error instanceof OpsError ? error.retryAfterMs : undefined;
      if (waitMs === undefined || waitMs > WAIT_MAX_MS || tries >= TRIES_MAX) throw error;
      await clock.sleep(waitMs);
    }
  }
}
