// The circuit breaker of one rule: after some failures in a row nobody may be hurt by the same mistake once more.
export type BreakerPolicy = { failures: number; halfOpenAfterMinutes: number };

/** `openedAt`: set while it is open. `probe`: the one job that was asked for since. Absent fields: as at the start. */
export type Breaker = { failures: number; openedAt?: string | undefined; probe?: string | undefined };

export const CLOSED_BREAKER: Breaker = { failures: 0 };

/** `half-open`: one job may be asked for, and its outcome decides. `probing`: that job has not ended yet. */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'probing';

/** `closed`: the rule may act. `open`: not before `halfOpenAfterMinutes`. `half-open`: it may ask, once. `probing`: that one
 * job is under way. */
export function breakerState(breaker: Breaker, policy: BreakerPolicy, now: Date): BreakerState {
  if (breaker.openedAt === undefined) return 'closed';
  if (breaker.probe !== undefined) return 'probing';
  const halfOpensAt = Date.parse(breaker.openedAt) + policy.halfOpenAfterMinutes * 60_000;
  return now.getTime() >= halfOpensAt ? 'half-open' : 'open';
}

/** `neutral`: people or a freeze ended the job, which says nothing about the rule. */
export type JobVerdict = 'success' | 'failure' | 'neutral';

/** The breaker after a job of the rule has ended. */
export function afterJob(
  breaker: Breaker,
  ended: { key: string; verdict: JobVerdict },
  policy: BreakerPolicy,
  now: Date,
): Breaker {
  const isProbe = breaker.probe === ended.key;
  if (ended.verdict === 'success') {
    // A job from before it opened proves nothing about what came after.
    return breaker.openedAt === undefined || isProbe ? CLOSED_BREAKER : breaker;
  }
  if (ended.verdict === 'neutral') return isProbe ? { ...breaker, probe: undefined } : breaker;
  const failures = breaker.failures + 1;
  const isOpening = isProbe || (breaker.openedAt === undefined && failures >= policy.failures);
  if (isOpening) return { failures, openedAt: now.toISOString() };
  return { ...breaker, failures };
}
