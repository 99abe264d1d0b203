// The grammar of /vmotion: a verb, what it is about, and for `reject` a reason.
import { type Command, PLANNED_CHANGES, VERBS, type Verb } from './command.ts';
import { quote, refuseCommand, refuseExtra, refuseFlag, refuseVerb } from './command-refusal.ts';
import { type CommandToken, isMention, toCommandTokens } from './command-text.ts';
import { type ClusterQuestion, findCluster, findExactCluster } from './find-cluster.ts';
import { guessJobId, isJobId, toJobId } from './job-id.ts';
import { meantVerb } from './meant-verb.ts';
import { nearest } from './nearest.ts';
import { parseTrial } from './parse-trial.ts';
import type { Refusal } from './reply.ts';

/** Longer than any command; a guard against a document pasted by mistake. */
const TYPED_MAX = 1000;
/** Longer than any fix that a person would copy. */
const FIX_MAX = 120;

type Known = { clusters: readonly string[] };
type Parsed = Command | Refusal;

/** The command that `text` asks for, or three lines on what is wrong with it. Never throws. `known.clusters`: those
 * that may be named where the text was typed. The `fix` of a refusal is a command that this grammar accepts. */
export function parseCommand(text: string, known: Known): Parsed {
  if (text.length > TYPED_MAX) {
    const why = `A command has at most ${TYPED_MAX} characters; this has ${text.length}.`;
    return refuseCommand('too-long', { what: 'That is too long for a command.', why, fix: '/vmotion help' });
  }
  const tokens = toCommandTokens(text);
  const start = tokens.findIndex((token) => !isMention(token) && textOf(token) !== '');
  const [first, ...rest] = start < 0 ? [] : tokens.slice(start);
  if (first === undefined) return { verb: 'help' };
  if (isHelp(first)) return { verb: 'help', about: toVerb(rest[0]) ?? meantVerb(rest[0]?.raw ?? '') };
  const verb = toVerb(first);
  if (verb === undefined) return explainVerb(textOf(first), rest, known);
  if (rest[0] !== undefined && isHelp(rest[0])) return { verb: 'help', about: verb };
  if (verb === 'reject') return parseReject(rest, known);
  if (verb === 'trial') return parseTrial(rest, known);
  return parseAbout(verb, rest, known);
}

/** Verbs without flags of their own: at most one target, or two words after `plan`. */
function parseAbout(verb: Exclude<Verb, 'reject' | 'trial'>, tokens: CommandToken[], known: Known): Parsed {
  const said = tokens.filter((token) => !isMention(token) && textOf(token) !== '');
  const words = said.filter((token) => token.kind === 'word').map((token) => token.text);
  const flag = said.find((token) => token.kind === 'flag');
  if (flag !== undefined)
    return refuseFlag(verb, flag.name, nearest(flag.name, ['help']), tryFix([verb, ...words], known));
  if (verb === 'plan') return parsePlan(words, known);
  const [target, extra] = words;
  if (target !== undefined && extra !== undefined) return refuseExtra(verb, extra, tryFix([verb, target], known));
  const ask = (access: ClusterQuestion['access']) => ({ typed: target, command: verb, access, ...known });
  switch (verb) {
    case 'help':
      return { verb };
    case 'status':
    case 'history':
      if (target === undefined || target.toLowerCase() === 'all') return { verb };
      return aboutCluster(ask('read'), (cluster) => ({ verb, cluster }));
    case 'check':
    case 'evidence':
      return aboutCluster(ask('read'), (cluster) => ({ verb, cluster }));
    case 'enable':
    case 'repair':
      return aboutCluster(ask('write'), (cluster) => ({ verb, cluster }));
    case 'test':
      return aboutCluster(ask('probe'), (cluster) => ({ verb, cluster }));
    case 'revert':
      if (target !== undefined && isJobId(target) && findExactCluster(target, known.clusters) === undefined) {
        return { verb, target: toJobId(target) };
      }
      return aboutCluster(ask('write'), (cluster) => ({ verb, target: cluster }));
    case 'apply':
    case 'approve':
    case 'show':
      return aboutJob(verb, target, known, (job) => ({ verb, job }));
    default:
      throw new Error(`unknown verb ${String(verb satisfies never)}`);
  }
}

