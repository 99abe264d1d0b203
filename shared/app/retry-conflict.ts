import { OpsError } from '../errors.ts';
import type { Clock, Ids } from '../ports.ts';

const ATTEMPTS_MAX = 12;
const WAIT_MIN_MS = 5;
const WAIT_MAX_MS = 400;

/** Does the work again while another writer was faster, each time after a longer wait that no two writers share. Throws
 * the last `write-conflict` when a dozen attempts were not enough. */
export async function retryConflict<T>(
  { clock, ids }: { clock: Pick<Clock, 'sleep'>; ids: Ids },
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isConflict = error instanceof OpsError && error.code === 'write-conflict';
      if (!isConflict || attempt >= ATTEMPTS_MAX) throw error;
      await clock.sleep(jitterMs(ids, attempt));
    }
  }
}

function jitterMs(ids: Ids, attempt: number): number {
  const most = Math.min(WAIT_MAX_MS, WAIT_MIN_MS * 2 ** attempt);
  const share = Number.parseInt(ids.next(4), 36) / 36 ** 4;
  return Math.ceil(most * share);
}
