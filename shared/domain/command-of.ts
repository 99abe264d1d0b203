import type { CommandOf, Grounds, TrialRequest } from './command.ts';
import { flagsText } from './command-flags.ts';
import type { Job } from './job.ts';

type AskedAs = Pick<Job, 'kind' | 'cluster' | 'undoes' | 'trial' | 'reason' | 'ticket' | 'onlyHost'>;

/** What a person types to ask for the same job again. */
export function commandOf(job: AskedAs): string {
  const { reason, ticket, onlyHost: host } = job;
  if (job.trial !== undefined) return trialCommand(job.cluster, job.trial.request, { reason, ticket });
  return commandLine([job.kind, job.undoes ?? job.cluster], { host, reason, ticket });
}

/** What a person types to have the same thing planned, to be applied later; `undefined`: it can't be planned so. */
export function planCommandOf(job: AskedAs): string | undefined {
  const { kind, cluster, undoes, reason, ticket, onlyHost: host } = job;
  if ((kind !== 'enable' && kind !== 'repair' && kind !== 'revert') || undoes !== undefined) return undefined;
  return commandLine(['plan', kind, cluster], { host, reason, ticket });
}

/** The command that asks for this trial, with /vmotion before it. */
export function trialCommand(
  cluster: string,
  { vm, from, to, isReturning }: TrialRequest,
  { reason, ticket }: Grounds = {},
): string {
  const flags = { vm, from, to, return: isReturning ? '' : undefined, reason, ticket };
  return commandLine(['trial', cluster], flags);
}

/** A command that changes something, with other grounds than it was typed with. */
export function withGrounds(command: CommandOf<'enable' | 'repair' | 'revert' | 'trial'>, grounds: Grounds): string {
  if (command.verb === 'trial') return trialCommand(command.cluster, command.trial, grounds);
  if (command.verb === 'revert') return commandLine(['revert', command.target], grounds);
  return commandLine([command.verb, command.cluster], { host: command.host, ...grounds });
}

/** A flag without a value has ''; one that is `undefined` is left out. */
function commandLine(words: string[], flags: Record<string, string | undefined>): string {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(flags)) if (value !== undefined) values[name] = value;
  return ['/vmotion', ...words, ...flagsText({ values })].join(' ');
}
