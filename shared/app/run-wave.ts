// One wave of a change: check that the plan still holds, apply it, prove it with pings, or put it back.
import { askersOf } from '../domain/address-askers.ts';
import type { JobEvent } from '../domain/job-event.ts';
import type { HostNetwork } from '../domain/inventory.ts';
import type { JobFailure } from '../domain/job.ts';
import type { Cell } from '../domain/matrix.ts';
import { newAddresses } from '../domain/new-addresses.ts';
import { revertedNote } from '../domain/put-back-note.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { forgotten } from '../domain/stack-hold.ts';
import { OpsError } from '../errors.ts';
import { applyHost, beginHost } from './apply-host.ts';
import { checkFresh, toMoved } from './check-fresh.ts';
import { findFrozenJob } from './find-frozen-job.ts';
import type { Slice } from './host-work.ts';
import { forgetBaseline } from './forget-baseline.ts';
import { forgetOriginals } from './group-originals.ts';
import { letSleep } from './let-sleep.ts';
import { hasLeft, loadWave, showHost, toRefs, type Wave, type WaveHost } from './load-wave.ts';
import { mapLimited } from './map-limited.ts';
import { planAgain } from './plan-again.ts';
import { answersText, findAnswering } from './probe-addresses.ts';
import { isProvenBy, proveWave } from './prove-wave.ts';
import { unrestored } from './put-back-host.ts';
import { forgetReverted } from './reverted-baseline.ts';
import { GOING_BACK, rollBack } from './roll-back.ts';
import { isForNextSlice, toFailure } from './slice-error.ts';
import { backOut, finishBackOut, holdWave } from './stop-wave.ts';
import { dropStrangeBaselines } from './strange-baselines.ts';

/** Hosts written to at the same moment: vCenter makes one network change a host at a time, and some at once. */
const HOSTS_MAX = 8;

export type AppliedHost = { one: WaveHost; network: HostNetwork };
type FailedHost = { one: WaveHost; failure: JobFailure };

/** Works on the job's current wave and answers what the job goes on with. Throws what the next slice can mend. */
export async function runWave(slice: Slice, settings: ClusterSettings): Promise<JobEvent> {
  const wave = await loadWave(slice, settings);
  await takeBackBegun(wave);
  const goingBack = [...wave.done, ...wave.hosts].filter(({ keeper }) => GOING_BACK.has(keeper.current.phase));
  if (goingBack.length > 0) return finishBackOut(wave, goingBack);
  const fresh = wave.hosts.filter(isFresh);
  const begun = wave.hosts.filter((one) => !isFresh(one));
  const moved = slice.job.kind === 'revert' ? undefined : begun.find(hasLeft);
  // A revert goes on: what it has begun is on its way to where the host belongs, wherever that is.
  if (moved !== undefined) return backOut(wave, begun, toMoved(wave, moved, 'What was begun is put back.'));
  const { control } = slice.job;
  // A pause has nothing to hold where no host of the wave is left.
  if (control !== undefined && begun.length === 0 && (fresh.length > 0 || control.want !== 'pause'))
    return holdWave(wave);
  if (control === undefined) {
    // Nobody watches a job that a rule for alarms began: whoever freezes its cluster means it too.
    const frozen = slice.job.origin === undefined ? undefined : await findFrozenJob(slice.parts, slice.job);
    if (frozen !== undefined) return stopBefore(wave, 'aborted', frozen);
    await letSleep(wave);
    const stale = await checkFresh(wave);
    if (stale !== undefined) return stopBefore(wave, 'stale', stale);
    const answering = await findForeignAddress(wave);
    if (answering !== undefined) return stopBefore(wave, wave.done.some(isKept) ? 'partial' : 'aborted', answering);
  }
  // Once a job: a cluster's images are many.
  if (slice.job.wave === 0 && fresh.length > 0 && slice.job.kind !== 'revert')
    await dropStrangeBaselines(slice, wave.records.values());
  // What an earlier slice had begun is finished whatever a person wants; what was not looked at again is not begun.
  const { applied, failed } = await applyWave(wave, control === undefined ? wave.hosts : begun);
  const proof = await proveWave(wave, applied);
  if (proof.kind === 'out-of-time') return { kind: 'slice-over' };
  if (proof.kind === 'failed') {
    const [first, ...more] = proof.matrix.verdict;
    const failure: JobFailure = {
      code: 'gate-failed',
      what: `The new network of this wave does not work. ${first ?? ''}`.trim(),
      why: more.join(' ') || undefined,
      remedy: 'Mend the path, then run the command again.',
    };
    const back = [...proof.unproven, ...applied.map(({ one }) => one), ...failed.map(({ one }) => one)];
    return backOut(wave, back, failure, proof.matrix);
  }
  for (const { one } of applied) await settleHost(wave, one, proof.cells ?? []);
  await noteProven(wave, proof.cells ?? []);
  const [first] = failed;
  if (first !== undefined) {
    const back = failed.map(({ one }) => one);
    return backOut(wave, back, first.failure);
  }
  return applied.length < wave.hosts.length ? holdWave(wave) : { kind: 'wave-passed', wave: slice.job.wave };
}

/** Nothing was written to it yet. */
const isFresh = ({ keeper }: WaveHost): boolean => keeper.current.phase === 'planned';

const isKept = ({ summary }: WaveHost): boolean => summary.outcome === 'kept';

/** An earlier slice had said that it begins these hosts, and died before its first write: they are as they were, however the
 * job goes on. Should it only stand still, it can't say any more that they are begun: their records have a newer version, and
 * what it has read of them may be old by then. */
