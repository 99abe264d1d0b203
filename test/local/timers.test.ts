import { describe, expect, it } from 'vitest';
import { startTimer } from '../../infra/local/timers.ts';
import { silentLog } from '../../shared/log.ts';

describe('a timer', () => {
  it('goes on after a run that failed', async () => {
    let runs = 0;
    const third = Promise.withResolvers<void>();
    const run = async () => {
      runs++;
      if (runs === 3) third.resolve();
      throw new Error('broken');
    };
    const timer = startTimer({ name: 'clock', everyMs: 1, run, log: silentLog });
    await third.promise;
    await timer.stop();
    expect(runs).toBeGreaterThanOrEqual(3);
  });

  it('never runs twice at once, and is stopped only when its run is over', async () => {
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    let runs = 0;
    let isOver = false;
    const run = async () => {
      runs++;
      started.resolve();
      await gate.promise;
      isOver = true;
    };
    const timer = startTimer({ name: 'clock', everyMs: 1, run, log: silentLog });
    await started.promise;
    // Several turns pass while the first run is under way.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const stopped = timer.stop();
    gate.resolve();
    await stopped;
    expect({ runs, isOver }).toEqual({ runs: 1, isOver: true });
  });
});
