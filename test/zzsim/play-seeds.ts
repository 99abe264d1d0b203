// Plays seeds on all processors. Each seed's run is its own, so that their order changes nothing in any of them.
/* oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin */
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { type Outcome, simulate } from './simulate.ts';

/** Calls `onOutcome` for each seed as it ends. Rejects when a thread breaks. */
export async function playSeeds(
  range: { from: number; count: number },
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const seeds = Array.from({ length: range.count }, (_, index) => range.from + index).values();
  const threads = Math.min(range.count, availableParallelism());
  // One seed needs no thread, and is easier to look into without.
  if (threads === 1) {
    for (const seed of seeds) onOutcome(await simulate(seed));
    return;
  }
  await Promise.all(Array.from({ length: threads }, () => playInThread(seeds, onOutcome)));
}

function playInThread(seeds: Iterator<number>, onOutcome: (outcome: Outcome) => void): Promise<void> {
  const thread = new Worker(new URL(import.meta.url));
  const playNext = () => {
    const next = seeds.next();
    thread.postMessage(next.done === true ? null : next.value);
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
  parentPort?.on('message', (seed: number | null) => {
    if (seed === null) parentPort?.close();
    else void simulate(seed).then((outcome) => parentPort?.postMessage(outcome));
  });
}
