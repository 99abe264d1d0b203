// Which rule would act on an alarm now, and why. The same function decides and explains.
import { type PolicyAction, actionFor, type AlarmPolicy, type AlarmRule, findRule } from './alarm-policy.ts';
import type { AlarmPlace } from './alarm-place.ts';
import { meaningOf, MEANINGS } from './alarm-meaning.ts';
import type { AlarmSignal } from './alarm-signal.ts';
import { type Automation, breakerOf, coolsUntil, findLimit, type LimitName } from './automation.ts';
import { breakerState } from './breaker.ts';
import type { PolicyVerdict } from './policy-verdict.ts';

/** What the policy looks at beside the alarm itself. */
export type PolicyState = {
  automation: Automation;
  /** Why nothing may be changed now, where somebody has frozen it. */
  frozen?: { id: string; by: string; reason: string } | undefined;
  /** Whether now is inside a window of the rule; true without windows. */
  isInWindow: boolean;
  /** The cluster's last test, the host concerned left out. */
  lastTest: 'passing' | 'failing' | 'none';
  /** Whether the product has enabled the host before; of an alarm without a host, any host of the cluster. */
  wasEnabled: boolean;
  isSuppressed: boolean;
  ignoredUntil?: string | undefined;
};

export type PolicyAnswer = {
  rule?: AlarmRule | undefined;
  /** What is done about it, if anything is. */
  action: PolicyAction;
  verdict: PolicyVerdict;
  /** Sentences, the decisive one last. Raw. */
  why: string[];
  /** The job is the one that a half-open breaker lets through. */
  isProbe: boolean;
};

type Question = Pick<AlarmSignal, 'source' | 'alarm' | 'event' | 'severity' | 'state'>;

/** What the policy does about such an alarm at that place now, by which rule, and each reason in words. Pure: whoever acts
 * on the answer counts it. */
export function explainPolicy(
  signal: Question,
  place: AlarmPlace,
  policy: AlarmPolicy,
  state: PolicyState,
  now: Date,
): PolicyAnswer {
  const matched = place.kind === 'placed' ? { cluster: place.cluster, host: place.host?.name } : {};
  const rule = findRule(signal, matched, policy.rules);
  const meaning = MEANINGS[meaningOf(signal)];
  const action = actionFor(signal, rule, (one) => MEANINGS[one].isFixable);
  const why = [ruleText(rule)];
  if (rule !== undefined && action !== rule.action) {
    why.push(`${meaning.says} So it is tested instead of "${rule.action}".`);
  }
  const answer = (verdict: PolicyVerdict, because?: string, isProbe = false): PolicyAnswer => {
    return { rule, action, verdict, why: because === undefined ? why : [...why, because], isProbe };
  };
  if (place.kind === 'unplaced') return answer('unplaced', `It can't be placed: ${place.why}.`);
  if (action === 'ignore') return answer('ignore');
  if (rule === undefined || action === 'notify') return answer('notify');
  const hold = findHold({ rule, action, place, policy, state, now });
  if (hold !== undefined) return answer(hold.verdict, hold.because);
  if (rule.needsPassingTest && action !== 'test' && state.lastTest === 'none') {
    return answer('test-first', 'The rule needs a passing test first, and there is none of the last day.');
  }
  const breaker = breakerState(breakerOf(state.automation, rule.id, now), rule.breaker, now);
  if (breaker === 'half-open') return answer('ask', 'Its breaker is half open: it asks once.', true);
  if (action === 'test') return answer('act', 'A test changes nothing, so nobody is asked.');
  return rule.mode === 'auto'
    ? answer('act', `Mode auto: a plan of at most ${hosts(rule.maxHosts)} needs no approval.`)
    : answer('ask', 'Mode ask: the plan waits for approval.');
}

type Looked = {
  rule: AlarmRule;
  action: PolicyAction;
  place: Extract<AlarmPlace, { kind: 'placed' }>;
  policy: AlarmPolicy;
  state: PolicyState;
  now: Date;
};

type Hold = { verdict: PolicyVerdict; because: string };

/** Why nothing is started, the strongest reason first. */
function findHold({ rule, action, place, policy, state, now }: Looked): Hold | undefined {
  const { automation, frozen } = state;
  if (state.ignoredUntil !== undefined && state.ignoredUntil > now.toISOString())
    return { verdict: 'ignored', because: `It is ignored until ${state.ignoredUntil}.` };
  if (state.isSuppressed) return { verdict: 'suppressed', because: 'It is flapping.' };
  if (frozen !== undefined)
    return { verdict: 'frozen', because: `Frozen by ${frozen.by} (${frozen.id}): ${frozen.reason}` };
  const breaker = breakerState(breakerOf(automation, rule.id, now), rule.breaker, now);
  if (breaker === 'open') return { verdict: 'breaker-open', because: breakerText(rule) };
  if (breaker === 'probing')
    return { verdict: 'breaker-open', because: 'Its breaker is half open, and the job it let through has not ended.' };
  const object = objectOf(place);
  const until = coolsUntil(automation, { rule, cluster: place.cluster, object }, now);
  if (until !== undefined) return { verdict: 'cooling', because: `It acted on ${object} lately; again from ${until}.` };
  const limit = findLimit(automation, { rule, policy, cluster: place.cluster, object }, now);
  if (limit !== undefined) return { verdict: 'limited', because: limitText(rule, limit) };
  if (action === 'test') return undefined;
  if (!state.isInWindow) return { verdict: 'outside-window', because: 'Now is outside of its windows.' };
  if (action === 'repair' && !state.wasEnabled)
    return { verdict: 'not-enabled', because: `${object} was never enabled: a repair brings back, enable creates.` };
  if (rule.needsPassingTest && state.lastTest === 'failing')
    return { verdict: 'test-failed', because: 'The last test failed on other hosts too: a person must look.' };
  return undefined;
}

/** What limits and cooldown are counted by: the host, or the cluster as a whole. */
export function objectOf(place: Extract<AlarmPlace, { kind: 'placed' }>): string {
  return place.host?.name.toLowerCase() ?? place.cluster;
}

function ruleText(rule: AlarmRule | undefined): string {
  if (rule === undefined) return 'No rule fits, so it is only shown.';
  const mode = rule.action === 'repair' || rule.action === 'enable' ? `, mode ${rule.mode}` : '';
  return `Rule alarms.rules "${rule.id}" is the first that fits: ${rule.action}${mode}.`;
}

function breakerText({ breaker }: AlarmRule): string {
  const { failures, halfOpenAfterMinutes } = breaker;
  return `Its breaker is open: ${failures} jobs in a row failed. ${halfOpenAfterMinutes} minutes after that it asks once.`;
}

const LIMIT_WORDS: Record<LimitName, string> = {
  perObject: 'for this object',
  perCluster: 'in this cluster',
  total: 'in all',
};

function limitText(
  rule: AlarmRule,
  { of, name, max }: { of: 'rule' | 'alarms'; name: LimitName; max: number },
): string {
  const whose = of === 'rule' ? `rule "${rule.id}"` : 'alarms';
  return `The limit of ${whose} is used up: ${max} an hour ${LIMIT_WORDS[name]} (limits.${name}).`;
}

function hosts(count: number): string {
  return count === 1 ? 'one host' : `${count} hosts`;
}
