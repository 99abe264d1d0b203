// What the parsers of single verbs share.
import type { Command, Verb } from './command.ts';
import { type ReadFlags, flagsText } from './command-flags.ts';
import { quote, refuseCommand, refuseExtra } from './command-refusal.ts';
import { type ClusterQuestion, findCluster, findExactCluster } from './find-cluster.ts';
import { guessJobId, isJobId, toJobId } from './job-id.ts';
import type { Refusal } from './reply.ts';

/** `clusters`: those that may be named where the text was typed; only they are proposed. `elsewhere`: those of other
 * channels, known when they are typed in full, so that the answer is "not here" and not "never heard of". */
export type KnownClusters = { clusters: readonly string[]; elsewhere?: readonly string[] | undefined };

/** `tryFix` answers the whole command that these words should have been. */
export type Grammar = { known: KnownClusters; tryFix(words: string[]): string };

export type Parsed = Command | Refusal;

/** The command with these words and the flags that were typed, as a fix. */
export function fixWith(grammar: Grammar, words: string[], read: Pick<ReadFlags, 'values'>): string {
  return grammar.tryFix([...words, ...flagsText(read)]);
}

/** A refusal of the first word more than `max`, or `undefined`. `lead`: what was typed before the words. */
export function refuseSurplus(
  grammar: Grammar,
  verb: Verb,
  read: ReadFlags,
  { max, lead = [verb] }: { max: number; lead?: string[] },
): Refusal | undefined {
  const extra = read.words[max];
  if (extra === undefined) return undefined;
  return refuseExtra(verb, extra, fixWith(grammar, [...lead, ...read.words.slice(0, max)], read));
}

/** A flag whose value is none that it takes. */
export function refuseValue(
  code: 'flag-value' | 'not-a-time',
  lines: { flag: string; typed: string; why: string; fix: string },
): Refusal {
  const { flag, typed, why, fix } = lines;
  return refuseCommand(code, { what: `--${flag} can't be ${quote(typed)}.`, why, fix });
}

/** `flags` go with what the refusal of a cluster's name proposes. */
export function aboutCluster(
  grammar: Grammar,
  question: Pick<ClusterQuestion, 'typed' | 'command' | 'access'>,
  build: (cluster: string) => Parsed,
  read: Pick<ReadFlags, 'values'> = { values: {} },
): Parsed {
  const found = findCluster({ ...question, ...grammar.known });
  if (!('kind' in found)) return build(found.cluster);
  // Only the same command about another cluster takes the same flags.
  if (!found.fix.startsWith(`/vmotion ${question.command} `)) return found;
  return { ...found, fix: fixWith(grammar, [found.fix.slice('/vmotion '.length)], read) };
}

/** A verb about one job. `typed`: its id as it stands. */
export function aboutJob(
  grammar: Grammar,
  verb: Verb,
  typed: string | undefined,
  build: (job: string) => Parsed,
): Parsed {
  const why = 'A job is named by the id in its message: j- and six letters or digits.';
  if (typed === undefined || typed === '') {
    const what = `Which job? "${verb}" needs its id.`;
    return refuseCommand('target-missing', { what, why, fix: '/vmotion history' });
  }
  if (isJobId(typed)) return build(toJobId(typed));
  const cluster = findExactCluster(typed, grammar.known.clusters);
  const guess = guessJobId(typed);
  const list = cluster === undefined ? '/vmotion history' : `/vmotion history ${cluster}`;
  const fix = guess === undefined ? list : grammar.tryFix([verb, guess]);
  return refuseCommand('not-a-job-id', { what: `${quote(typed)} is not a job's id.`, why, fix });
}
