import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';

/** One that stands still again and again may be beaten as often. */
const BEATEN_MAX = 10;

/**
 * Shows a row's newest state until no other notifier was faster. Where one was, its message may just have been overwritten
 * with an older state: then the newest one is read and shown once more, whatever the row says of it. `of`: for the log.
 * Throws whatever else `show` throws, and `write-conflict` where it was beaten again and again.
 */
export async function untilUnbeaten(
  { log, of }: { log: Log; of: Record<string, string> },
  show: (isAgain: boolean) => Promise<void>,
): Promise<void> {
  for (let beaten = 0; ; beaten += 1) {
    try {
      await show(beaten > 0);
      return;
    } catch (error) {
      if (!isBeaten(error) || beaten === BEATEN_MAX) throw error;
      log.warn('notice-overtaken', { ...of, beaten });
    }
  }
}

type Shown = { ts: string; shownVersion: number; seq?: number | undefined };

/** The row of what is shown: of a job's message or of a card's. */
export type ShownRow<T extends Shown> = { find(): Promise<T | undefined>; put(shown: T): Promise<void> };

/**
 * Writes down what Slack has just taken. Where another notifier was faster, this has overwritten its newer state: the row
 * says so before `write-conflict` is thrown, since the update that puts it right may be refused, or the process may die.
 */
export async function keepShown<T extends Shown>(row: ShownRow<T>, shown: T): Promise<void> {
  try {
    await row.put(shown);
  } catch (error) {
    if (!isBeaten(error)) throw error;
    await owe(row, shown);
    throw error;
  }
}

/**
 * Asks Slack for an update. Where that fails, Slack may have taken it all the same, and it may have written over what another
 * notifier has shown meanwhile: then the row says so, as above.
 */
export async function askUnsure<T extends Shown, A>(
  row: ShownRow<T>,
  asked: { ts: string | undefined; shownVersion: number },
  ask: () => Promise<A>,
): Promise<A> {
  try {
    return await ask();
  } catch (error) {
    const { ts, shownVersion } = asked;
    if (ts !== undefined) await owe(row, { ts, shownVersion });
    throw error;
  }
}

async function owe<T extends Shown>(row: ShownRow<T>, { ts, shownVersion }: Shown): Promise<void> {
  for (let beaten = 0; ; beaten += 1) {
    const there = await row.find();
    if (there === undefined || there.ts !== ts || there.shownVersion <= shownVersion) return;
    try {
      await row.put({ ...there, shownVersion });
      return;
    } catch (error) {
      if (!isBeaten(error) || beaten === BEATEN_MAX) throw error;
    }
  }
}

/**
 * Right before Slack is asked: what was read for something large, or while this notifier stood still, may be old by now, and
 * one that died after it had shown that would leave it in the channel. `shown`: the row as it was read. Throws
 * `write-conflict` where another notifier has written it since.
 */
export async function requireUnbeaten<T extends Shown>(
  row: ShownRow<T>,
  shown: T | undefined,
  what: string,
): Promise<void> {
  const now = await row.find();
  if (now?.seq === shown?.seq) return;
  throw new OpsError('write-conflict', `Another notifier has shown ${what} meanwhile.`, {
    retry: 'later',
    remedy: 'Nothing to do: the newest state is shown.',
  });
}

const isBeaten = (error: unknown) => error instanceof OpsError && error.code === 'write-conflict';
