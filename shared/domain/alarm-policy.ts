// What vmotion.yaml says about alarms: which rule fits an alarm. First one wins; without one the alarm is only shown.
import type { AlarmSignal, AlarmSource, AlarmState, Severity } from './alarm-signal.ts';
import { meaningOf } from './alarm-meaning.ts';
import type { ChangeWindow } from './settings.ts';

/** `repair`: bring a host that was enabled before back to its profile. `enable`: also one that never was. `test`: the
 * matrix, no change. */
export const POLICY_ACTIONS = ['ignore', 'notify', 'test', 'repair', 'enable'] as const;
export type PolicyAction = (typeof POLICY_ACTIONS)[number];

/** Everything given must fit. Texts are globs: `*` is any text, `?` one character; case does not count. */
export type AlarmMatch = {
  source?: AlarmSource[] | undefined;
  alarm?: string[] | undefined;
  event?: string[] | undefined;
  cluster?: string[] | undefined;
  host?: string[] | undefined;
  severity?: Severity[] | undefined;
  state?: AlarmState[] | undefined;
};

/** Jobs that rules start within any hour. */
export type AlarmLimits = { perObject: number; perCluster: number; total: number };

export type AlarmRule = {
  id: string;
  match: AlarmMatch;
  action: PolicyAction;
  /** `ask`: the job waits for approval as any change does. A test changes nothing and is never asked for. */
  mode: 'auto' | 'ask';
  /** After a job of this rule for an object, no other one for that long. */
  cooldownMinutes: number;
  limits: AlarmLimits;
  /** A plan of an `auto` rule that changes more hosts than this waits for approval. */
  maxHosts: number;
  /** Jobs start only inside of these; without any, always. */
  windows?: ChangeWindow[] | undefined;
  /** The cluster's last test, not older than a day, must show that every other host is well; else a test runs first. */
  needsPassingTest: boolean;
  /** After this many failures in a row the rule starts nothing; after that long it asks, once. */
  breaker: { failures: number; halfOpenAfterMinutes: number };
};

export type AlarmPolicy = {
  /** Where alarms are shown that fit no cluster. */
  channel?: string | undefined;
  rules: AlarmRule[];
  /** Of all rules together. */
  limits: AlarmLimits;
  /** An alarm that goes on and off this often within that time is shown as flapping, and nothing is done about it. */
  flap: { transitions: number; minutes: number };
};

/** Where the alarm was placed, as far as rules can ask for it. */
export type MatchedPlace = { cluster?: string | undefined; host?: string | undefined };

/** The first rule that fits. */
export function findRule(
  signal: Pick<AlarmSignal, 'source' | 'alarm' | 'event' | 'severity' | 'state'>,
  place: MatchedPlace,
  rules: AlarmRule[],
): AlarmRule | undefined {
  return rules.find(({ match }) => isMatch(signal, place, match));
}

function isMatch(
  { source, alarm, event, severity, state }: Pick<AlarmSignal, 'source' | 'alarm' | 'event' | 'severity' | 'state'>,
  { cluster, host }: MatchedPlace,
  match: AlarmMatch,
): boolean {
  return (
    // Polling finds what another way in has lost: a rule for that way is meant for it too.
    (match.source === undefined || match.source.includes(source) || source === 'poll') &&
    fits(match.alarm, alarm) &&
    fits(match.event, event) &&
    fits(match.cluster, cluster) &&
    fits(match.host, host) &&
    (match.severity === undefined || match.severity.includes(severity)) &&
    (match.state === undefined || match.state.includes(state))
  );
}

function fits(globs: string[] | undefined, text: string | undefined): boolean {
  if (globs === undefined) return true;
  return text !== undefined && globs.some((glob) => isGlobMatch(glob, text));
}

/** In time that grows with the product of both lengths, whatever the glob: no regular expression is made of it. */
export function isGlobMatch(glob: string, text: string): boolean {
  const [pattern, subject] = [glob.toLowerCase(), text.toLowerCase()];
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < subject.length; ) {
    if (at < pattern.length && (pattern[at] === '?' || pattern[at] === subject[index]) && pattern[at] !== '*') {
      at += 1;
      index += 1;
    } else if (pattern[at] === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** What a rule's action becomes for this alarm: what configuration can't mend is tested, never "repaired". */
export function actionFor(
  signal: Pick<AlarmSignal, 'alarm' | 'event'>,
  rule: AlarmRule | undefined,
  isFixable: (meaning: ReturnType<typeof meaningOf>) => boolean,
): PolicyAction {
  if (rule === undefined) return 'notify';
  const isChange = rule.action === 'repair' || rule.action === 'enable';
  return isChange && !isFixable(meaningOf(signal)) ? 'test' : rule.action;
}
