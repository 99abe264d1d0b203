// Keeps everything that writes to Slack within its rates. A slot is a row of its own, so that notifiers anywhere share
// them, and none needs to know how many there are.
import type { Clock, Store } from '../ports.ts';

/** Slack takes about 50 updates a minute from a whole workspace, and one new message a second in a channel, short bursts
 * included: with a slot in this time, and bursts, no minute has more than 50.
 * https://docs.slack.dev/apis/web-api/rate-limits */
export const SLOT_MS = 1300;
/** So many slots, this one included, may be made up for: a job's first message comes with its plan and its files. */
const BURST = 4;
/** As many as wait at once, four notifiers of jobs and two of cards, and more: ten seconds, of a notifier's thirty. Whoever
 * finds none even then goes on, and Slack says by itself what is too much; a card waits for the clock. */
const AHEAD_MAX = 8;
/** Every third slot is for jobs alone, so that no storm of alarms keeps the channel from them. */
const FOR_JOBS = 3;
const TTL_SECONDS = 60;

/** `channel`: where a new message or file goes; without, it is an update, which counts for the whole workspace. `canWait`:
 * a card, which leaves jobs their slots. */
export type PacedCall = { channel?: string | undefined; canWait?: boolean };

/** Answers true when the call may be made, after a sleep where there has to be one; false, for what can wait, where no slot
 * comes in ten seconds. Throws what the table throws. */
export type SlackPace = (call: PacedCall) => Promise<boolean>;

/** One pace for everybody who shares the table, whatever their clocks. */
export function createSlackPace({ once, clock }: { once: Store['once']; clock: Clock }): SlackPace {
  return async ({ channel, canWait = false }) => {
    const now = clock.now();
    const current = Math.floor(now.getTime() / SLOT_MS);
    const of = channel === undefined ? 'updates' : `posts-${channel}`;
    for (const slot of slotsFrom(current, canWait)) {
      if (!(await once.claim(`slack-${of}-${slot}`, now, TTL_SECONDS))) continue;
      const waitMs = slot * SLOT_MS - now.getTime();
      if (waitMs > 0) await clock.sleep(waitMs);
      return true;
    }
    return !canWait;
  };
}

/** This one first, then those that nobody has used, then those to come: in a quiet channel one call finds its slot. */
function slotsFrom(current: number, canWait: boolean): number[] {
  const past = Array.from({ length: BURST }, (_, index) => current - index);
  const coming = Array.from({ length: AHEAD_MAX }, (_, index) => current + 1 + index);
  return [...past, ...coming].filter((slot) => !canWait || slot % FOR_JOBS !== 0);
}
