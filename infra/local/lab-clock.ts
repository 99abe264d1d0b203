import { systemClock } from '../../functions/system-clock.ts';
import type { Clock } from '../../shared/ports.ts';
import type { Latency } from './cli-options.ts';

const SHORTEST_MS = 20;
const TIMES_FASTER = 50;

/** The worker's clock beside the lab's vCenter. Its hosts change from read to read, not from second to second, so
 * without latency the pauses between two reads are cut short; the time itself is the machine's. */
export function createLabClock(latency: Latency): Clock {
  if (latency === 'real') return systemClock;
  return {
    ...systemClock,
    sleep: (ms) => systemClock.sleep(Math.min(ms, Math.max(SHORTEST_MS, ms / TIMES_FASTER))),
  };
}
