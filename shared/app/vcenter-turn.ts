// A slice's turn at a vCenter: so many have a session at once, over all workers, and the others come back by themselves.
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import {
  findTurns,
  leaveSlot,
  markLoggedIn,
  noSlots,
  removeWaiter,
  type SlotWaiter,
  takeSlot,
  type VcenterSlots,
} from '../domain/vcenter-slots.ts';
import { OpsError } from '../errors.ts';
import type { Vsphere } from '../ports.ts';
import { giveBack } from './give-back.ts';
import type { Parts } from './parts.ts';

/** `vsphere` is the slice's own way to vCenter; it must be left, whatever the slice came to. */
export type Turn =
  | { kind: 'taken'; vsphere: Vsphere; leave(): Promise<void> }
  | { kind: 'busy'; busy: number; workers: number };

/** More than the workers that may write the row at the same moment, each of which loses to another one at most once. */
const CONFLICTS_MAX = 100;
/** Losers of a write come back one by one, rather than all together. */
const SPREAD_MS = 40;
const HOLDER_LENGTH = 12;
/** How long a slice waits for the logins of others to be answered before it gives way. */
const LOGIN_LOOKS_MAX = 60;
const LOGIN_LOOK_MS = 250;
/** Each who comes while others are ahead of it would call these once more: where they stand still, the calls would only
 * wait, and each of them make others when it is taken. */
const CALL_AGAIN_SECONDS = 30;

/**
 * Takes a slot of the job's vCenter until `until`, or puts the job into the queue for one. Throws `vcenter-login-failed`
 * without any login while the vCenter refuses the account, and `table-failed`.
 */
export async function takeTurn(parts: Parts, job: Job, until: Date): Promise<Turn> {
  const { settings, clock, ids } = parts;
  const workers = settings.vcenters[job.vcenter]?.workers;
  // A vCenter that vmotion.yaml has lost: the session says so.
  if (workers === undefined) return { kind: 'taken', vsphere: parts.vsphere, leave: async () => undefined };
  const holder = ids.next(HOLDER_LENGTH);
  const { id: jobId, cluster, cursor } = job;
  const want = { holder, jobId, cluster, cursor, until };
  for (let look = 0; look < LOGIN_LOOKS_MAX; look += 1) {
    const answer = await change(parts, job.vcenter, (slots) => takeSlot(slots, want, workers, clock.now()));
    switch (answer.kind) {
      case 'taken':
        return createTurn(parts, job, { holder, workers });
      case 'busy':
        parts.log.info('vcenter-busy', {
          jobId,
          vcenter: job.vcenter,
          busy: answer.busy,
          ahead: answer.ahead,
          workers,
        });
        // Those ahead may be jobs that have ended, or whose call was lost.
        if (answer.busy < workers) await callNext(parts, job.vcenter, workers, CALL_AGAIN_SECONDS);
        return { kind: 'busy', busy: answer.busy, workers };
      case 'logins-refused':
        throw loginsRefused(job.vcenter, answer);
      case 'logins-pending':
        await clock.sleep(LOGIN_LOOK_MS);
        break;
      default:
        throw new Error(`unknown answer ${answer satisfies never}`);
    }
  }
  return { kind: 'busy', busy: workers, workers };
}

function createTurn(parts: Parts, job: Job, { holder, workers }: { holder: string; workers: number }): Turn {
  let isRefused = false;
  return {
    kind: 'taken',
    vsphere: {
      async withSession(vcenter, operation, use) {
        try {
          return await parts.vsphere.withSession(vcenter, operation, async (session) => {
            await change(parts, job.vcenter, (slots) => ({ kind: 'marked', slots: markLoggedIn(slots, holder) }));
            return use(session);
          });
        } catch (error) {
          isRefused = error instanceof OpsError && error.code === 'vcenter-login-failed';
          throw error;
        }
      },
    },
    async leave() {
      const at = parts.clock.now();
      const over = (slots: VcenterSlots) => ({ kind: 'left', slots: leaveSlot(slots, holder, isRefused, at) });
      const left = await giveBack(parts.clock, async () => void (await change(parts, job.vcenter, over)));
      const called = await giveBack(parts.clock, () => callNext(parts, job.vcenter, workers));
      const failure = left.failure ?? called.failure;
      // It frees itself; and the clock calls those who wait.
      if (failure !== undefined)
        parts.log.warn('slot-not-left', { jobId: job.id, vcenter: job.vcenter, error: failure });
    },
  };
}

/** Sends those whose turn it is on their way, and forgets those whose job needs none any more. `again`: nobody who was
 * called so within so many seconds. */
async function callNext(parts: Parts, vcenter: string, workers: number, again?: number): Promise<void> {
  const { store, clock } = parts;
  for (let look = 0; look < CONFLICTS_MAX; look += 1) {
    const slots = (await store.slots.find(vcenter)) ?? noSlots(vcenter);
    const turns = findTurns(slots, workers, clock.now());
    const gone = await findGone(parts, turns);
    if (gone === undefined) {
      for (const { jobId, cluster, cursor } of turns) {
        if (again !== undefined && !(await store.once.claim(`call ${vcenter} ${jobId} ${cursor}`, clock.now(), again)))
          continue;
        // Unlike any that the job itself or the clock has sent: the queue swallows what it has seen lately.
        await parts.queue.sendJob({ jobId, cluster, cursor, attempt: clock.now().getTime() });
      }
      return;
    }
    await change(parts, vcenter, (now) => ({ kind: 'removed', slots: removeWaiter(now, gone.jobId) }));
  }
}

async function findGone({ store }: Parts, turns: SlotWaiter[]): Promise<SlotWaiter | undefined> {
  for (const waiter of turns) {
    const job = await store.jobs.find(waiter.jobId);
    if (job === undefined || isEnded(job.state) || job.cursor !== waiter.cursor) return waiter;
  }
  return undefined;
}

type Change = { kind: string; slots?: VcenterSlots };

/** Decides on the row as it is, and writes what was decided if nobody else was faster. */
async function change<T extends Change>(
  { store, clock, ids }: Parts,
  vcenter: string,
  decide: (slots: VcenterSlots) => T,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = decide((await store.slots.find(vcenter)) ?? noSlots(vcenter));
    if (answer.slots === undefined) return answer;
    try {
      await store.slots.save(answer.slots);
      return answer;
    } catch (error) {
      const isConflict = error instanceof OpsError && error.code === 'write-conflict';
      if (!isConflict || attempt === CONFLICTS_MAX) throw error;
      await clock.sleep(Number.parseInt(ids.next(2), 36) % SPREAD_MS);
    }
  }
}

function loginsRefused(vcenter: string, { since, until, count }: { since: string; until: string; count: number }) {
  const what = `${vcenter} has refused the account's login ${count} times, last at ${toTime(since)}`;
  const why = `no other is tried before ${toTime(until)}, so that the account is not locked`;
  return new OpsError('vcenter-login-failed', `${what}; ${why}.`, {
    retry: 'later',
    remedy: 'Check user and password in the secret of this vCenter, and that the account is not locked.',
  });
}

const toTime = (at: string): string => `${at.slice(11, 19)} UTC`;
