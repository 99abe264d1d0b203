// What can happen to a process that runs a function. Every decision is drawn from the seed.
import type { VirtualClock } from '../support/virtual-clock.ts';
import type { Random } from '../support/random.ts';
import type { Chances } from './chances.ts';

/** Chances per call, unless said otherwise. Zero everywhere: calm weather. */
export type Weather = {
  crash: number;
  /** A process that stands still (a garbage collection, a frozen machine) before a call to table, queue or chat. */
  pause: number;
  loseAnswer: number;
  refuseConnection: number;
  /** vCenter answers with a fault, before or after the effect, or with something that is no answer of its. */
  fault: number;
  /** A turn: vCenter restarts, or a host does. */
  outage: number;
  /** The table, a queue or Slack fails, before it did something or after. */
  service: number;
  /** Messages come minutes later. */
  delay: number;
  /** How far the clock of a process may be from the others', and may jump once, in milliseconds. */
  skewMs: number;
};

export const CALM: Weather = {
  crash: 0,
  pause: 0,
  loseAnswer: 0,
  refuseConnection: 0,
  fault: 0,
  outage: 0,
  service: 0,
  delay: 0,
  skewMs: 0,
};

/** Longer than a lease, and than a message is invisible: what it does afterwards, it does as somebody who was declared
 * dead. */
const PAUSE_MS = 240_000;

/** One run of a function. Once dead, nothing it does has an effect any more. */
export type Process = { isDead: boolean; isCrashed: boolean; clock: VirtualClock };

/** The process is gone in the middle of a call. Nobody catches it but the driver. */
export class Crash extends Error {}

/** `reach`: notes for the coverage that something was reached. `lose`: that the answer of this port may be lost, so that
 * what it did may be done once more. */
export type Fate = {
  chances: Chances;
  random: Random;
  weather: () => Weather;
  clock: VirtualClock;
  story: (line: string) => void;
  reach: (what: string) => void;
  lose: (port: string) => void;
};

const JUMP_AFTER_MS = 60_000;

export function createProcess(fate: Fate): Process {
  return { isDead: false, isCrashed: false, clock: clockOf(fate) };
}

/** Clocks of machines are seconds apart; now and then one is set anew, by more than that. */
function clockOf({ chances, random, weather, clock, story }: Fate): VirtualClock {
  const { skewMs } = weather();
  const ahead = () => Math.round((random.next() * 2 - 1) * skewMs);
  if (!chances.happens('skew', skewMs > 0 ? 0.3 : 0)) return clock;
  const skew = ahead();
  const jumpsAt = chances.happens('jump', 0.2) ? clock.now().getTime() + random.below(JUMP_AFTER_MS) : undefined;
  const jump = jumpsAt === undefined ? 0 : ahead() * 10;
  story(`a clock is ${skew} ms ahead${jump === 0 ? '' : `, and jumps by ${jump} ms`}`);
  const offset = (now: number) => skew + (jumpsAt !== undefined && now >= jumpsAt ? jump : 0);
  return { ...clock, now: () => new Date(clock.now().getTime() + offset(clock.now().getTime())) };
}

/** Sends to the queue are few, and what is lost between a checkpoint and its message is the hardest to find again. */
const QUEUE_FACTOR = 20;

export function mayDie(process: Process, fate: Fate, where: string): void {
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
      const where = `${name}.${String(key)}`;
      return async (...values: unknown[]) => {
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
