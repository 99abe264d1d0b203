// The one row that all rules share: what they have started, and their breakers. One conditional write decides whether a
// job may start, so that no two alarms at the same moment can both take the last one.
import { afterJob, type Breaker, CLOSED_BREAKER, type JobVerdict } from './breaker.ts';
import type { AlarmLimits, AlarmPolicy, AlarmRule } from './alarm-policy.ts';

/** `request`: the job's requestId, so that one alarm's job is counted once however often it is tried. */
export type AutomationStart = {
  request: string;
  rule: string;
  cluster: string;
  object: string;
  at: string;
  verdict?: JobVerdict | undefined;
};

export type Automation = {
  schema: 1;
  version: number;
  /** Oldest first. */
  starts: AutomationStart[];
  breakers: Record<string, Breaker>;
};

export const NO_AUTOMATION: Automation = { schema: 1, version: 0, starts: [], breakers: {} };

const HOUR_MS = 3_600_000;
/** A job that has not ended after this long never will; until then it may still count against its rule. */
const KEPT_MS = 7 * 24 * HOUR_MS;

/** The rule's breaker. A probe whose job never ended, or was never made because its alarm was cleared just then, is not
 * waited for longer than that: the rule would start nothing any more. */
export function breakerOf({ breakers, starts }: Automation, rule: string, now: Date): Breaker {
  const breaker = breakers[rule] ?? CLOSED_BREAKER;
  if (breaker.probe === undefined) return breaker;
  const start = starts.find((one) => one.request === breaker.probe);
  const isAwaited = start !== undefined && now.getTime() - Date.parse(start.at) < KEPT_MS;
  return isAwaited ? breaker : { ...breaker, probe: undefined };
}

export type LimitName = keyof AlarmLimits;

/** Which limit is used up, by the rule or by all rules together. */
export function findLimit(
  { starts }: Automation,
  want: { rule: AlarmRule; policy: Pick<AlarmPolicy, 'limits'>; cluster: string; object: string },
  now: Date,
): { of: 'rule' | 'alarms'; name: LimitName; max: number } | undefined {
  const lately = starts.filter((one) => now.getTime() - Date.parse(one.at) < HOUR_MS);
  const own = lately.filter((one) => one.rule === want.rule.id);
  return findUsedUp(own, 'rule', want.rule.limits, want) ?? findUsedUp(lately, 'alarms', want.policy.limits, want);
}

function findUsedUp(
  starts: AutomationStart[],
  of: 'rule' | 'alarms',
  limits: AlarmLimits,
  want: { cluster: string; object: string },
): { of: 'rule' | 'alarms'; name: LimitName; max: number } | undefined {
  const inCluster = starts.filter((one) => one.cluster === want.cluster);
  const used: Record<LimitName, number> = {
    perObject: inCluster.filter((one) => one.object === want.object).length,
    perCluster: inCluster.length,
    total: starts.length,
  };
  const names: LimitName[] = ['perObject', 'perCluster', 'total'];
  const name = names.find((one) => used[one] >= limits[one]);
  return name === undefined ? undefined : { of, name, max: limits[name] };
}

/** When the rule may act on the object again, if it may not yet. */
export function coolsUntil(
  { starts }: Automation,
  { rule, cluster, object }: { rule: AlarmRule; cluster: string; object: string },
  now: Date,
): string | undefined {
  const last = findLastOf(starts, { rule: rule.id, cluster, object });
  if (last === undefined) return undefined;
  const until = Date.parse(last.at) + rule.cooldownMinutes * 60_000;
  return until > now.getTime() ? new Date(until).toISOString() : undefined;
}

/** The row with the start counted. One that it has already counts once, from now on: whoever counted it before may have died
 * without making the job. `isProbe`: the one job that a half-open breaker lets through. */
export function withStart(automation: Automation, start: AutomationStart, isProbe: boolean, now: Date): Automation {
  const own = automation.starts.find((one) => one.request === start.request);
  if (own !== undefined && (own.verdict !== undefined || own.at >= start.at)) return automation;
  const others = automation.starts.filter((one) => one !== own && isKept(one, automation.starts, now));
  const breaker = automation.breakers[start.rule] ?? CLOSED_BREAKER;
  return {
    ...automation,
    version: automation.version + 1,
    starts: [...others, start],
    breakers: isProbe
      ? { ...automation.breakers, [start.rule]: { ...breaker, probe: start.request } }
      : automation.breakers,
  };
}

/** The row after a started job has ended; the same row if that was counted before or is nobody's. */
export function withEnd(
  automation: Automation,
  ended: { request: string; verdict: JobVerdict },
  rules: AlarmRule[],
  now: Date,
): Automation {
  const start = automation.starts.find((one) => one.request === ended.request);
  if (start === undefined || start.verdict !== undefined) return automation;
  const starts = automation.starts.map((one) => (one === start ? { ...one, verdict: ended.verdict } : one));
  const rule = rules.find((one) => one.id === start.rule);
  const breaker = automation.breakers[start.rule] ?? CLOSED_BREAKER;
  const breakers =
    rule === undefined
      ? automation.breakers
      : {
          ...automation.breakers,
          [rule.id]: afterJob(breaker, { key: ended.request, verdict: ended.verdict }, rule.breaker, now),
        };
  return { ...automation, version: automation.version + 1, starts, breakers };
}

/** Within the hour for the limits, until its end for the breaker, and the last of its object for the cooldown. */
function isKept(one: AutomationStart, all: AutomationStart[], now: Date): boolean {
  const ageMs = now.getTime() - Date.parse(one.at);
  if (ageMs < HOUR_MS) return true;
  if (one.verdict === undefined) return ageMs < KEPT_MS;
  return ageMs < 24 * HOUR_MS && findLastOf(all, one) === one;
}

/** Hosts of two vCenters may have one name. */
function findLastOf(
  starts: AutomationStart[],
  { rule, cluster, object }: Pick<AutomationStart, 'rule' | 'cluster' | 'object'>,
): AutomationStart | undefined {
  return starts.findLast((one) => one.rule === rule && one.cluster === cluster && one.object === object);
}
