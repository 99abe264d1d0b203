// Plays seeds on several processors. Each seed's run is its own, so that their order changes nothing in any of them.
/* oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin */
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { type Outcome, simulate } from './simulate.ts';

/** `isWhole`: with the log and every call, which are long. */
export type Play = { without: readonly string[]; isWhole: boolean };
type Order = Play & { seed: number };

/** Calls `onOutcome` for each seed as it ends. Rejects when a thread breaks. */
export async function playSeeds(
  range: { from: number; count: number; workers?: number } & Partial<Play>,
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const seeds = Array.from({ length: range.count }, (_, index) => range.from + index).values();
  const play: Play = { without: range.without ?? [], isWhole: range.isWhole ?? false };
  const threads = Math.min(range.count, range.workers ?? availableParallelism());
  // One seed needs no thread, and is easier to look into without.
  if (threads === 1) {
    for (const seed of seeds) onOutcome(await playOne({ ...play, seed }));
    return;
  }
  await Promise.all(Array.from({ length: threads }, () => playInThread(seeds, play, onOutcome)));
}

async function playOne({ seed, without, isWhole }: Order): Promise<Outcome> {
  const outcome = await simulate(seed, without);
  return isWhole ? outcome : { ...outcome, log: [], calls: [] };
}

function playInThread(seeds: Iterator<number>, play: Play, onOutcome: (outcome: Outcome) => void): Promise<void> {
  const thread = new Worker(new URL(import.meta.url));
  const playNext = () => {
    const next = seeds.next();
    const order: Order | null = next.done === true ? null : { ...play, seed: next.value };
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
    else void playOne(order).then((outcome) => parentPort?.postMessage(outcome));
  });
}
