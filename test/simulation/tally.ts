// What a campaign has come to so far: counted seed by seed, so that a hundred thousand of them fit into memory.
import type { Outcome } from './simulate.ts';

export type Tally = {
  readonly seeds: number;
  /** Each with the promise that it broke. */
  readonly failures: readonly { seed: number; what: string }[];
  add(outcome: Outcome): void;
  /** One line, for those who wait. */
  progress(of: number): string;
  /** The whole of it, some lines. */
  summary(): string;
};

export function createTally(now: () => number = Date.now): Tally {
  const begin = now();
  const failures: { seed: number; what: string }[] = [];
  const states = new Map<string, number>();
  let [seeds, crashes, writes, commands, longest] = [0, 0, 0, 0, 0];
  const rate = () => (seeds / Math.max(0.001, (now() - begin) / 1000)).toFixed(1);
  return {
    get seeds() {
      return seeds;
    },
    failures,
    add(outcome) {
      seeds += 1;
      crashes += outcome.crashes;
      writes += outcome.writes;
      commands += outcome.commands;
      longest = Math.max(longest, outcome.story.length);
      for (const state of outcome.states) states.set(state, (states.get(state) ?? 0) + 1);
      if (outcome.error !== undefined) failures.push({ seed: outcome.seed, what: outcome.error.message.slice(0, 200) });
    },
    progress: (of) => `${seeds} of ${of} seeds, ${failures.length} failed, ${crashes} crashes, ${rate()} seeds/s`,
    summary() {
      const ends = [...states].sort(([a], [b]) => (a < b ? -1 : 1)).map(([state, number]) => `${state} ${number}`);
      const counts = `${commands} commands, ${writes} writes to vCenter, ${crashes} crashes`;
      return [
        `${seeds} seeds, ${failures.length} failed, ${counts}; the longest story has ${longest} lines; ${rate()} seeds/s`,
        `Ends: ${ends.join(', ')}`,
        ...failures.map(({ seed, what }) => `FAILED seed ${seed}: ${what}`),
      ].join('\n');
    },
  };
}
