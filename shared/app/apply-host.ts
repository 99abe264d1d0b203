// One host's plan, carried out so that a crash at any point can be finished or undone by the next slice.
import { withActualDevice } from '../domain/actual-device.ts';
import { changedGroups } from '../domain/group-goal.ts';
import { type Host, type HostNetwork, VMOTION_NETSTACK } from '../domain/inventory.ts';
import type { HostRecord, JournalEntry } from '../domain/record.ts';
import type { Step } from '../domain/step.ts';
import { findAdded } from '../domain/step-effect.ts';
import { adaptersOnVmotionStack, isRuntimeLive } from '../domain/vmotion-adapters.ts';
import type { HostRef } from '../ports.ts';
import { keepOriginals } from './group-originals.ts';
import { getNetwork, guard, readHost, requireTime, type Slice, toHostRef } from './host-work.ts';
import { awaitLeaseAfter, awaitLeases, awaitStack, isHostAt, performOrLeave } from './perform-step.ts';

/** Keeps the newest version of one host's record, and writes it under the version it was read with. */
export type RecordKeeper = { current: HostRecord; save(change: Partial<HostRecord>): Promise<void> };

/** Keeps one host's record: each save is its next version, and `current` follows. Throws `write-conflict` where another slice
 * has saved it meanwhile. */
export function createRecordKeeper(slice: Pick<Slice, 'parts'>, record: HostRecord): RecordKeeper {
  const keeper: RecordKeeper = {
    current: record,
    async save(change) {
      const next = { ...keeper.current, ...change, version: keeper.current.version + 1 };
      await slice.parts.store.records.save(next);
      keeper.current = next;
    },
  };
  return keeper;
}

/**
 * Carries out what the journal does not show as done, of a host that was begun. `host` was read in this slice. Throws when
 * a step fails; what is then on the host is for `putBackHost` to observe.
 */
export async function applyHost(slice: Slice, keeper: RecordKeeper, host: Host): Promise<HostNetwork> {
  const ref = toHostRef(host);
  const { steps } = keeper.current.plan;
  await runSteps(slice, ref, steps, {
    journal: () => keeper.current.journal,
    save: (journal) => keeper.save({ journal }),
    onDone: (done) => showProgress(slice, host, done),
  });
  const read = await readAfter(slice, ref, comesToLife(host, steps));
  // What was there before comes back whether or not DHCP ever answered it.
  const after = slice.job.kind === 'revert' ? read : await awaitLeases(slice, ref, read);
  await keeper.save({ phase: 'applied', after });
  return after;
}

/** Stores the before-image: from here on the host is finished or put back. Answers false, and has done nothing, when a
 * person wants the job to stop before this host. */
export async function beginHost(slice: Slice, keeper: RecordKeeper, host: Host): Promise<boolean> {
  await guard(slice);
  const { decision } = await slice.moveJob(slice.job.id, { kind: 'host-begun', moref: host.moref.value });
  if (decision.kind !== 'moved') return false;
  const begun = { phase: 'applying', before: getNetwork(host) } as const;
  if (slice.job.kind !== 'revert') {
    // Before the record says "begun": a crash in between would otherwise leave a changed host without a baseline.
    const { cluster, id } = slice.job;
    const at = slice.parts.clock.now().toISOString();
    const record = { ...keeper.current, ...begun };
    await keepOriginals(slice, record, changedGroups(keeper.current.plan.steps));
    // A worker that was overtaken right here may have stored an image after its host was taken back from it.
    await slice.parts.store.baselines.putNewer({
      cluster,
      host: host.moref.value,
      name: host.name,
      jobId: id,
      at,
      record,
    });
  } else {
    // A port group that stays may outlive the image which shows what it was.
    const left = (keeper.current.goal?.groups ?? []).filter(({ neededBy }) => neededBy.length > 0);
    const originals = left.map(({ original }) => original);
    await keepOriginals(slice, { ...keeper.current, ...begun }, originals);
  }
  await keeper.save(begun);
  return true;
}

type JournalUse = {
  journal(): JournalEntry[];
  save(journal: JournalEntry[]): Promise<void>;
  onDone(done: number): Promise<void>;
};

/** Intent, call, outcome: for each step that the journal does not show as done. */
export async function runSteps(slice: Slice, host: HostRef, steps: Step[], use: JournalUse): Promise<void> {
  const now = () => slice.parts.clock.now().toISOString();
  for (const [index, planned] of steps.entries()) {
    const step = withActualDevice(planned, steps, use.journal());
    const entry = use.journal().find((one) => one.index === index);
    if (entry?.state === 'done') continue;
    const others = use.journal().filter((one) => one.index !== index);
    // An intent without an outcome: a worker died in this very call. Only the host knows whether it was made.
    const isDoneAlready = entry?.state === 'intended' && (await isHostAt(slice, host, step));
    let device: string | undefined;
    let isLeft = false;
    if (isDoneAlready) await awaitLeaseAfter(slice, host, step);
    else {
      requireTime(slice);
      await use.save([...others, { index, state: 'intended', at: now() }]);
      ({ device, isLeft = false } = await performOrLeave(slice, host, step));
    }
    device ??= await findExpected(slice, host, step);
    await use.save([...others, { index, state: 'done', at: now(), device, ...(isLeft ? { isLeft } : {}) }]);
    await use.onDone(index + 1);
  }
}

/** After a lost answer, the number of an adapter that later steps speak of. */
async function findExpected(slice: Slice, host: HostRef, step: Step): Promise<string | undefined> {
  if (step.kind !== 'add-vmk' || step.device === undefined) return undefined;
  const { network } = await readHost(slice, host);
  return network === undefined ? undefined : findAdded(step, network)?.device;
}

async function showProgress(slice: Slice, host: Host, stepsDone: number): Promise<void> {
  await slice.moveJob(slice.job.id, { kind: 'host-moved', moref: host.moref.value, outcome: 'applying', stepsDone });
}

/** Whether these steps bring the vMotion stack to life, which the host was read without. */
function comesToLife({ network }: Host, steps: Step[]): boolean {
  if (network !== undefined && isRuntimeLive(network, VMOTION_NETSTACK)) return false;
  return steps.some((step) => step.kind === 'add-vmk' && step.spec.netstack === VMOTION_NETSTACK);
}

/** The host as vCenter answers it now, once its runtime information shows the stack that its adapters brought to life.
 * That information lags behind: where it has to change, a read before it is refreshed would be a call for nothing. */
async function readAfter(slice: Slice, host: HostRef, isAwaited: boolean): Promise<HostNetwork> {
  if (!isAwaited) {
    const network = getNetwork(await readHost(slice, host));
    if (adaptersOnVmotionStack(network).length === 0 || isRuntimeLive(network, VMOTION_NETSTACK)) return network;
  }
  return awaitStack(slice, host, { netstack: VMOTION_NETSTACK, isLive: true });
}
