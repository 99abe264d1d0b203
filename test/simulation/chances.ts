// What happens by chance in a story, each kind by numbers of its own: what is left out of one kind leaves the others
// where they were, as far as the product does the same calls.
import { createRandom, type Random } from '../support/random.ts';

/** What a seed lets happen to the product. A name is also what `--without` takes. */
export const HAPPENINGS = [
  'command',
  'crash',
  'pause',
  'lost-answer',
  'refused-connection',
  'second-copy',
  'late-fault',
  'meddling',
  'control',
  'freeze',
  'withdrawal',
  'group-away',
  'alarm',
  'late-plan',
  'expiry',
  'rejection',
  'mistake',
  'rival',
  'vcenter-fault',
  'fault-after',
  'session-lost',
  'slow-call',
  'bad-reply',
  'vcenter-restart',
  'host-away',
  'table-fault',
  'table-again',
  'table-answer-lost',
  'queue-fault',
  'queue-answer-lost',
  'delay',
  'slack-fault',
  'slack-answer-lost',
  'message-deleted',
  'file-slow',
  'skew',
  'jump',
  'overtaken',
  'favourite-fault',
  'intruder',
] as const;
export type Happening = (typeof HAPPENINGS)[number];

export type Chances = {
  /** Whether it happens now. */
  happens(what: Happening, probability: number): boolean;
  /** Everything that did happen, as `--without` names it: "crash#3" is the third crash that was drawn. */
  happened(): string[];
};

/** `without`: kinds ("crash") and single ones ("crash#3") that are left out. */
export function createChances(seed: number, without: ReadonlySet<string>): Chances {
  const streams = new Map<Happening, { random: Random; drawn: number }>();
  const happened: string[] = [];
  return {
    happens(what, probability) {
      const known = streams.get(what);
      const stream = known ?? { random: createRandom(seed * 31 + HAPPENINGS.indexOf(what) * 7919 + 17), drawn: 0 };
      streams.set(what, stream);
      if (!stream.random.chance(probability)) return false;
      stream.drawn += 1;
      const name = `${what}#${stream.drawn}`;
      if (without.has(what) || without.has(name)) return false;
      happened.push(name);
      return true;
    },
    happened: () => happened,
  };
}
