// Who works at a vCenter and who waits for a turn: one row, whose every version is one of these decisions.

/** One slice's leave to have a session. It frees itself at `until`, which is after the slice's own end. */
export type SlotHolder = { holder: string; jobId: string; until: string; isLoggedIn: boolean };

/** A slice that found no slot. `since` orders the queue; `seenAt` is when it last asked. */
export type SlotWaiter = { jobId: string; cluster: string; cursor: number; since: string; seenAt: string };

/** `refused`: logins that vCenter has refused since one last worked. */
export type VcenterSlots = {
  schema: 1;
  vcenter: string;
  version: number;
  holders: SlotHolder[];
  waiting: SlotWaiter[];
  refused?: { count: number; at: string } | undefined;
};

export type SlotWant = { holder: string; jobId: string; cluster: string; cursor: number; until: Date };

/**
 * `logins-pending`: a slot is free, but as many logins as are allowed are under way and might all be refused; ask again
 * in a moment. `logins-refused`: nobody logs in before `until`.
 */
export type SlotAnswer =
  | { kind: 'taken'; slots: VcenterSlots }
  | { kind: 'busy'; slots: VcenterSlots; busy: number; ahead: number }
  | { kind: 'logins-pending' }
  | { kind: 'logins-refused'; since: string; until: string; count: number };

/** vCenter's default policy locks an account for five minutes at the fifth login refused within three: the rest is for
 * people. (vCenter Single Sign-On, lockout policy.) */
export const LOGINS_REFUSED_MAX = 3;
const LOGIN_PAUSE_MS = 6 * 60_000;

/** A waiting job asks again with each nudge of the clock; one that has not for this long is no longer in the queue. */
const WAITER_MS = 150_000;

/** The row of a vCenter that nobody has worked at yet. Version 0 is never stored. */
export function noSlots(vcenter: string): VcenterSlots {
  return { schema: 1, vcenter, version: 0, holders: [], waiting: [] };
}

/** A free slot goes to whoever asked first among those who still ask. A job never has two: its older slice is dead. */
export function takeSlot(before: VcenterSlots, want: SlotWant, workers: number, at: Date): SlotAnswer {
  const slots = prune(before, at);
  const holders = slots.holders.filter(({ jobId }) => jobId !== want.jobId);
  const barred = findBar(slots, at);
  if (barred !== undefined) return barred;
  const own = slots.waiting.findIndex(({ jobId }) => jobId === want.jobId);
  const ahead = own === -1 ? slots.waiting.length : own;
  if (holders.length + ahead >= workers) {
    const waiting = withWaiter(slots.waiting, want, at);
    return { kind: 'busy', slots: next(slots, { holders, waiting }), busy: holders.length, ahead };
  }
  const pending = holders.filter(({ isLoggedIn }) => !isLoggedIn).length;
  if (pending >= loginsAllowed(slots)) return { kind: 'logins-pending' };
  const { holder, jobId, until } = want;
  const taken = { holder, jobId, until: until.toISOString(), isLoggedIn: false };
  const waiting = slots.waiting.filter((waiter) => waiter.jobId !== jobId);
  return { kind: 'taken', slots: next(slots, { holders: [...holders, taken], waiting }) };
}

/** vCenter took the account's password: refusals before that count no more. */
export function markLoggedIn(slots: VcenterSlots, holder: string): VcenterSlots {
  const holders = slots.holders.map((one) => (one.holder === holder ? { ...one, isLoggedIn: true } : one));
  return next(slots, { holders, refused: undefined });
}

/** The slice is over. No effect on anybody else's slot. */
export function leaveSlot(slots: VcenterSlots, holder: string, isRefused: boolean, at: Date): VcenterSlots {
  const holders = slots.holders.filter((one) => one.holder !== holder);
  const refused = { count: (slots.refused?.count ?? 0) + 1, at: at.toISOString() };
  return next(slots, { holders, refused: isRefused ? refused : slots.refused });
}

/** A waiting job that has ended, or has gone on by another way. */
export function removeWaiter(slots: VcenterSlots, jobId: string): VcenterSlots {
  return next(slots, { waiting: slots.waiting.filter((waiter) => waiter.jobId !== jobId) });
}

/** Whose turn it is: as many of those who wait as there are slots free. */
export function findTurns(before: VcenterSlots, workers: number, at: Date): SlotWaiter[] {
  const { holders, waiting } = prune(before, at);
  return waiting.slice(0, Math.max(0, workers - holders.length));
}

function findBar({ refused }: VcenterSlots, at: Date): Extract<SlotAnswer, { kind: 'logins-refused' }> | undefined {
  if (refused === undefined || refused.count < LOGINS_REFUSED_MAX) return undefined;
  const until = new Date(Date.parse(refused.at) + LOGIN_PAUSE_MS);
  if (until <= at) return undefined;
  return { kind: 'logins-refused', since: refused.at, until: until.toISOString(), count: refused.count };
}

/** After a pause one login at a time finds out whether the password is right again. */
function loginsAllowed({ refused }: VcenterSlots): number {
  return Math.max(1, LOGINS_REFUSED_MAX - (refused?.count ?? 0));
}

function prune(slots: VcenterSlots, at: Date): VcenterSlots {
  const oldest = new Date(at.getTime() - WAITER_MS).toISOString();
  return {
    ...slots,
    holders: slots.holders.filter(({ until }) => until > at.toISOString()),
    waiting: slots.waiting.filter(({ seenAt }) => seenAt > oldest),
  };
}

function withWaiter(waiting: SlotWaiter[], { jobId, cluster, cursor }: SlotWant, at: Date): SlotWaiter[] {
  const seenAt = at.toISOString();
  if (!waiting.some((waiter) => waiter.jobId === jobId))
    return [...waiting, { jobId, cluster, cursor, since: seenAt, seenAt }];
  return waiting.map((waiter) => (waiter.jobId === jobId ? { ...waiter, cursor, seenAt } : waiter));
}

function next(slots: VcenterSlots, change: Partial<VcenterSlots>): VcenterSlots {
  return { ...slots, ...change, version: slots.version + 1 };
}