async function takeBackBegun(wave: Wave): Promise<void> {
  for (const { summary, keeper } of wave.hosts.filter((one) => isFresh(one) && one.summary.outcome === 'applying')) {
    await keeper.save({});
    await showHost(wave, summary, { outcome: 'pending', stepsDone: 0 });
    await forgetBaseline(wave.slice.parts, wave.slice.job.cluster, keeper.current);
  }
}

/** The job stops before hosts that nothing was written to. Hosts of the wave that were begun go back. */
async function stopBefore(wave: Wave, state: 'stale' | 'partial' | 'aborted', failure: JobFailure): Promise<JobEvent> {
  const begun = wave.hosts.filter((one) => !isFresh(one));
  const ended = await rollBack(wave, begun, failure);
  return ended.kind === 'stopped' && ended.state === 'rolled-back' ? { ...ended, state } : ended;
}

/** Before the next hosts get their addresses, they and the hosts that are through ask whether somebody answers there. */
async function findForeignAddress(wave: Wave): Promise<JobFailure | undefined> {
  const { session, parts } = wave.slice;
  const fresh = wave.hosts.filter(isFresh);
  const able = [...wave.done, ...fresh];
  const candidates = fresh.flatMap(({ keeper, host }) => newAddresses(keeper.current.plan, host.network));
  const askers = askersOf(able.map(({ host }) => host));
  const asking = { session, hosts: toRefs(able), log: parts.log };
  const [first] = await findAnswering(asking, askers, candidates, wave.settings.profile.reach);
  if (first === undefined) return undefined;
  return {
    code: 'address-answers',
    what: `${answersText(first)}.`,
    why: 'Another device has that address, so the host was not touched.',
    remedy: 'Find and free the address, or choose another one in vmotion.yaml; then run the command again.',
  };
}

/** `hosts` that a person wants left alone are neither applied nor failed. */
async function applyWave(wave: Wave, hosts: WaveHost[]): Promise<{ applied: AppliedHost[]; failed: FailedHost[] }> {
  const applied: AppliedHost[] = [];
  const failed: FailedHost[] = [];
  await mapLimited(hosts, HOSTS_MAX, async (one) => {
    try {
      if (isFresh(one) && !(await beginHost(wave.slice, one.keeper, one.host))) return;
      applied.push({ one, network: await applyOne(wave, one) });
    } catch (error) {
      if (isForNextSlice(error)) throw error;
      wave.slice.parts.log.warn('host-failed', { jobId: wave.slice.job.id, host: one.host.name, error });
      const failure = toFailure(error);
      const what = failure.what.startsWith(one.host.name) ? failure.what : `${one.host.name}: ${failure.what}`;
      failed.push({ one, failure: { ...failure, what } });
    }
  });
  return { applied, failed };
}

/** Applies what is left to do, and lets the planner say whether the host has become what was planned. */
async function applyOne(wave: Wave, one: WaveHost): Promise<HostNetwork> {
  const { keeper, host, summary } = one;
  const isApplied = keeper.current.phase === 'applied' && host.network !== undefined;
  const network = isApplied && host.network !== undefined ? host.network : await applyHost(wave.slice, keeper, host);
  const plan = planAgain(wave, one, network);
  const lost = forgotten(network, keeper.current.plan.steps).map((what) => `the stack has not got its ${what}`);
  if (plan.kind !== 'in-place' || lost.length > 0) {
    const left =
      [...plan.steps.map((step) => step.kind), ...lost].join(', ') ||
      plan.findings.map((finding) => finding.message).join(' ');
    throw new OpsError('not-as-planned', `after all steps it is not as planned: ${left}.`, {
      retry: 'never',
      remedy:
        'Somebody else may be changing the host. Look at its recent tasks in vCenter, then run the command again.',
    });
  }
  await showHost(wave, summary, { outcome: 'applied', stepsDone: keeper.current.plan.steps.length });
  return network;
}

/** The host's change is proven. */
async function settleHost(wave: Wave, { summary, keeper, host }: WaveHost, pings: Cell[]): Promise<void> {
  const isRevert = wave.slice.job.kind === 'revert';
  const { goal, after } = keeper.current;
  if (isRevert && after !== undefined) await forgetOriginals(wave.slice, after);
  if (isRevert) await forgetReverted(wave.slice, keeper);
  const left = goal === undefined || after === undefined ? [] : unrestored(goal.before, after);
  const note = revertedNote(host.name, left) ?? gateText(host.name, pings);
  await showHost(wave, summary, {
    outcome: isRevert ? 'put-back' : 'kept',
    stepsDone: keeper.current.plan.steps.length,
    note,
    isProven: isProvenBy(pings, host.name) || undefined,
  });
}

/** Hosts that had nobody to ping when they were changed, and now have. */
async function noteProven(wave: Wave, pings: Cell[]): Promise<void> {
  for (const { summary, host } of wave.done) {
    const { outcome, stepsDone } = summary;
    if (outcome === 'kept' && summary.isProven !== true && isProvenBy(pings, host.name))
      await showHost(wave, summary, { outcome, stepsDone, isProven: true });
  }
}

/** What the host's gate proved; nothing where it had nobody to ping. */
function gateText(host: string, pings: Cell[]): string | undefined {
  const own = pings.filter((cell) => cell.expected === 'reachable' && [cell.from.host, cell.to.host].includes(host));
  if (own.length === 0) return undefined;
  const sizes = own.flatMap(({ result }) => (result.kind === 'ok' ? [result.mtuBytes] : []));
  return `${sizes.length} of ${own.length} pings at ${Math.min(...sizes)} bytes answer`;
}
