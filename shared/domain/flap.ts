/** Whether an alarm goes on and off so often that each of it tells nobody anything. `transitions`: when it did. */
export function isFlapping(
  transitions: string[],
  policy: { transitions: number; minutes: number },
  now: Date,
): boolean {
  return recentTransitions(transitions, policy.minutes, now).length >= policy.transitions;
}

/** Those within the last minutes; older ones need not be kept. */
export function recentTransitions(transitions: string[], minutes: number, now: Date): string[] {
  const since = new Date(now.getTime() - minutes * 60_000).toISOString();
  return transitions.filter((at) => at > since);
}