/** `plan cluster-a` plans `enable`. */
function parsePlan(words: string[], known: Known): Parsed {
  const [first = '', second] = words;
  const change = PLANNED_CHANGES.find((one) => one === first.toLowerCase());
  if (change === undefined && second !== undefined) {
    const meant = nearest(first, PLANNED_CHANGES) ?? 'enable';
    const what = `${quote(first)} can't be planned. Did you mean ${quote(meant)}?`;
    const fix = tryFix(['plan', meant, second], known);
    return refuseCommand('unknown-verb', { what, why: 'A plan is made for enable, revert or repair.', fix });
  }
  const [planned, cluster, extra] =
    change === undefined ? (['enable', first, second] as const) : ([change, second, words[2]] as const);
  if (extra !== undefined) return refuseExtra('plan', extra, tryFix(['plan', ...words.slice(0, 2)], known));
  const question = { typed: cluster, command: `plan ${planned}`, access: 'read', ...known } as const;
  return aboutCluster(question, (found) => ({ verb: 'plan', change: planned, cluster: found }));
}

/** The reason is what follows the id, with --reason before it or without. It may be empty. */
function parseReject(tokens: CommandToken[], known: Known): Parsed {
  const [first] = tokens;
  // With the flag first, the id stands behind the reason.
  const id = first?.kind === 'flag' ? tokens.findLast((token) => isJobId(textOf(token))) : first;
  const [lead, ...rest] = tokens.filter((token) => token !== id);
  if (lead?.kind === 'flag' && lead.hasDashes && lead.name !== 'reason') {
    const fix = tryFix(['reject', id === undefined ? '' : textOf(id)], known);
    return refuseFlag('reject', lead.name, nearest(lead.name, ['reason', 'help']), fix);
  }
  const isReasonFlag = lead?.kind === 'flag' && lead.name === 'reason';
  const said = [isReasonFlag ? lead.value : lead?.raw, ...rest.map((token) => token.raw)];
  const reason = said
    .filter((part) => part !== undefined)
    .join(' ')
    .trim();
  return aboutJob('reject', id === undefined ? undefined : textOf(id), known, (job) => ({
    verb: 'reject',
    job,
    reason,
  }));
}

function aboutCluster(question: ClusterQuestion, build: (cluster: string) => Command): Parsed {
  const found = findCluster(question);
  return 'kind' in found ? found : build(found.cluster);
}

function aboutJob(verb: Verb, typed: string | undefined, known: Known, build: (job: string) => Command): Parsed {
  const why = 'A job is named by the id in its message: j- and six letters or digits.';
  if (typed === undefined || typed === '') {
    return refuseCommand('target-missing', {
      what: `Which job? "${verb}" needs its id.`,
      why,
      fix: '/vmotion history',
    });
  }
  if (isJobId(typed)) return build(toJobId(typed));
  const cluster = findExactCluster(typed, known.clusters);
  const guess = guessJobId(typed);
  const list = cluster === undefined ? '/vmotion history' : `/vmotion history ${cluster}`;
  const fix = guess === undefined ? list : `/vmotion ${verb} ${guess}`;
  return refuseCommand('not-a-job-id', { what: `${quote(typed)} is not a job's id.`, why, fix });
}

function explainVerb(typed: string, rest: CommandToken[], known: Known): Parsed {
  const after = rest.map((token) => token.raw);
  const cluster = findExactCluster(typed, known.clusters);
  const swapped = toVerb(rest[0]);
  if (cluster !== undefined) {
    const verb = swapped ?? 'status';
    return refuseVerb(typed, swapped, tryFix([verb, cluster, ...after.slice(1)], known));
  }
  const meant = meantVerb(typed);
  return refuseVerb(typed, meant, meant === undefined ? '/vmotion help' : tryFix([meant, ...after], known));
}

/** The corrected command if it is one, or else what it should have been in turn. Each try has one mistake less. */
function tryFix(words: string[], known: Known): string {
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

function textOf(token: CommandToken): string {
  return token.kind === 'word' ? token.text : token.raw;
}
