// policy show|explain, alarm fix|plan|ignore|explain, subscribe and unsubscribe.
import { ALARM_ACTIONS, type AlarmAction, TOPICS, type Topic } from './command.ts';
import type { ReadFlags } from './command-flags.ts';
import { quote, refuseCommand } from './command-refusal.ts';
import { aboutCluster, fixWith, type Grammar, type Parsed, refuseSurplus, refuseValue } from './grammar.ts';
import { nearest } from './nearest.ts';
import { parseSpan } from './time-span.ts';

/** Whether this is the id of an alarm's card: a-7f3k9c. Case does not count. */
function isCardId(text: string): boolean {
  return /^a-[a-z0-9]{6,12}$/i.test(text);
}

/** `policy` alone shows the policies of the channel's clusters. */
export function parsePolicy(grammar: Grammar, read: ReadFlags): Parsed {
  const [typed = 'show', second] = read.words;
  const action = typed.toLowerCase();
  if (action === 'explain') return parseExplain(grammar, read);
  if (action !== 'show') {
    const meant = nearest(action, ['show', 'explain']) ?? 'show';
    return refuseCommand('unknown-verb', {
      what: `${quote(typed)} is nothing that policy does. Did you mean ${quote(meant)}?`,
      why: 'policy show tells the rules; policy explain ALARM --on HOST what they make of one alarm.',
      fix: fixWith(grammar, ['policy', meant, ...read.words.slice(1)], read),
    });
  }
  if (read.values['on'] !== undefined) {
    const why = 'It goes with policy explain.';
    const fix = grammar.tryFix(['policy', ...read.words]);
    return refuseCommand('unknown-flag', { what: 'policy show has no flag "--on".', why, fix });
  }
  const surplus = refuseSurplus(grammar, 'policy', read, { max: 2 });
  if (surplus !== undefined) return surplus;
  if (second === undefined || second.toLowerCase() === 'all') return { verb: 'policy', action };
  const question = { typed: second, command: 'policy show', access: 'read' } as const;
  return aboutCluster(grammar, question, (cluster) => ({ verb: 'policy', action, cluster }));
}

/** Longer than any name of an alarm. */
const ALARM_CHARS_MAX = 200;

/** The name of an alarm has spaces, with quotes around it or without. */
function parseExplain(_grammar: Grammar, { words, values }: ReadFlags): Parsed {
  const alarm = words.slice(1).join(' ').slice(0, ALARM_CHARS_MAX);
  const host = values['on'] ?? '';
  if (alarm !== '' && host !== '') return { verb: 'policy', action: 'explain', alarm, host };
  return refuseCommand('flag-missing', {
    what:
      alarm === '' ? 'Which alarm? "policy explain" needs its name.' : 'On which host? "policy explain" needs --on.',
    why: 'It is typed as: policy explain ALARM --on HOST.',
    fix: '/vmotion help policy',
  });
}

/** `alarm fix|plan|ignore|explain ID`; without an action, `explain`. */
export function parseAlarm(grammar: Grammar, read: ReadFlags): Parsed {
  const [first = '', second] = read.words;
  const action = ALARM_ACTIONS.find((one) => one === first.toLowerCase());
  const id = action === undefined ? first : second;
  const why = 'An alarm is named by the id on its card: a- and letters or digits.';
  if (id === undefined || id === '') {
    const what = `Which alarm? "alarm ${action ?? 'explain'}" needs the id of its card.`;
    return refuseCommand('target-missing', { what, why, fix: '/vmotion alarms' });
  }
  if (action === undefined && !isCardId(id)) {
    const meant = nearest(first, ALARM_ACTIONS) ?? 'explain';
    const what = `${quote(first)} is nothing that can be done about an alarm. Did you mean ${quote(meant)}?`;
    const fix =
      second === undefined ? '/vmotion alarms' : fixWith(grammar, ['alarm', meant, ...read.words.slice(1)], read);
    return refuseCommand('unknown-verb', { what, why: `It is one of ${ALARM_ACTIONS.join(', ')}.`, fix });
  }
  if (!isCardId(id)) {
    return refuseCommand('not-a-job-id', {
      what: `${quote(id)} is not the id of an alarm's card.`,
      why,
      fix: '/vmotion alarms',
    });
  }
  const surplus = refuseSurplus(grammar, 'alarm', read, { max: action === undefined ? 1 : 2 });
  return surplus ?? withSpan(grammar, read, { action: action ?? 'explain', id: id.toLowerCase() });
}

function withSpan(grammar: Grammar, read: ReadFlags, alarm: { action: AlarmAction; id: string }): Parsed {
  const typed = read.values['for'];
  if (typed === undefined) return { verb: 'alarm', ...alarm };
  const plain = ['alarm', alarm.action, alarm.id];
  if (alarm.action !== 'ignore') {
    const what = `alarm ${alarm.action} has no flag "--for".`;
    return refuseCommand('unknown-flag', { what, why: 'It goes with alarm ignore.', fix: grammar.tryFix(plain) });
  }
  const forMinutes = parseSpan(typed);
  if (forMinutes !== undefined) return { verb: 'alarm', ...alarm, forMinutes };
  const why = 'It is a length of time such as 30m, 1h or 2d.';
  return refuseValue('not-a-time', { flag: 'for', typed, why, fix: grammar.tryFix([...plain, '--for 1h']) });
}

/** Topics are divided by commas or spaces; none means all of them. */
export const parseTopics = (verb: 'subscribe' | 'unsubscribe') => (grammar: Grammar, read: ReadFlags) =>
  readTopics(grammar, verb, read);

function readTopics(grammar: Grammar, verb: 'subscribe' | 'unsubscribe', read: ReadFlags): Parsed {
  const [typed, ...rest] = read.words;
  const words = rest.flatMap((word) => word.split(',')).filter((word) => word !== '');
  const wrong = words.find((word) => !TOPICS.some((topic) => topic === word.toLowerCase()));
  if (wrong !== undefined) {
    const meant = nearest(wrong, TOPICS);
    const hint = meant === undefined ? '' : ` Did you mean ${quote(meant)}?`;
    return refuseCommand('flag-value', {
      what: `${quote(wrong)} is nothing to ${verb} ${verb === 'subscribe' ? 'to' : 'from'}.${hint}`,
      why: `A channel gets ${TOPICS.join(' and ')}.`,
      fix: grammar.tryFix([verb, typed ?? '', meant ?? TOPICS.join(',')]),
    });
  }
  const said = TOPICS.filter((topic) => words.some((word) => word.toLowerCase() === topic));
  const topics: Topic[] = said.length === 0 ? [...TOPICS] : said;
  return aboutCluster(grammar, { typed, command: verb, access: 'read' }, (cluster) => ({ verb, cluster, topics }));
}
