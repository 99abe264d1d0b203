// One verb whose flags are read: what it is about.
import { type Command, LISTED, OUTPUTS, PLANNED_CHANGES, type Verb } from './command.ts';
import type { ReadFlags } from './command-flags.ts';
import { quote, refuseCommand, refuseExtra } from './command-refusal.ts';
import { type ClusterQuestion, findExactCluster } from './find-cluster.ts';
import { aboutCluster, aboutJob, fixWith, type Grammar, type Parsed, refuseSurplus, refuseValue } from './grammar.ts';
import { isJobId, toJobId } from './job-id.ts';
import { nearest } from './nearest.ts';
import { parseAlarm, parsePolicy, parseTopics } from './parse-alarm.ts';
import { parseFreeze, parseUnfreeze } from './parse-freeze.ts';
import { parseTrial } from './parse-trial.ts';

/** Verbs with a shape of their own. */
const OWN = {
  plan: parsePlan,
  trial: parseTrial,
  freeze: parseFreeze,
  unfreeze: parseUnfreeze,
  policy: parsePolicy,
  alarm: parseAlarm,
  subscribe: parseTopics('subscribe'),
  unsubscribe: parseTopics('unsubscribe'),
  list: parseList,
  dlq: parseDlq,
  'audit-log': parseAuditLog,
};
type OwnVerb = keyof typeof OWN;
type PlainVerb = Exclude<Verb, 'reject' | OwnVerb>;

/** The command, or what is wrong with it. Unknown flags are refused before. */
export function parseVerb(grammar: Grammar, verb: Exclude<Verb, 'reject'>, read: ReadFlags): Parsed {
  if (hasOwnShape(verb)) return OWN[verb](grammar, read);
  return refuseSurplus(grammar, verb, read, { max: 1 }) ?? parseAbout(grammar, verb, read);
}

function hasOwnShape(verb: Verb): verb is OwnVerb {
  return Object.hasOwn(OWN, verb);
}

/** Verbs about at most one cluster or one job. */
function parseAbout(grammar: Grammar, verb: PlainVerb, read: ReadFlags): Parsed {
  const [target] = read.words;
  const cluster = (access: ClusterQuestion['access'], build: (cluster: string) => Parsed) =>
    aboutCluster(grammar, { typed: target, command: verb, access }, build, read);
  const grounds = { reason: read.values['reason'], ticket: read.values['ticket'] };
  switch (verb) {
    case 'help':
      return { verb };
    case 'version':
      return target === undefined ? { verb } : refuseExtra(verb, target, '/vmotion version');
    case 'status':
    case 'history':
    case 'whoami':
    case 'alarms':
    case 'audit':
      if (target === undefined || target.toLowerCase() === 'all') return { verb };
      return cluster('read', (name) => ({ verb, cluster: name }));
    case 'check':
    case 'evidence':
      return cluster('read', (name) => ({ verb, cluster: name }));
    case 'enable':
    case 'repair':
      return cluster('write', (name) => ({ verb, cluster: name, host: read.values['host'], ...grounds }));
    case 'test':
      return cluster('probe', (name) => withOutput(grammar, read, { verb, cluster: name }));
    case 'revert':
      if (target !== undefined && isJobId(target) && !isCluster(grammar, target)) {
        return { verb, target: toJobId(target), ...grounds };
      }
      return cluster('write', (name) => ({ verb, target: name, ...grounds }));
    case 'show':
      return aboutJob(grammar, verb, target, (job) => withOutput(grammar, read, { verb, job }));
    case 'approve':
      return aboutJob(grammar, verb, target, (job) => ({ verb, job, comment: read.values['comment'] }));
    case 'abort':
      return aboutJob(grammar, verb, target, (job) => ({
        verb,
        job,
        isPuttingBack: read.values['put-back'] !== undefined,
      }));
    case 'apply':
    case 'withdraw':
    case 'cancel':
    case 'pause':
    case 'resume':
    case 'retry':
      return aboutJob(grammar, verb, target, (job) => ({ verb, job }));
    default:
      throw new Error(`unknown verb ${String(verb satisfies never)}`);
  }
}

function isCluster({ known }: Grammar, typed: string): boolean {
  return findExactCluster(typed, [...known.clusters, ...(known.elsewhere ?? [])]) !== undefined;
}

