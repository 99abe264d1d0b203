import type { TrialRequest } from './command.ts';
import type { Job } from './job.ts';

/** What a person types to ask for the same job again. */
export function commandOf(job: Pick<Job, 'kind' | 'cluster' | 'undoes' | 'trial'>): string {
  if (job.trial !== undefined) return trialCommand(job.cluster, job.trial.request);
  return `/vmotion ${job.kind} ${job.undoes ?? job.cluster}`;
}

export function trialCommand(cluster: string, { vm, from, to, isReturning }: TrialRequest): string {
  const flags = Object.entries({ vm, from, to }).map(([name, value]) => `--${name} ${quoted(value)}`);
  return [`/vmotion trial ${cluster}`, ...flags, ...(isReturning ? ['--return'] : [])].join(' ');
}

function quoted(value: string): string {
  return /^\w[\w.-]*\w$/.test(value) ? value : `"${value.replaceAll('"', '')}"`;
}
