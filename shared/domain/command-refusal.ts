// What is wrong with a typed command, in three lines: what, why, and a command that works.
import { VERBS, type Verb } from './command.ts';
import { flagsOf } from './command-flags.ts';
import type { Refusal } from './reply.ts';

/** Every code stands in docs/errors.md. */
export const COMMAND_REFUSALS = [
  'unknown-verb',
  'unknown-flag',
  'flag-missing',
  'flag-value',
  'not-a-time',
  'reason-missing',
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

/** Those that most people look for; `help` has the others. */
const USED_MOST: readonly Verb[] = ['status', 'check', 'plan', 'enable', 'test', 'audit', 'revert'];

/** `meant`: the verbs it may have been, the likeliest first. */
export function refuseVerb(typed: string, meant: readonly Verb[], fix: string): Refusal {
  const why = `Used most: ${USED_MOST.join(', ')}. All ${VERBS.length} verbs: /vmotion help.`;
  return refuseCommand('unknown-verb', { what: `Unknown verb ${quote(typed)}.${didYouMean(meant)}`, why, fix });
}

/** `help` about something that is no command, nor near one. */
export function refuseTopic(typed: string): Refusal {
  const why = `There is help about ${VERBS.join(', ')}.`;
  return refuseCommand('unknown-verb', { what: `There is no command ${quote(typed)}.`, why, fix: '/vmotion help' });
}

/** " Did you mean "alarm" or "alarms"?", with the space before it; nothing where nothing is near. */
export function didYouMean(names: readonly string[]): string {
  if (names.length === 0) return '';
  const quoted = names.map(quote);
  const last = quoted.pop();
  return ` Did you mean ${quoted.length === 0 ? '' : `${quoted.join(', ')} or `}${last}?`;
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

/** The refusal of a word too many, with what the verb is about. */
export function refuseExtra(verb: Verb, extra: string, fix: string): Refusal {
  return refuseCommand('too-much', {
    what: `${quote(extra)} is one word too many.`,
    why: `${verb} ${ABOUT[verb]}.`,
    fix,
  });
}

/** How a trial is typed. */
export const TRIAL_USAGE = 'A trial is typed as: trial cluster --vm NAME --from HOST --to HOST [--return].';

const ONE_CLUSTER = 'is about one cluster at a time';
const ONE_JOB = 'is about one job at a time';
const ONE_ALARM = 'is about one alarm at a time';
const ALONE = 'stands alone';

const ABOUT: Record<Verb, string> = {
  help: 'is about one verb at a time',
  version: ALONE,
  whoami: ONE_CLUSTER,
  status: ONE_CLUSTER,
  list: 'lists one kind of thing at a time',
  check: ONE_CLUSTER,
  plan: ONE_CLUSTER,
  enable: ONE_CLUSTER,
  repair: ONE_CLUSTER,
  apply: ONE_JOB,
  test: ONE_CLUSTER,
  trial: ONE_CLUSTER,
  evidence: ONE_CLUSTER,
  audit: ONE_CLUSTER,
  revert: ONE_CLUSTER,
  approve: ONE_JOB,
  reject: ONE_JOB,
  withdraw: ONE_JOB,
  cancel: ONE_JOB,
  pause: ONE_JOB,
  resume: ONE_JOB,
  abort: ONE_JOB,
  retry: ONE_JOB,
  show: ONE_JOB,
  history: ONE_CLUSTER,
  freeze: `${ONE_CLUSTER}, or all of them`,
  unfreeze: `${ONE_CLUSTER}, or all of them`,
  policy: ONE_CLUSTER,
  alarms: ONE_CLUSTER,
  alarm: ONE_ALARM,
  subscribe: ONE_CLUSTER,
  unsubscribe: ONE_CLUSTER,
  dlq: 'is about one message at a time',
  'audit-log': ONE_CLUSTER,
};

function whyNot(verb: Verb, name: string): string {
  if (/^(y|yes|force|approve|auto-?approve|no-?approval)$/.test(name)) return "An approval can't be skipped by a flag.";
  if (/^(dry-?run|n|what-?if)$/.test(name)) return 'To see what would be done, type "plan" before it.';
  if (verb === 'trial') return TRIAL_USAGE;
  const flags = flagsOf(verb).map((flag) => `--${flag}`);
  if (flags.length === 0) return `${verb} has no flags; what it does is declared in vmotion.yaml.`;
  return `${flags.length === 1 ? 'The only flag' : 'The flags'} of ${verb} ${flags.length === 1 ? 'is' : 'are'} ${flags.join(', ')}.`;
}
