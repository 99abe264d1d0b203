// A freeze lets no change start. It ends by itself at its time; nothing has to happen for that.
import { ALL, type TypedEnd } from './command.ts';
import type { ClusterSettings } from './settings.ts';
import { parseMoment } from './time-span.ts';
import { toInstant } from './wall-clock.ts';

/** `scope`: a cluster, or "all": every cluster whose channel is `channel`, also one that is declared later. */
export type Freeze = {
  id: string;
  scope: string;
  channel: string;
  reason: string;
  by: string;
  at: string;
  until?: string | undefined;
  /** Who has ended it before its time; `until` says when. */
  liftedBy?: string | undefined;
};

type Frozen = Pick<ClusterSettings, 'name' | 'channel'>;

/** Those that hold at this moment. One that was lifted holds no more, whatever the clock of whoever asks says. */
export function activeFreezes(freezes: readonly Freeze[], now: Date): Freeze[] {
  return freezes.filter((freeze) => freeze.liftedBy === undefined && endMs(freeze) > now.getTime());
}

/** Whether the freeze is about the cluster: by its name, or as one of its channel's. Not whether it holds now. */
export function isFrozenBy(freeze: Freeze, cluster: Frozen): boolean {
  return freeze.scope === ALL ? freeze.channel === cluster.channel : freeze.scope === cluster.name;
}

/** The freeze that holds the cluster longest, or `undefined` when none does. */
export function findFreeze(freezes: readonly Freeze[], cluster: Frozen, now: Date): Freeze | undefined {
  const holding = activeFreezes(freezes, now).filter((freeze) => isFrozenBy(freeze, cluster));
  return holding.toSorted((a, b) => compareEnds(b, a))[0];
}

/** When a freeze ends that was typed so. Without an offset of its own, the time is that of `timeZone`. */
export function endOf(typed: TypedEnd, now: Date, timeZone: string): Date {
  if (typed.kind === 'after') return new Date(now.getTime() + typed.minutes * 60_000);
  const moment = parseMoment(typed.text);
  if (moment === undefined) throw new Error(`the grammar let a moment pass that is none: ${typed.text}`);
  return toInstant(moment, timeZone);
}

function compareEnds(a: Freeze, b: Freeze): number {
  return endMs(a) === endMs(b) ? 0 : endMs(a) - endMs(b);
}

/** One without an end ends last. As a number: people type 9999-12-31 for "never", which in some time zones is the year
 * +010000, and that sorts before all others as text. */
function endMs({ until }: Freeze): number {
  return until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
}
