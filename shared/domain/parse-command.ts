// The grammar of /vmotion: a verb, what it is about, and flags.
import { PLANNED_CHANGES, VERBS, type Verb } from './command.ts';
import { exampleOf, type ReadFlags, flagsOf, quotedValue, readFlags } from './command-flags.ts';
import { refuseCommand, refuseFlag, refuseTopic, refuseVerb } from './command-refusal.ts';
import { type CommandToken, isMention, toCommandTokens } from './command-text.ts';
import { findExactCluster } from './find-cluster.ts';
import { fixWith, type Grammar, type KnownClusters, type Parsed } from './grammar.ts';
import { isJobId } from './job-id.ts';
import { meantVerb, meantVerbs } from './meant-verb.ts';
import { nearest } from './nearest.ts';
import { parseReject } from './parse-reject.ts';
import { parseVerb } from './parse-verb.ts';

/** Longer than any command; a guard against a document pasted by mistake. */
const TYPED_MAX = 1000;
/** Longer than any fix that a person would copy. */
const FIX_MAX = 300;

/** The command that `text` asks for, or three lines on what is wrong with it. Never throws. The `fix` of a refusal is a
 * command that this grammar accepts. */
export function parseCommand(text: string, known: KnownClusters): Parsed {
  if (text.length > TYPED_MAX) {
    const why = `A command has at most ${TYPED_MAX} characters; this has ${text.length}.`;
    return refuseCommand('too-long', { what: 'That is too long for a command.', why, fix: '/vmotion help' });
  }
  const grammar: Grammar = { known, tryFix: (words) => tryFix(words, known) };
  const tokens = toCommandTokens(text);
  const start = tokens.findIndex((token) => !isMention(token) && textOf(token) !== '');
  const [first, ...rest] = start < 0 ? [] : tokens.slice(start);
  if (first === undefined) return { verb: 'help' };
  if (isHelp(first)) return parseHelp(rest[0]);
  const verb = toVerb(first);
  if (verb === undefined) return explainVerb(grammar, textOf(first), rest);
  if (rest[0] !== undefined && isHelp(rest[0])) return { verb: 'help', about: verb };
  if (verb === 'reject') return parseReject(grammar, rest);
  const read = withTarget(readFlags(verb, rest), known);
  return refuseFlags(grammar, verb, read) ?? parseVerb(grammar, verb, read);
}

/** `help me` asks for all of it. */
function parseHelp(topic: CommandToken | undefined): Parsed {
  if (topic?.kind !== 'word' || isMention(topic) || topic.text.toLowerCase() === 'me') return { verb: 'help' };
  const about = toVerb(topic) ?? meantVerb(topic.text);
  return about === undefined ? refuseTopic(topic.text) : { verb: 'help', about };
}

/** A flag that the verb has not, one that was given twice, or one without its value: what `--host` was to limit is not
 * done to the whole cluster because the host's name is missing. */
function refuseFlags(grammar: Grammar, verb: Verb, read: ReadFlags): Parsed | undefined {
  const { unknown, twice, empty } = read;
  if (unknown !== undefined) {
    const fix = fixWith(grammar, [verb, ...read.words], read);
    return refuseFlag(verb, unknown, nearest(unknown, [...flagsOf(verb), 'help']), fix);
  }
  const fix = `/vmotion help ${verb}`;
  if (empty !== undefined) {
    const why = `It takes one word, as in ${exampleOf(empty)}.`;
    return refuseCommand('flag-value', { what: `--${empty} needs a value.`, why, fix });
  }
  const why = 'A flag has one value.';
  if (twice === undefined) return undefined;
  return refuseCommand('too-much', { what: `--${twice} is given twice, with different values.`, why, fix });
}

/** `enable --reason new racks cluster-a`: without quotes, the reason took the name of the cluster too. */
function withTarget(read: ReadFlags, known: KnownClusters): ReadFlags {
  const { reason } = read.values;
  const isTargetless = read.words.every((word) => PLANNED_CHANGES.some((change) => change === word.toLowerCase()));
  if (!isTargetless || reason === undefined) return read;
  const last = /\s(\S+)$/.exec(reason)?.[1];
  const names = [...known.clusters, ...(known.elsewhere ?? [])];
  if (last === undefined || !(isJobId(last) || findExactCluster(last, names) !== undefined)) return read;
  return {
    ...read,
    words: [...read.words, last],
    values: { ...read.values, reason: reason.slice(0, -last.length).trim() },
  };
}

function explainVerb(grammar: Grammar, typed: string, rest: CommandToken[]): Parsed {
  const after = rest.map(typedAgain);
  const cluster = findExactCluster(typed, grammar.known.clusters);
  const swapped = toVerb(rest[0]);
  if (cluster !== undefined) {
    const verb = swapped ?? 'status';
    return refuseVerb(
      typed,
      swapped === undefined ? [] : [swapped],
      grammar.tryFix([verb, cluster, ...after.slice(1)]),
    );
  }
  const meant = meantVerbs(typed);
  return refuseVerb(typed, meant, meant[0] === undefined ? '/vmotion help' : grammar.tryFix([meant[0], ...after]));
}

/** The corrected command if it is one, or else what it should have been in turn. Each try has one mistake less. */
function tryFix(words: string[], known: KnownClusters): string {
  const text = words.join(' ');
  const parsed = parseCommand(text, known);
  if ('kind' in parsed) return parsed.fix;
  return text.length > FIX_MAX ? `/vmotion help ${parsed.verb}` : `/vmotion ${text}`;
}

function toVerb(token: CommandToken | undefined): Verb | undefined {
  return token?.kind === 'word' ? VERBS.find((verb) => verb === token.text.toLowerCase()) : undefined;
}

function isHelp(token: CommandToken): boolean {
  return token.kind === 'flag' ? token.name === 'help' || token.name === 'h' : token.text.toLowerCase() === 'help';
}

/** As it was typed, in its quotes: a VM's name with a space stays one name. */
function typedAgain(token: CommandToken): string {
  return token.kind === 'word' && token.isQuoted ? quotedValue(token.text) : token.raw;
}

function textOf(token: CommandToken): string {
  return token.kind === 'word' ? token.text : token.raw;
}
