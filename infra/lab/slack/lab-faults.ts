/** What a test or a person makes go wrong between Slack and the app. Changed while the workspace runs. */
export type LabFaults = {
  /** How many of the next Web API calls are answered 429. */
  rateLimited: number;
  retryAfterSeconds: number;
  /** `on`: more calls than Slack's tiers allow are answered 429. */
  tiers: 'off' | 'on';
  /** `same-bytes`: every request is sent twice as it is. `signed-again`: the copy has a signature of its own. */
  duplicates: 'never' | 'same-bytes' | 'signed-again';
};

export function createLabFaults(): LabFaults {
  return { rateLimited: 0, retryAfterSeconds: 1, tiers: 'off', duplicates: 'never' };
}

// Calls in a minute; the real ones are "50+" and about one a second with bursts.
const CALLS_PER_MINUTE: Record<string, number> = { 'chat.update': 60, 'chat.postMessage': 60 };

/** Answers the seconds to wait when this call is one too many. */
export function createRateLimiter(faults: LabFaults): (method: string) => number | undefined {
  const calls = new Map<string, number[]>();
  return (method) => {
    if (faults.rateLimited > 0) {
      faults.rateLimited -= 1;
      return faults.retryAfterSeconds;
    }
    if (faults.tiers === 'off') return undefined;
    const now = Date.now();
    const recent = (calls.get(method) ?? []).filter((at) => now - at < 60_000);
    if (recent.length >= (CALLS_PER_MINUTE[method] ?? 100))
      return Math.ceil((60_000 - (now - (recent[0] ?? now))) / 1000);
    calls.set(method, [...recent, now]);
    return undefined;
  };
}
