import type { LabFaults } from './lab-faults.ts';

/** Answers the seconds to wait when this call is one too many. */
export type RateLimiter = (method: string, channel: string | undefined) => number | undefined;

const WINDOW_MS = 60_000;

// Calls a minute that Slack promises for a tier; it takes more at times, which nothing should count on.
const TIER = { 1: 1, 2: 20, 3: 50, 4: 100 };
const TIERS: Record<string, number> = {
  'chat.update': TIER[3],
  'chat.delete': TIER[3],
  'chat.postEphemeral': TIER[4],
  'usergroups.list': TIER[2],
  'usergroups.users.list': TIER[2],
  'conversations.info': TIER[3],
};

// chat.postMessage has a tier of its own: about one a second and channel, and short bursts above it.
const POSTS_A_SECOND = 1;
const POST_BURST = 10;

/** Counts only where the faults say so. */
export function createRateLimiter(faults: LabFaults, now: () => number = Date.now): RateLimiter {
  const calls = new Map<string, number[]>();
  const posts = new Map<string, { left: number; at: number }>();

  const limitPosts = (channel: string): number | undefined => {
    const before = posts.get(channel) ?? { left: POST_BURST, at: now() };
    const left = Math.min(POST_BURST, before.left + ((now() - before.at) / 1000) * POSTS_A_SECOND);
    if (left < 1) return Math.ceil((1 - left) / POSTS_A_SECOND);
    posts.set(channel, { left: left - 1, at: now() });
    return undefined;
  };

  return (method, channel) => {
    if (faults.rateLimited > 0) {
      faults.rateLimited -= 1;
      return faults.retryAfterSeconds;
    }
    if (faults.tiers === 'off') return undefined;
    if (method === 'chat.postMessage') return limitPosts(channel ?? '');
    const recent = (calls.get(method) ?? []).filter((at) => now() - at < WINDOW_MS);
    if (recent.length >= (TIERS[method] ?? TIER[4]))
      return Math.ceil((WINDOW_MS - (now() - (recent[0] ?? now()))) / 1000);
    calls.set(method, [...recent, now()]);
    return undefined;
  };
}