/** `plan cluster-a` plans `enable`. */
function parsePlan(grammar: Grammar, read: ReadFlags): Parsed {
  const [first = '', second] = read.words;
  const change = PLANNED_CHANGES.find((one) => one === first.toLowerCase());
  if (change === undefined && second !== undefined) {
    const meant = nearest(first, PLANNED_CHANGES) ?? 'enable';
    const what = `${quote(first)} can't be planned. Did you mean ${quote(meant)}?`;
    const fix = fixWith(grammar, ['plan', meant, second], read);
    return refuseCommand('unknown-verb', { what, why: 'A plan is made for enable, revert or repair.', fix });
  }
  const planned = change ?? 'enable';
  const surplus = refuseSurplus(grammar, 'plan', read, { max: 2 });
  if (surplus !== undefined) return surplus;
  const { host, reason, ticket } = read.values;
  if (planned === 'revert' && host !== undefined) {
    const { host: _, ...values } = read.values;
    const why = 'A revert puts back every host that was changed.';
    const fix = fixWith(grammar, ['plan', ...read.words], { values });
    return refuseCommand('unknown-flag', { what: 'plan revert has no flag "--host".', why, fix });
  }
  const typed = change === undefined ? first : second;
  const question = { typed, command: `plan ${planned}`, access: 'read' } as const;
  return aboutCluster(
    grammar,
    question,
    (cluster) => ({ verb: 'plan', change: planned, cluster, host, reason, ticket }),
    read,
  );
}

function withOutput(grammar: Grammar, read: ReadFlags, command: Extract<Command, { verb: 'test' | 'show' }>): Parsed {
  const typed = read.values['output'];
  if (typed === undefined) return command;
  const output = OUTPUTS.find((one) => one === typed.toLowerCase());
  if (output !== undefined) return { ...command, output };
  const { output: _, ...values } = read.values;
  const fix = fixWith(grammar, [command.verb, ...read.words], { values: { ...values, output: 'csv' } });
  return refuseValue('flag-value', { flag: 'output', typed, why: `It is one of ${OUTPUTS.join(', ')}.`, fix });
}

/** `list` alone lists the clusters; only jobs are listed of one cluster. */
function parseList(grammar: Grammar, read: ReadFlags): Parsed {
  const [typed = 'clusters'] = read.words;
  const word = typed.toLowerCase();
  const what = LISTED.find((one) => one === word || one === `${word}s`);
  if (what === undefined) {
    const meant = nearest(word, LISTED);
    const hint = meant === undefined ? '' : ` Did you mean ${quote(meant)}?`;
    return refuseCommand('unknown-verb', {
      what: `${quote(typed)} can't be listed.${hint}`,
      why: `What can be listed: ${LISTED.join(', ')}.`,
      fix: `/vmotion list ${meant ?? 'clusters'}`,
    });
  }
  const surplus = refuseSurplus(grammar, 'list', read, { max: what === 'jobs' ? 2 : 1 });
  const target = read.words[1];
  if (surplus !== undefined || target === undefined) return surplus ?? { verb: 'list', what };
  const question = { typed: target, command: 'list jobs', access: 'read' } as const;
  return aboutCluster(grammar, question, (cluster) => ({ verb: 'list', what, cluster }));
}

/** Longer than any id of a message. */
const MESSAGE_ID_CHARS_MAX = 100;

function parseDlq(grammar: Grammar, read: ReadFlags): Parsed {
  const [action = 'list', id] = read.words;
  const word = action.toLowerCase();
  if (word === 'list') return refuseSurplus(grammar, 'dlq', read, { max: 1 }) ?? { verb: 'dlq', action: 'list' };
  const why = 'dlq list shows what could not be delivered, with ids; dlq redrive ID tries one of them again.';
  if (word !== 'redrive') {
    const what = `${quote(action)} is nothing that dlq does.`;
    return refuseCommand('unknown-verb', { what, why, fix: '/vmotion dlq list' });
  }
  if (id === undefined) {
    return refuseCommand('target-missing', {
      what: 'Which message? "dlq redrive" needs its id.',
      why,
      fix: '/vmotion dlq list',
    });
  }
  const surplus = refuseSurplus(grammar, 'dlq', read, { max: 2 });
  return surplus ?? { verb: 'dlq', action: 'redrive', id: id.slice(0, MESSAGE_ID_CHARS_MAX) };
}

const AUDIT_LOG_ACTIONS = ['verify', 'export'] as const;

function parseAuditLog(grammar: Grammar, read: ReadFlags): Parsed {
  const [typed = 'verify', target] = read.words;
  const action = AUDIT_LOG_ACTIONS.find((one) => one === typed.toLowerCase());
  if (action === undefined) {
    const meant = nearest(typed, AUDIT_LOG_ACTIONS) ?? 'verify';
    const what = `${quote(typed)} is nothing that audit-log does. Did you mean ${quote(meant)}?`;
    const why = 'audit-log verify recomputes its chain of hashes; audit-log export hands it out.';
    return refuseCommand('unknown-verb', { what, why, fix: `/vmotion audit-log ${meant}` });
  }
  const surplus = refuseSurplus(grammar, 'audit-log', read, { max: 2 });
  if (surplus !== undefined) return surplus;
  if (target === undefined || target.toLowerCase() === 'all') return { verb: 'audit-log', action };
  const question = { typed: target, command: `audit-log ${action}`, access: 'read' } as const;
  return aboutCluster(grammar, question, (cluster) => ({ verb: 'audit-log', action, cluster }));
}
