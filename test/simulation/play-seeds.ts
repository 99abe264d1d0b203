// Plays seeds on all processors. Each seed's run is its own, so that their order changes nothing in any of them.
/* oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin */
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { type Outcome, simulate } from './simulate.ts';

type Order = { seed: number; without: readonly string[] };

/** Calls `onOutcome` for each seed as it ends. Rejects when a thread breaks. */
export async function playSeeds(
  range: { from: number; count: number; without?: readonly string[] },
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const seeds = Array.from({ length: range.count }, (_, index) => range.from + index).values();
  const { without = [] } = range;
  const threads = Math.min(range.count, availableParallelism());
  // One seed needs no thread, and is easier to look into without.
  if (threads === 1) {
    for (const seed of seeds) onOutcome(await simulate(seed, without));
    return;
  }
  await Promise.all(Array.from({ length: threads }, () => playInThread(seeds, without, onOutcome)));
}

function playInThread(
  seeds: Iterator<number>,
  without: readonly string[],
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const thread = new Worker(new URL(import.meta.url));
  const playNext = () => {
    const next = seeds.next();
    const order: Order | null = next.done === true ? null : { seed: next.value, without };
    thread.postMessage(order);
  };
  return new Promise((resolve, reject) => {
    thread.on('message', (outcome: Outcome) => {
      onOutcome(outcome);
      playNext();
    });
    thread.once('error', reject);
    thread.once('exit', () => resolve());
    playNext();
  });
}

if (!isMainThread) {
  parentPort?.on('message', (order: Order | null) => {
    if (order === null) parentPort?.close();
    else void simulate(order.seed, order.without).then((outcome) => parentPort?.postMessage(outcome));
  });
}
