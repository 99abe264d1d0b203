// Why a job ended before its work was done, where a person wanted it so.
import { commandOf } from './command-of.ts';
import type { HostOutcome, Job, JobFailure } from './job.ts';

/** Hosts named in one set. */
const NAMES_MAX = 8;

/** `by` stopped the job between two hosts. `job`: with the hosts as they are at the end. */
export function stopped(job: Job, by: string): JobFailure {
  const what = `<@${by}> stopped it.`;
  if (job.kind === 'trial') return { code: 'stopped', what, why: whereVmIs(job), remedy: commandOf(job) };
  if (job.kind === 'test') {
    const why = 'Not every path was tested. Nothing was changed.';
    return { code: 'stopped', what, why, remedy: commandOf(job) };
  }
  return { code: 'stopped', what, why: setsOf(job), remedy: remedyOf(job) };
}

/** `by` had everything put back that the job had changed. */
export function putBackFailure(job: Job, by: string): JobFailure {
  const what = `<@${by}> stopped it and had every host put back.`;
  return { code: 'stopped', what, why: setsOf(job), remedy: `To try again: /vmotion retry ${job.id}` };
}

/** `by` cancelled the job before anything was written. */
export function cancelled(job: Job, by: string): JobFailure {
  return { code: 'cancelled', what: `<@${by}> cancelled it. Nothing was changed.`, remedy: commandOf(job) };
}

/** The hosts by what became of them, in words: "Kept: esx01, esx02. Untouched: esx03." */
export function setsOf(job: Job): string {
  const planned = job.hosts.filter((host) => host.wave !== undefined);
  const named = (title: string, outcomes: HostOutcome[]) => {
    const names = planned.filter((host) => outcomes.includes(host.outcome)).map((host) => host.name);
    if (names.length === 0) return [];
    const more = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : '';
    return [`${title}: ${names.slice(0, NAMES_MAX).join(', ')}${more}.`];
  };
  const sets = [
    ...named('Kept', ['kept']),
    ...named('Put back', ['put-back']),
    ...named('Untouched', ['pending', 'untouched']),
  ];
  const unproven = job.state === 'verifying' ? ['Not every path between them was proven.'] : [];
  return [...sets, ...unproven].join(' ');
}

function remedyOf(job: Job): string {
  const again = `go on from here: /vmotion retry ${job.id}`;
  const isChanged = job.hosts.some((host) => host.wave !== undefined && host.outcome === 'kept');
  if (job.kind === 'revert' || !isChanged) return `To ${again}`;
  return `To put back what was changed type /vmotion revert ${job.id}, to ${again}`;
}

function whereVmIs({ trial }: Job): string {
  const { found } = trial ?? {};
  if (found === undefined || trial === undefined) return 'Nothing was moved.';
  const { vm, from, to } = found;
  if (trial.there?.state !== 'moved') return `Nothing was moved: ${vm.name} runs on ${from.name}.`;
  if (trial.back?.state === 'moved') return `${vm.name} runs on ${from.name} again.`;
  return `${vm.name} runs on ${to.name} now, and was not moved back.`;
}
