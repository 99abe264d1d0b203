// The row behind one alarm's one message.
import type { PolicyAction } from './alarm-policy.ts';
import type { AlarmSource, NamedObject, Severity } from './alarm-signal.ts';
import type { JobState } from './job.ts';
import type { PolicyVerdict } from './policy-verdict.ts';

/** `limited`: a rule would act and may not now. `suppressed`: it goes on and off too often. */
export const CARD_STATES = ['new', 'ask', 'auto', 'ignored', 'resolved', 'suppressed', 'limited'] as const;
export type CardState = (typeof CARD_STATES)[number];

export type CardEntryKind =
  | 'raised'
  | 'worse'
  | 'cleared'
  | 'started'
  | 'ended'
  | 'held'
  | 'ignored'
  | 'suppressed'
  | 'calm'
  | 'resolved';

/** One line of the card's thread. `seq` only grows. `text`: raw, escaped where it is shown. */
export type CardEntry = { seq: number; at: string; kind: CardEntryKind; text: string };

/** `isFirst`: a test that had to come before the action itself. */
export type CardJob = {
  id: string;
  kind: string;
  mode: 'auto' | 'ask';
  at: string;
  isFirst?: boolean | undefined;
  end?: JobState | undefined;
};

export type AlarmCard = {
  schema: 1;
  /** "a-" and ten hexadecimal digits of the fingerprint. */
  id: string;
  fingerprint: string;
  version: number;
  channel: string;
  alarm: string;
  event?: string | undefined;
  source: AlarmSource;
  vcenter?: string | undefined;
  cluster?: string | undefined;
  host?: { name: string; moref?: string | undefined } | undefined;
  /** What it is about where it could not be placed, and why it could not. */
  unplaced?: { why: string; host?: NamedObject | undefined; cluster?: NamedObject | undefined } | undefined;
  summary: string;
  user?: string | undefined;
  status?: { from?: string | undefined; to?: string | undefined } | undefined;
  severity: Severity;
  state: CardState;
  isRaised: boolean;
  /** Who said so, and when by their clock. */
  changedBy: { source: AlarmSource; at: string };
  /** The rule that fitted when it was raised last, and what it asks for. */
  rule?: string | undefined;
  action: PolicyAction;
  /** How often it was raised anew; each time a rule may act once. */
  episode: number;
  /** How often it was reported raised. */
  count: number;
  firstSeenAt: string;
  lastSeenAt: string;
  raisedAt: string;
  resolvedAt?: string | undefined;
  /** When it went on or off, as far back as flapping is told from. */
  transitions: string[];
  /** What was seen last, so that a second copy has no effect. */
  seen: string[];
  history: CardEntry[];
  /** An action that was decided and not carried out yet. The same `request` for every attempt. */
  wanted?: { request: string; as: 'rule' | 'after-test' } | undefined;
  /** The newest job, and whether it is still open. */
  job?: CardJob | undefined;
  /** Why nothing was started. */
  held?: { verdict: PolicyVerdict; why: string[]; at: string } | undefined;
  ignored?: { by: string; until: string } | undefined;
  /** It is over, and its channel shows so: the clock need not look after it. */
  isSettled?: boolean | undefined;
};

export const CARD_ENTRIES_MAX = 40;
export const CARD_SEEN_MAX = 32;

/** Whether the clock still has to look after it. */
export function isCardOpen(card: AlarmCard): boolean {
  return card.isSettled !== true;
}

/** The version that its channel should have: that it is settled is for the clock alone. */
export function versionToShow(card: AlarmCard): number {
  return isCardOpen(card) ? card.version : card.version - 1;
}

/** Its rule ignores it: it is kept, and never shown. */
export function isQuiet({ state, ignored }: AlarmCard): boolean {
  return state === 'ignored' && ignored === undefined;
}

/** Whether a job that the card started has not ended yet. */
export function isJobOpen({ job }: AlarmCard): boolean {
  return job !== undefined && job.end === undefined;
}
