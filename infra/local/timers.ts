import type { Log } from '../../shared/log.ts';

/** `stop` resolves when the run under way is over. */
export type Timer = { stop(): Promise<void> };

/** Calls `run` every `everyMs`, never twice at once; a failure is logged and the next turn comes all the same. */
export function startTimer(options: { name: string; everyMs: number; run: () => Promise<unknown>; log: Log }): Timer {
  let under: Promise<void> | undefined;
  const turn = async () => {
    try {
      await options.run();
    } catch (error) {
      options.log.error('timer-failed', { timer: options.name, error });
    }
  };
  const timer = setInterval(() => {
    under ??= turn().finally(() => {
      under = undefined;
    });
  }, options.everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await under;
    },
  };
}
