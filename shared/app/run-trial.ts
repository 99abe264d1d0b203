// Carries a trial out: the VM goes there, the logs are read, and it comes back if asked to. Each move is written down
// before vCenter is asked, and after a crash the VM is looked for before anything is asked again.
import { trialCommand } from '../domain/command-of.ts';
import type { JobEvent } from '../domain/job-event.ts';
import { judgeMigrations, toEvidencePlan } from '../domain/judge-evidence.ts';
import { explainRelocateFault } from '../domain/relocate-fault.ts';
import type { Named, Trial, TrialMove } from '../domain/trial.ts';
import type { Vm } from '../domain/vm.ts';
import { awayText, isElsewhere, movedText } from '../domain/whereabouts.ts';
import { OpsError } from '../errors.ts';
import { guard, hasTime, readKnown, requireTime, type Slice, writeEnd } from './host-work.ts';
import { getJob } from './move-job.ts';
import { getTrial } from './plan-trial.ts';
import { readEvidence } from './read-evidence.ts';
import { isBookkeeping } from './slice-error.ts';

/** vCenter is asked at most this often for one move, and again only after the VM was seen standing still. */
const ATTEMPTS_MAX = 2;
const WATCH_MS = 3_000;
/** A lost call may still take effect for a while. */
const SETTLE_MS = 2_000;
const SETTLE_POLLS = 3;
/** A host writes its log a moment later. */
const LOG_POLLS = 3;
const LOG_POLL_MS = 2_000;
/** Clocks of hosts and vCenter are not the same. */
const CLOCKS_MS = 300_000;

type Found = NonNullable<Trial['found']>;
type Direction = 'there' | 'back';
/** `ended`: the job can't go on, and why. */
type Step = { kind: 'on'; trial: Trial } | { kind: 'ended'; event: JobEvent };

/** One slice of an approved trial. Answers `slice-over` while a migration lasts longer than it. */
export async function runTrial(slice: Slice): Promise<JobEvent> {
  let trial = getTrial(slice.job);
  const { found } = trial;
  if (found === undefined) throw new Error(`${slice.job.id} was approved without a plan`);
  const there = await carryOut(slice, { trial, found, direction: 'there' });
  if (there.kind === 'ended') return there.event;
  trial = there.trial;
  if (trial.evidence === undefined && trial.evidenceMissing === undefined) {
    trial = { ...trial, ...(await findEvidence(slice, found, trial.there)) };
    await slice.moveJob(slice.job.id, { kind: 'trial-moved', trial });
  }
  if (trial.request.isReturning) {
    const back = await carryOut(slice, { trial, found, direction: 'back' });
    if (back.kind === 'ended') return back.event;
    trial = back.trial;
  }
  return { kind: 'tried', trial, failure: toFailure(trial) };
}

function toFailure(trial: Trial) {
  if (trial.evidence?.verdict !== 'contradicted') return undefined;
  return {
    code: 'trial-not-as-planned',
    what: `${trial.found?.vm.name ?? 'The VM'} moved, but not over the adapters that should carry it.`,
    why: trial.evidence.sentences.slice(0, 3).join(' '),
    remedy: 'Compare the adapters named with the profile in vmotion.yaml, then look at both hosts with status.',
  };
}

type Move = { trial: Trial; found: Found; direction: Direction };

/** Moves the VM in one direction, unless that is done. Asks again only when it stands where it stood. */
async function carryOut(slice: Slice, move: Move): Promise<Step> {
  let { trial } = move;
  const target = move.direction === 'there' ? move.found.to : move.found.from;
  for (;;) {
    const begun = trial[move.direction];
    if (begun?.state === 'moved') return { kind: 'on', trial };
    const seen = await observe(slice, move, begun);
    if (seen.kind === 'running') return { kind: 'ended', event: { kind: 'slice-over' } };
    if (seen.kind === 'arrived' && begun !== undefined) {
      const completedAt = begun.completedAt ?? slice.parts.clock.now().toISOString();
      trial = await note(slice, { ...move, trial }, { ...begun, state: 'moved', completedAt });
      continue;
    }
    if (seen.kind !== 'standing') {
      // Whoever was overtaken sees what the other one has moved, and does not know that it was the job itself.
      await guard(slice);
      return { kind: 'ended', event: elsewhere(slice, { ...move, trial }, seen) };
    }
    if (begun !== undefined && begun.attempts >= ATTEMPTS_MAX) {
      const said = { fault: 'unknown', message: `vCenter was asked ${begun.attempts} times, and it still runs there.` };
      return { kind: 'ended', event: await failed(slice, { ...move, trial }, begun, said) };
    }
    if (await isHeld(slice)) return { kind: 'ended', event: { kind: 'held' } };
    const left = begun === undefined ? await findLeft(slice, move.found) : undefined;
    if (left !== undefined) return { kind: 'ended', event: notThere(slice, { ...move, trial }, left) };
    const asked = await ask(slice, { ...move, trial }, seen.vm, target);
    if (asked.kind === 'ended') return asked;
    trial = asked.trial;
  }
}

