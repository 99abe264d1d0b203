// One wave of a change: check that the plan still holds, apply it, prove it with pings, or put it back.
import type { JobEvent } from '../domain/job-event.ts';
import type { HostNetwork } from '../domain/inventory.ts';
import type { JobFailure } from '../domain/job.ts';
import { toEndpoints } from '../domain/paths.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';
import { applyHost } from './apply-host.ts';
import { checkFresh } from './check-fresh.ts';
import type { Slice } from './host-work.ts';
import { loadWave, showHost, toRefs, type Wave, type WaveHost } from './load-wave.ts';
import { mapLimited } from './map-limited.ts';
import { planAgain } from './plan-again.ts';
import { newAddresses } from './plan-job.ts';
import { findAnswering } from './probe-addresses.ts';
import { proveWave } from './prove-wave.ts';
import { unrestored } from './put-back-host.ts';
import { GOING_BACK, rollBack } from './roll-back.ts';
import { isForNextSlice, toFailure } from './slice-error.ts';

/** Hosts written to at the same moment: vCenter makes one network change a host at a time, and some at once. */
const HOSTS_MAX = 8;

export type AppliedHost = { one: WaveHost; network: HostNetwork };
type FailedHost = { one: WaveHost; failure: JobFailure };

/** Works on the job's current wave and answers what the job goes on with. Throws what the next slice can mend. */
export async function runWave(slice: Slice, settings: ClusterSettings): Promise<JobEvent> {
  const wave = await loadWave(slice, settings);
  const goingBack = [...wave.done, ...wave.hosts].filter(({ keeper }) => GOING_BACK.has(keeper.current.phase));
  if (goingBack.length > 0) return finishRollBack(wave, goingBack);
  const stale = checkFresh(wave);
  if (stale !== undefined) return stopBefore(wave, 'stale', stale);
  const answering = await findForeignAddress(wave);
  if (answering !== undefined) return stopBefore(wave, wave.done.some(isKept) ? 'partial' : 'aborted', answering);
  const { applied, failed } = await applyWave(wave);
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
    return rollBack(wave, back, failure, proof.matrix);
  }
  for (const { one } of applied) await settleHost(wave, one);
  const [first] = failed;
  return first === undefined
    ? { kind: 'wave-passed' }
    : rollBack(
        wave,
        failed.map(({ one }) => one),
        first.failure,
      );
}

const isKept = ({ summary }: WaveHost): boolean => summary.outcome === 'kept';

/** An earlier slice had begun to put hosts back and died. What it had begun is finished, and ends the job. */
function finishRollBack(wave: Wave, goingBack: WaveHost[]): Promise<JobEvent> {
  const reason = goingBack[0]?.keeper.current.restore?.reason ?? 'An earlier attempt failed.';
  const others = wave.hosts.filter(
    (one) => ['applying', 'applied'].includes(one.keeper.current.phase) && !isSettled(one),
  );
  const failure: JobFailure = { code: 'put-back', what: reason, remedy: 'Mend the cause, then run the command again.' };
  return rollBack(wave, [...goingBack, ...others], failure);
}

function isSettled({ summary }: WaveHost): boolean {
  return summary.outcome === 'kept' || summary.outcome === 'put-back';
}

/** The job stops before hosts that nothing was written to. Hosts of the wave that were begun go back. */
async function stopBefore(wave: Wave, state: 'stale' | 'partial' | 'aborted', failure: JobFailure): Promise<JobEvent> {
  const begun = wave.hosts.filter((one) => one.keeper.current.phase !== 'planned' && !isSettled(one));
  const ended = await rollBack(wave, begun, failure);
  return ended.kind === 'stopped' && ended.state === 'rolled-back' ? { ...ended, state } : ended;
}

/** Before the next hosts get their addresses, the hosts that are through ask whether somebody answers there. */
async function findForeignAddress(wave: Wave): Promise<JobFailure | undefined> {
  const { session, parts } = wave.slice;
  const fresh = wave.hosts.filter(({ keeper }) => keeper.current.phase === 'planned');
  const candidates = fresh.flatMap(({ keeper, host }) => newAddresses(keeper.current.plan, host));
  const sources = wave.done.flatMap(({ host }) =>
    host.network === undefined ? [] : toEndpoints(host.name, host.network),
  );
  const [first] = await findAnswering({ session, hosts: toRefs(wave.done), clock: parts.clock }, sources, candidates);
  if (first === undefined) return undefined;
  return {
    code: 'address-answers',
    what: `${first.address}, wanted for ${first.host}, already answers a ping from ${first.heardBy.host} ${first.heardBy.device}.`,
    why: 'Another device has that address, so the host was not touched.',
    remedy: 'Find and free the address, or choose another one in vmotion.yaml; then run the command again.',
  };
}

async function applyWave(wave: Wave): Promise<{ applied: AppliedHost[]; failed: FailedHost[] }> {
  const applied: AppliedHost[] = [];
  const failed: FailedHost[] = [];
  await mapLimited(
    wave.hosts.filter((one) => !isSettled(one)),
    HOSTS_MAX,
    async (one) => {
      try {
        applied.push({ one, network: await applyOne(wave, one) });
      } catch (error) {
        if (isForNextSlice(error)) throw error;
        wave.slice.parts.log.warn('host-failed', { jobId: wave.slice.job.id, host: one.host.name, error });
        const failure = toFailure(error);
        failed.push({ one, failure: { ...failure, what: `${one.host.name}: ${failure.what}` } });
      }
    },
  );
  return { applied, failed };
}

/** Applies what is left to do, and lets the planner say whether the host has become what was planned. */
async function applyOne(wave: Wave, one: WaveHost): Promise<HostNetwork> {
  const { keeper, host, summary } = one;
  const isApplied = keeper.current.phase === 'applied' && host.network !== undefined;
  const network = isApplied && host.network !== undefined ? host.network : await applyHost(wave.slice, keeper, host);
  const plan = planAgain(wave, one, network);
  if (plan.kind !== 'in-place') {
    const left =
      plan.steps.map((step) => step.kind).join(', ') || plan.findings.map((finding) => finding.message).join(' ');
    throw new OpsError('not-as-planned', `after all steps it is not as planned: ${left}.`, {
      retry: 'never',
      remedy:
        'Somebody else may be changing the host. Look at its recent tasks in vCenter, then run the command again.',
    });
  }
  await showHost(wave, summary, { outcome: 'applied', stepsDone: keeper.current.plan.steps.length });
  return network;
}

/** The host's change is proven. What a revert has undone, no later revert needs to know. */
async function settleHost(wave: Wave, { summary, keeper, host }: WaveHost): Promise<void> {
  const { job, parts } = wave.slice;
  const isRevert = job.kind === 'revert';
  if (isRevert) {
    const baselines = await parts.store.baselines.list(job.cluster);
    const own = baselines.find((one) => one.host === summary.moref);
    if (own !== undefined && (job.undoes === undefined || job.undoes === own.jobId)) {
      await parts.store.baselines.remove(own.cluster, own.host);
    }
  }
  const { goal, after } = keeper.current;
  const left = goal === undefined || after === undefined ? [] : unrestored(goal.before, after);
  const note = left.length > 0 ? `${host.name}: could not restore ${left.join('; ')}` : undefined;
  await showHost(wave, summary, {
    outcome: isRevert ? 'put-back' : 'kept',
    stepsDone: keeper.current.plan.steps.length,
    note,
  });
}
