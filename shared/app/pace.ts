import type { Clock } from '../ports.ts';

/** `turn` resolves when one more call may be made. Turns are given in the order in which they were asked for. */
export type Pace = { turn(): Promise<void> };

export type Rate = { perMinute: number; burst: number };

/** Of one process: `updates` of messages, and `posts` of new ones, files included. */
export type SlackPace = { updates: Pace; posts: Pace };

/** Slack allows a workspace 50 updates a minute, and a channel about one new message a second, short bursts included.
 * https://docs.slack.dev/apis/web-api/rate-limits */
export function createSlackPace(clock: Clock): SlackPace {
  return {
    updates: createPace(clock, { perMinute: 40, burst: 8 }),
    posts: createPace(clock, { perMinute: 50, burst: 4 }),
  };
}

/** A bucket that holds `burst` calls and fills evenly. */
function createPace(clock: Clock, { perMinute, burst }: Rate): Pace {
  const oneMs = 60_000 / perMinute;
  let left = burst;
  let countedAt = clock.now().getTime();
  let last: Promise<void> = Promise.resolve();

  function fill(): void {
    const now = clock.now().getTime();
    left = Math.min(burst, left + Math.max(0, now - countedAt) / oneMs);
    countedAt = now;
  }

  async function take(): Promise<void> {
    fill();
    if (left < 1) {
      await clock.sleep(Math.ceil((1 - left) * oneMs));
      fill();
    }
    left = Math.max(0, left - 1);
  }

  return {
    turn() {
      last = last.then(take);
      return last;
    },
  };
}
