// Puts a host back to its before-image: observed, planned and observed again, whatever the journal believes.
import type { GroupGoal } from '../domain/group-goal.ts';
import type { Host, HostNetwork, VmkernelAdapter } from '../domain/inventory.ts';
import { leftBehind } from '../domain/left-behind.ts';
import { matchAdapters } from '../domain/match-adapters.ts';
import { describeChange, differences } from '../domain/network-fields.ts';
import { planRestore } from '../domain/plan-restore.ts';
import type { RestoreGoal } from '../domain/restore-draft.ts';
import { awayText } from '../domain/whereabouts.ts';
import { type RecordKeeper, runSteps } from './apply-host.ts';
import { readHost, type Slice, toHostRef } from './host-work.ts';
import { isForNextSlice, toFailure } from './slice-error.ts';

/** Each round observes the host, plans what is missing and does it. More rounds than this help no more; the last one is
 * looked at too. */
const ROUNDS_MAX = 4;
/** Between rounds: a host that just lost its last adapter on a stack needs a while to let it go. */
const ROUND_PAUSE_MS = 5_000;

/** `restored`: `unrestored` names the fields that differ although nothing more can be done about them. */
export type PutBack =
  | { kind: 'restored'; after: HostNetwork; unrestored: string[] }
  | { kind: 'needs-hands'; why: string };

/** Safe to call again after a crash in the middle. Throws only what another slice can mend. `groups`: see RestoreGoal. */
export async function putBackHost(
  slice: Slice,
  keeper: RecordKeeper,
  reason: string,
  groups?: GroupGoal[],
): Promise<PutBack> {
  const { before } = keeper.current;
  if (before === undefined) return { kind: 'needs-hands', why: 'no before-image was stored' };
  if (keeper.current.phase !== 'restoring') {
    await keeper.save({ phase: 'restoring', restore: { steps: [], journal: [], reason } });
  }
  const isOfRevert = slice.job.kind === 'revert';
  const goal: RestoreGoal = { before, applied: keeper.current.plan.steps, groups, isOfRevert };
  const outcome = await restore(slice, keeper, goal, reason).catch(stuck);
  if (outcome.kind === 'restored') await keeper.save({ phase: 'restored', after: outcome.after });
  else await keeper.save({ phase: 'needs-hands' });
  return outcome;
}

/** vCenter says for good that it can't be done, mostly because it has the host no more. */
function stuck(error: unknown): PutBack {
  if (isForNextSlice(error)) throw error;
  return { kind: 'needs-hands', why: toFailure(error).what };
}

async function restore(slice: Slice, keeper: RecordKeeper, goal: RestoreGoal, reason: string): Promise<PutBack> {
  let trouble = '';
  const inUse = new Set<string>();
  for (let round = 0; round <= ROUNDS_MAX; round += 1) {
    if (round > 0) await pause(slice, keeper);
    const host = await readHost(slice, keeper.current.host);
    if (host.network === undefined || host.connection !== 'connected') {
      return { kind: 'needs-hands', why: awayText(host) };
    }
    const { steps = [], journal = [] } = keeper.current.restore ?? {};
    for (const name of leftBehind(steps, journal)) inUse.add(name);
    const plan = planRestore(host, { ...goal, inUse: [...inUse] });
    if (plan.kind === 'blocked') {
      return { kind: 'needs-hands', why: plan.findings.map((finding) => finding.message).join(' ') };
    }
    if (plan.kind === 'in-place') {
      return { kind: 'restored', after: host.network, unrestored: unrestored(goal.before, host.network) };
    }
    if (round === ROUNDS_MAX) break;
    await keeper.save({ restore: { steps: plan.steps, journal: [], reason } });
    trouble = await runRound(slice, keeper, host);
  }
  return { kind: 'needs-hands', why: trouble || 'the host does not become what it was' };
}

async function pause(slice: Slice, keeper: RecordKeeper): Promise<void> {
  await slice.parts.clock.sleep(ROUND_PAUSE_MS);
  const host = await readHost(slice, keeper.current.host);
  if (host.connection === 'connected') await slice.session.refreshNetwork(toHostRef(host));
}

/** Answers what went wrong, or nothing: the next round looks at the host anyway. */
async function runRound(slice: Slice, keeper: RecordKeeper, host: Host): Promise<string> {
  const current = () => {
    const { restore } = keeper.current;
    if (restore === undefined) throw new Error('a round without restore steps');
    return restore;
  };
  try {
    await runSteps(slice, toHostRef(host), current().steps, {
      journal: () => current().journal,
      save: (journal) => keeper.save({ restore: { ...current(), journal } }),
      onDone: async () => undefined,
    });
    return '';
  } catch (error) {
    if (isForNextSlice(error)) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** What still differs after everything that could be done was done. */
export function unrestored(before: HostNetwork, after: HostNetwork): string[] {
  // A distributed port group is every host's: another host's plan may have changed it, and that one puts it back.
  const pairs = matchAdapters(before.vmks, after.vmks);
  const vmks = after.vmks.map((vmk) => ({ ...vmk, device: oldDevice(pairs, vmk) }));
  const own = differences(before, { ...after, vmks }).filter(
    ({ field }) => !field.startsWith('distributed port group '),
  );
  const numbers = pairs.filter(({ old, vmk }) => old.device !== vmk.device);
  return [
    ...numbers.map(({ old, vmk }) => `the number of ${old.device}, which is ${vmk.device} now`),
    ...own.map(describeChange),
  ];
}

function oldDevice(pairs: ReturnType<typeof matchAdapters>, vmk: VmkernelAdapter): string {
  return pairs.find((pair) => pair.vmk === vmk)?.old.device ?? vmk.device;
}