/** Why one of the two hosts is none of the cluster's any more. */
async function findLeft({ parts, session, job }: Slice, { from, to }: Found) {
  const records = await parts.store.records.list(job.id);
  for (const host of await readKnown(session, [from, to])) {
    const record = records.find((one) => one.host.moref.value === host.moref.value);
    if (host.connection === 'gone') return { code: 'vcenter-object-gone', what: awayText(host) };
    if (isElsewhere(record ?? {}, host)) return { code: 'host-moved', what: movedText(host, job.cluster) };
  }
  return undefined;
}

function notThere(slice: Slice, { trial, found, direction }: Move, left: { code: string; what: string }): JobEvent {
  if (direction === 'there') {
    const why = 'The approval was for another state. Nothing was moved.';
    const failure = { ...left, what: `${left.what}.`, why, remedy: trialCommand(slice.job.cluster, trial.request) };
    return { kind: 'stopped', state: 'stale', failure };
  }
  const what = `${found.vm.name} went to ${found.to.name} and was not moved back: ${left.what}.`;
  const remedy = 'Move it in vCenter to where it belongs now.';
  const failure = { code: 'trial-not-returned', what, why: `It runs on ${found.to.name} now.`, remedy };
  return { kind: 'stopped', state: 'partial', failure };
}

/** A person wants the job to stop, and no move is under way: the next one is not begun. */
async function isHeld({ parts, job }: Slice): Promise<boolean> {
  return (await getJob(parts.store, job.id)).control !== undefined;
}

/** The intent, the call, the outcome. An answer that was lost leaves the intent, and the VM is looked for. */
async function ask(slice: Slice, move: Move, vm: Vm, target: Named): Promise<Step> {
  const { session, parts } = slice;
  const before = move.trial[move.direction];
  requireTime(slice);
  const begun: TrialMove = {
    state: 'begun',
    attempts: (before?.attempts ?? 0) + 1,
    begunAt: before?.begunAt ?? parts.clock.now().toISOString(),
  };
  const trial = await note(slice, move, begun);
  await guard(slice);
  try {
    const outcome = await session.relocate(vm.moref, target.moref, writeEnd(slice));
    if (outcome.kind === 'running') return { kind: 'ended', event: { kind: 'slice-over' } };
    if (outcome.kind === 'failed')
      return { kind: 'ended', event: await failed(slice, { ...move, trial }, begun, outcome) };
    const { startedAt, completedAt } = outcome;
    return {
      kind: 'on',
      trial: await note(slice, { ...move, trial }, { ...begun, state: 'moved', startedAt, completedAt }),
    };
  } catch (error) {
    if (!(error instanceof OpsError) || isBookkeeping(error)) throw error;
    parts.log.warn('relocate-failed', { jobId: slice.job.id, code: error.code, error });
    if (error.retry !== 'never') return { kind: 'on', trial };
    const said = { fault: error.fault ?? error.code, message: error.message };
    return { kind: 'ended', event: await failed(slice, { ...move, trial }, begun, said) };
  }
}

type Seen =
  | { kind: 'arrived' }
  | { kind: 'standing'; vm: Vm }
  | { kind: 'running' }
  | { kind: 'off' }
  | { kind: 'gone' };

/** Where the VM is. After a move was begun, waits while it is on its way, as long as the slice has time. */
async function observe(slice: Slice, { found, direction }: Move, begun: TrialMove | undefined): Promise<Seen> {
  const { session, parts } = slice;
  const [source, target] = direction === 'there' ? [found.from, found.to] : [found.to, found.from];
  const hosts = [source.moref, target.moref];
  for (let poll = 0; ; poll += 1) {
    const vm = (await session.listVms(hosts)).find((one) => one.moref.value === found.vm.moref.value);
    if (vm === undefined) return { kind: 'gone' };
    if (vm.host.value === target.moref.value) return { kind: 'arrived' };
    if (begun === undefined) return vm.isPoweredOn ? { kind: 'standing', vm } : { kind: 'off' };
    const isOnItsWay = (await session.runningMigrations(hosts)).some((one) => one.vm === vm.name);
    if (!isOnItsWay && poll >= SETTLE_POLLS) return vm.isPoweredOn ? { kind: 'standing', vm } : { kind: 'off' };
    if (!hasTime(slice)) return { kind: 'running' };
    await parts.clock.sleep(isOnItsWay ? WATCH_MS : SETTLE_MS);
  }
}

