import type { Log } from '../../shared/log.ts';

/** `stop` resolves when the run under way is over. `trouble`: its last run failed, or it has not run for long. */
export type Timer = { stop(): Promise<void>; trouble(): string | undefined };

// A run may take as long as the clock's function may.
const RUN_MS_MAX = 90_000;

/** Calls `run` every `everyMs`, never twice at once; a failure is logged and the next turn comes all the same. */
export function startTimer(options: { name: string; everyMs: number; run: () => Promise<unknown>; log: Log }): Timer {
  let under: Promise<void> | undefined;
  let isFailed = false;
  // Not the time of day, which may be set.
  let endedAt = performance.now();
  const turn = async () => {
    try {
      await options.run();
      isFailed = false;
    } catch (error) {
      isFailed = true;
      options.log.error('timer-failed', { timer: options.name, error });
    }
  };
  const timer = setInterval(() => {
    under ??= turn().finally(() => {
      under = undefined;
      endedAt = performance.now();
    });
  }, options.everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await under;
    },
    trouble() {
      const silentMs = performance.now() - endedAt;
      if (silentMs > options.everyMs + RUN_MS_MAX) return `has not run for ${Math.round(silentMs / 1000)} s`;
      return isFailed ? 'its last run failed' : undefined;
    },
  };
}
