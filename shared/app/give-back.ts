// What a slice holds is given back even where the table is away for some seconds: else nobody has it until it expires.
import type { Clock } from '../ports.ts';

/** A slice's deadline leaves ten seconds. */
const PATIENCE_MS = 7000;
const PAUSE_MS = 500;
/** For clocks that are set back meanwhile. */
const TRIES_MAX = 500;

/** Runs `give`, again for some seconds while it fails. Answers the last failure, or nothing; never throws. */
export async function giveBack(clock: Clock, give: () => Promise<void>): Promise<{ failure?: unknown }> {
  const until = clock.now().getTime() + PATIENCE_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      await give();
      return {};
    } catch (failure) {
      if (tries >= TRIES_MAX || clock.now().getTime() >= until) return { failure };
      await clock.sleep(PAUSE_MS);
    }
  }
}
