// What can happen to a process that runs a function. Every decision is drawn from the seed.
import type { VirtualClock } from '../support/virtual-clock.ts';
import type { Random } from '../support/random.ts';
import type { Chances } from './chances.ts';
import { VISIBILITY_MS } from './queues.ts';

/** Chances per call, unless said otherwise. Zero everywhere: calm weather. */
export type Weather = {
  crash: number;
  /** A process that stands still (a garbage collection, a frozen machine) before a call to table, queue or chat. */
  pause: number;
  loseAnswer: number;
  refuseConnection: number;
  /** vCenter answers with a fault, before or after the effect, or with something that is no answer of its. */
  fault: number;
  /** A write: it answers with one of the faults that it is prone to. */
  prone: number;
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
  prone: 0,
  outage: 0,
  service: 0,
  delay: 0,
  skewMs: 0,
};

/** Longer than a lease, and than a message is invisible: what it does afterwards, it does as somebody who was declared
 * dead. */
const PAUSE_MS = 240_000;
/** How long after its message was given to another one it mostly wakes: that one is at work then. */
const LATE_MS = 60_000;

/** One run of a function. Once dead, nothing it does has an effect any more. */
export type Process = {
  isDead: boolean;
  isCrashed: boolean;
  clock: VirtualClock;
  /** By a clock that is right, in milliseconds. */
  begunAt: number;
  /** It stands still until then, but for calls to vCenter that are on their way: nothing can call those back. */
  wakesAt: number;
};

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
  return { isDead: false, isCrashed: false, clock: clockOf(fate), begunAt: fate.clock.now().getTime(), wakesAt: 0 };
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

/** `times`: how much likelier than elsewhere. */
export async function mayPause(process: Process, fate: Fate, where: string, times: number): Promise<void> {
  if (fate.chances.happens('pause', fate.weather().pause * times)) {
    fate.story(`pause ${where}`);
    process.wakesAt = chooseWaking(process, fate);
  }
  await standStill(process, fate);
}

function chooseWaking({ begunAt }: Process, { clock, random }: Fate): number {
  const now = clock.now().getTime();
  const overtakenAt = Math.max(now, begunAt + VISIBILITY_MS);
  return random.chance(0.7) ? overtakenAt + random.below(LATE_MS) : now + PAUSE_MS;
}

/** Until it wakes. */
async function standStill({ wakesAt }: Process, { clock }: Fate): Promise<void> {
  const leftMs = wakesAt - clock.now().getTime();
  if (leftMs > 0) await clock.sleep(leftMs);
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
        await mayPause(process, fate, `before ${where}`, 1);
        const answer: unknown = await Reflect.apply(value, target, values);
        mayDie(process, fate, `after ${where}`);
        return answer;
      };
    },
  });
}
