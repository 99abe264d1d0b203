// What can happen to a worker and to what it talks to. Every decision is drawn from the seed.
import type { Store } from '../../shared/ports.ts';
import { lostAnswer, notSent, type Wire } from '../support/lab-transport.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import type { Chances } from './chances.ts';

/** Chances per call. Zero everywhere: calm weather. */
export type Weather = {
  crash: number;
  /** A process that stands still (a garbage collection, a frozen machine) before a write to the table. */
  pause: number;
  loseAnswer: number;
  refuseConnection: number;
};

export const CALM: Weather = { crash: 0, pause: 0, loseAnswer: 0, refuseConnection: 0 };

/** Longer than a lease: what it does afterwards, it does as somebody who was declared dead. */
const PAUSE_MS = 240_000;

/** One run of a function. Once dead, nothing it does has an effect any more. */
export type Process = { isDead: boolean; isCrashed: boolean };

/** The process is gone in the middle of a call. Nobody catches it but the driver. */
export class Crash extends Error {}

export type Fate = { chances: Chances; weather: () => Weather; clock: VirtualClock; story: (line: string) => void };

export function createProcess(): Process {
  return { isDead: false, isCrashed: false };
}

/** Sends to the queue are few, and what is lost between a checkpoint and its message is the hardest to find again. */
const QUEUE_FACTOR = 20;

function mayDie(process: Process, fate: Fate, where: string): void {
  if (process.isDead) throw new Crash(where);
  const factor = where.includes(' queue.') ? QUEUE_FACTOR : 1;
  if (!fate.chances.happens('crash', fate.weather().crash * factor)) return;
  process.isDead = true;
  process.isCrashed = true;
  fate.story(`crash ${where}`);
  throw new Crash(where);
}

/** The same port, as a process uses it that may die before or after any call, or stand still before one. */
export function mortal<T extends object>(port: T, process: Process, fate: Fate, name: string): T {
  return new Proxy(port, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof value !== 'function') return value;
      return async (...values: unknown[]) => {
        const where = `${name}.${String(key)}`;
        mayDie(process, fate, `before ${where}`);
        if (fate.chances.happens('pause', fate.weather().pause)) {
          fate.story(`pause before ${where}`);
          await fate.clock.sleep(PAUSE_MS);
        }
        const answer: unknown = await Reflect.apply(value, target, values);
        mayDie(process, fate, `after ${where}`);
        return answer;
      };
    },
  });
}

export function mortalStore(store: Store, process: Process, fate: Fate): Store {
  const rows = Object.entries(store).map(([name, port]) => [name, mortal(port, process, fate, name)]);
  return Object.fromEntries(rows) as Store;
}

/** The way to vCenter: a request may not leave, its answer may be lost, and the process may die around it. */
export function badWire(process: Process, fate: Fate): Wire {
  return {
    before() {
      mayDie(process, fate, 'before a SOAP call');
      if (!fate.chances.happens('refused-connection', fate.weather().refuseConnection)) return;
      fate.story('connection refused');
      throw notSent();
    },
    after() {
      mayDie(process, fate, 'after a SOAP call');
      if (!fate.chances.happens('lost-answer', fate.weather().loseAnswer)) return;
      fate.story('answer lost');
      throw lostAnswer();
    },
  };
}
