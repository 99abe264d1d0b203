// What is wrong with a typed command, in three lines: what, why, and a command that works.
import { VERBS, type Verb } from './command.ts';
import type { Refusal } from './reply.ts';

/** Every code stands in docs/errors.md. */
export const COMMAND_REFUSALS = [
  'unknown-verb',
  'unknown-flag',
  'flag-missing',
  'same-host',
  'unknown-cluster',
  'name-not-full',
  'name-ambiguous',
  'no-clusters',
  'target-missing',
  'not-a-job-id',
  'too-much',
  'too-long',
] as const;
export type CommandRefusalCode = (typeof COMMAND_REFUSALS)[number];

/** `fix` is always a whole command that can be typed as it stands. */
export function refuseCommand(code: CommandRefusalCode, lines: { what: string; why: string; fix: string }): Refusal {
  return { kind: 'refused', code, ...lines, exitCode: 2 };
}

const QUOTED_MAX = 40;

/** What somebody typed, in quotes and cut to a length that a message can bear. */
export function quote(typed: string): string {
  return typed.length <= QUOTED_MAX ? `"${typed}"` : `"${typed.slice(0, QUOTED_MAX - 1)}…"`;
}

/** `meant`: the verb it may have been. */
export function refuseVerb(typed: string, meant: Verb | undefined, fix: string): Refusal {
  const hint = meant === undefined ? '' : ` Did you mean ${quote(meant)}?`;
  const why = `A command begins with one of ${VERBS.join(', ')}.`;
  return refuseCommand('unknown-verb', { what: `Unknown verb ${quote(typed)}.${hint}`, why, fix });
}

/** `meant`: the flag it may have been, of those that the verb takes. */
export function refuseFlag(verb: Verb, name: string, meant: string | undefined, fix: string): Refusal {
  const hint = meant === undefined ? '' : ` Did you mean "--${meant}"?`;
  return refuseCommand('unknown-flag', {
    what: `${verb} has no flag ${quote(`--${name}`)}.${hint}`,
    why: whyNot(verb, name),
    fix,
  });
}

export function refuseExtra(verb: Verb, extra: string, fix: string): Refusal {
  const why = `${verb} is about one ${takesJob(verb) ? 'job' : 'cluster'} at a time.`;
  return refuseCommand('too-much', { what: `${quote(extra)} is one word too many.`, why, fix });
}

/** How a trial is typed. */
export const TRIAL_USAGE = 'A trial is typed as: trial cluster --vm NAME --from HOST --to HOST [--return].';

/** Whether the verb is about a job's id and never about a cluster. */
export function takesJob(verb: Verb): boolean {
  return verb === 'apply' || verb === 'approve' || verb === 'reject' || verb === 'show';
}

function whyNot(verb: Verb, name: string): string {
  if (/^(y|yes|force|approve|auto-?approve|no-?approval)$/.test(name)) return "An approval can't be skipped by a flag.";
  if (/^(dry-?run|n|what-?if)$/.test(name)) return 'To see what would be done, type "plan" before it.';
  if (verb === 'reject') return 'The only flag of reject is --reason.';
  if (verb === 'trial') return TRIAL_USAGE;
  return `${verb} has no flags; what it does is declared in vmotion.yaml.`;
}