async function note(slice: Slice, { trial, direction }: Move, move: TrialMove): Promise<Trial> {
  const next: Trial = { ...trial, [direction]: move };
  await slice.moveJob(slice.job.id, { kind: 'trial-moved', trial: next });
  return next;
}

/** The VM is not where the plan has it, and it was not this job that moved it. */
function elsewhere(slice: Slice, { trial, found, direction }: Move, seen: Seen): JobEvent {
  const { vm, from, to } = found;
  const where: Record<Exclude<Seen['kind'], 'standing' | 'running'>, string> = {
    arrived: `${vm.name} runs on ${direction === 'there' ? to.name : from.name} already; somebody else moved it.`,
    off: `${vm.name} is powered off now.`,
    gone: `${vm.name} is neither on ${from.name} nor on ${to.name} any more.`,
  };
  const what = seen.kind === 'standing' || seen.kind === 'running' ? '' : where[seen.kind];
  if (trial.there === undefined) {
    const why = 'The approval was for another state. Nothing was moved.';
    const failure = { code: 'stale', what, why, remedy: trialCommand(slice.job.cluster, trial.request) };
    return { kind: 'stopped', state: 'stale', failure };
  }
  const why = 'The trial had begun, and what it moved is not where it left it.';
  const remedy = `Look for it in vCenter; it ran on ${from.name} at first.`;
  return { kind: 'stopped', state: 'partial', failure: { code: 'trial-lost-sight', what, why, remedy } };
}

async function failed(
  slice: Slice,
  move: Move,
  begun: TrialMove,
  said: { fault: string; message: string },
): Promise<JobEvent> {
  await note(slice, move, { ...begun, state: 'failed' });
  const { found, direction, trial } = move;
  const { vm, from, to } = found;
  const { why, remedy } = explainRelocateFault(said.fault);
  const message = said.message.trim().replace(/\.?$/, '.');
  if (direction === 'there') {
    const what = `${vm.name} could not be moved from ${from.name} to ${to.name}: ${message}`;
    return {
      kind: 'stopped',
      state: 'aborted',
      failure: { code: 'trial-failed', what, why: `${why} It still runs on ${from.name}.`, remedy },
    };
  }
  const what = `${vm.name} went to ${to.name} and could not be moved back: ${message}`;
  const again = trialCommand(slice.job.cluster, { ...trial.request, from: to.name, to: from.name, isReturning: false });
  return {
    kind: 'stopped',
    state: 'partial',
    failure: { code: 'trial-not-returned', what, why: `${why} It runs on ${to.name} now. ${remedy}`, remedy: again },
  };
}

/** What both hosts' logs say about the move there. Their silence is no failure of the trial. */
async function findEvidence(
  slice: Slice,
  { from, to }: Found,
  move: TrialMove | undefined,
): Promise<Pick<Trial, 'evidence' | 'evidenceMissing'>> {
  const { session, parts } = slice;
  const hosts = await readKnown(session, [from, to]);
  const plans = hosts.flatMap((host) => (host.network === undefined ? [] : [toEvidencePlan(host.name, host.network)]));
  let gaps: string[] = [];
  for (let poll = 0; poll < LOG_POLLS; poll += 1) {
    if (poll > 0) await parts.clock.sleep(LOG_POLL_MS);
    const read = await readEvidence(session, [from, to]);
    gaps = read.gaps;
    const found = judgeMigrations(read.traces, plans).find(
      (one) => (one.from ?? from.name) === from.name && (one.to ?? to.name) === to.name && isWithin(one.at, move),
    );
    if (found !== undefined && (found.verdict !== 'unproven' || poll + 1 === LOG_POLLS)) return { evidence: found };
    if (read.traces.length === 0 && gaps.length > 0) break;
  }
  const said = gaps.length > 0 ? ` ${gaps.join(' ')}` : '';
  return { evidenceMissing: `The logs of both hosts do not show this migration.${said}` };
}

function isWithin(at: string | undefined, move: TrialMove | undefined): boolean {
  if (at === undefined || move === undefined) return true;
  const from = Date.parse(move.startedAt ?? move.begunAt) - CLOCKS_MS;
  const to = Date.parse(move.completedAt ?? move.begunAt) + CLOCKS_MS;
  return Date.parse(at) >= from && Date.parse(at) <= to;
}
