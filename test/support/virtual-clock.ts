import type { Clock } from '../../shared/ports.ts';

/** `advance` lets time pass, waking sleepers on the way. Sleepers otherwise wake as soon as nobody else has work. */
export type VirtualClock = Clock & { advance(ms: number): Promise<void> };

type Sleeper = { at: number; order: number; wake: () => void };

/** A clock whose time passes only when everybody waits for it, so that hours take milliseconds and runs repeat. */
export function createVirtualClock(start = '2026-01-02T03:04:05.000Z'): VirtualClock {
  let nowMs = new Date(start).getTime();
  let order = 0;
  let isScheduled = false;
  const sleepers: Sleeper[] = [];

  const wakeNext = () => {
    isScheduled = false;
    sleepers.sort((a, b) => a.at - b.at || a.order - b.order);
    const next = sleepers.shift();
    if (next === undefined) return;
    nowMs = Math.max(nowMs, next.at);
    next.wake();
    schedule();
  };
  // After all promises that can go on have gone on: only then does time pass.
  const schedule = () => {
    if (isScheduled || sleepers.length === 0) return;
    isScheduled = true;
    setImmediate(wakeNext);
  };
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((wake) => {
      order += 1;
      const sleeper = { at: nowMs + Math.max(0, ms), order, wake };
      sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        const index = sleepers.indexOf(sleeper);
        if (index >= 0) sleepers.splice(index, 1);
        wake();
      });
      schedule();
    });
  return { now: () => new Date(nowMs), elapsedMs: () => nowMs, sleep, advance: sleep };
}
