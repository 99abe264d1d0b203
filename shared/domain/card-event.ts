// What happens to an alarm's card, and what follows from it.
import type { AlarmPlace } from './alarm-place.ts';
import type { AlarmSignal } from './alarm-signal.ts';
import type { JobVerdict } from './breaker.ts';
import type { AlarmCard, CardJob } from './card.ts';
import type { JobState } from './job.ts';
import type { PolicyVerdict } from './policy-verdict.ts';

export type CardEvent =
  | { kind: 'signal'; signal: AlarmSignal; place: AlarmPlace; id: string; fingerprint: string; channel: string }
  /** A job was started for the card: by its rule, or by a person. */
  | { kind: 'started'; job: CardJob; by: string }
  /** The rule may not act now. */
  | { kind: 'held'; verdict: PolicyVerdict; why: string[] }
  | { kind: 'job-ended'; job: string; end: JobState; verdict: JobVerdict; text: string }
  | { kind: 'ignore'; by: string; until: string }
  /** The clock looks: what was ignored or suppressed for a time may be over. */
  | { kind: 'look' }
  /** It is over, and its channel shows so. */
  | { kind: 'settle' };

/** An alarm was reported, from whichever way in. */
export type SignalEvent = Extract<CardEvent, { kind: 'signal' }>;

/** `isShown`: the message must follow. `unchanged`: nothing is written: a second copy, or nothing new. */
export type CardDecision =
  | { kind: 'moved'; card: AlarmCard; isShown: boolean }
  | { kind: 'unchanged'; why: 'duplicate' | 'nothing-new' | 'unknown' };
