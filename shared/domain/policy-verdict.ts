/** What the policy says about one alarm now. Up to `ask` something happens; every later one says why nothing does. */
export const POLICY_VERDICTS = [
  'act',
  'ask',
  'test-first',
  'notify',
  'ignore',
  'unplaced',
  'ignored',
  'suppressed',
  'frozen',
  'outside-window',
  'breaker-open',
  'cooling',
  'limited',
  'not-enabled',
  'test-failed',
] as const;
export type PolicyVerdict = (typeof POLICY_VERDICTS)[number];
