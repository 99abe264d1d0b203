// A failing seed's story with as little left in it as still breaks the same promise.
import { HAPPENINGS } from './chances.ts';
import { type Outcome, simulate } from './simulate.ts';

export type Shrunk = { outcome: Outcome; without: string[]; runs: number };

/** Leaves out commands, then whole kinds of happenings, then single ones, as long as the same promise is still broken.
 * At most `runsMax` runs. Nothing where the seed does not fail. */
export async function shrink(seed: number, runsMax = 300): Promise<Shrunk | undefined> {
  let outcome = await simulate(seed);
  const promise = promiseOf(outcome);
  if (promise === undefined) return undefined;
  let without: string[] = [];
  let runs = 1;
  const tryWithout = async (more: string[]): Promise<boolean> => {
    if (runs >= runsMax) return false;
    runs += 1;
    const tried = await simulate(seed, [...without, ...more]);
    if (promiseOf(tried) !== promise) return false;
    [outcome, without] = [tried, [...without, ...more]];
    return true;
  };
  for (const kind of HAPPENINGS) if (isLeft(outcome, kind)) await tryWithout([kind]);
  // What goes in halves goes quickly; what is left goes one by one, the last first.
  for (let size = outcome.happened.length; size >= 1; size = Math.floor(size / 2)) {
    for (let end = outcome.happened.length; end > 0; end -= size) {
      const part = outcome.happened.slice(Math.max(0, end - size), end);
      if (part.length > 0) await tryWithout(part);
    }
  }
  return { outcome, without: [...new Set(without)], runs };
}

const isLeft = ({ happened }: Outcome, kind: string): boolean => happened.some((name) => name.startsWith(`${kind}#`));

/** What was broken, without the ids in it: "one card for one alarm of one object". */
function promiseOf({ error }: Outcome): string | undefined {
  return error === undefined ? undefined : (/^[^:0-9]*/.exec(error.message)?.[0] ?? '');
}
