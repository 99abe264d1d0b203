// Rows of alarm cards. Loose like every row: what newer code wrote is kept.
import { z } from 'zod';
import { POLICY_ACTIONS } from '../domain/alarm-policy.ts';
import { ALARM_SOURCES, SEVERITIES } from '../domain/alarm-signal.ts';
import { type AlarmCard, CARD_STATES, type CardEntryKind } from '../domain/card.ts';
import type { JobState } from '../domain/job.ts';
import type { PolicyVerdict } from '../domain/policy-verdict.ts';
import type { ShownCard } from '../ports.ts';
import { rowParser } from './parse-row.ts';
import { count, text } from './row-scalars.ts';

const named = z.lazy(() => z.looseObject({ name: text.optional(), moref: text.optional() }));

// Shown and never acted on, so one that only newer code knows is let through.
const word = <T extends string>() => z.custom<T>((value) => typeof value === 'string');

const cardSchema: z.ZodType<AlarmCard> = z.lazy(() =>
  z.looseObject({
    schema: z.literal(1),
    id: text,
    fingerprint: text,
    version: count,
    channel: text,
    alarm: text,
    event: text.optional(),
    source: z.enum(ALARM_SOURCES),
    vcenter: text.optional(),
    cluster: text.optional(),
    host: z.looseObject({ name: text, moref: text.optional() }).optional(),
    unplaced: z.looseObject({ why: text, host: named.optional(), cluster: named.optional() }).optional(),
    summary: text,
    user: text.optional(),
    status: z.looseObject({ from: text.optional(), to: text.optional() }).optional(),
    severity: z.enum(SEVERITIES),
    state: z.enum(CARD_STATES),
    isRaised: z.boolean(),
    changedBy: z.looseObject({ source: z.enum(ALARM_SOURCES), at: text }),
    rule: text.optional(),
    action: z.enum(POLICY_ACTIONS),
    episode: count,
    count,
    firstSeenAt: text,
    lastSeenAt: text,
    raisedAt: text,
    resolvedAt: text.optional(),
    transitions: z.array(text),
    seen: z.array(text),
    history: z.array(z.looseObject({ seq: count, at: text, kind: word<CardEntryKind>(), text })),
    wanted: z.looseObject({ request: text, as: z.enum(['rule', 'after-test']) }).optional(),
    job: z
      .looseObject({
        id: text,
        kind: text,
        mode: z.enum(['auto', 'ask']),
        at: text,
        isFirst: z.boolean().optional(),
        end: word<JobState>().optional(),
      })
      .optional(),
    held: z.looseObject({ verdict: word<PolicyVerdict>(), why: z.array(text), at: text }).optional(),
    ignored: z.looseObject({ by: text, until: text }).optional(),
    isSettled: z.boolean().optional(),
  }),
);

const shownCardSchema: z.ZodType<ShownCard> = z.lazy(() =>
  z.looseObject({
    card: text,
    channel: text,
    ts: text,
    shownVersion: count,
    shownSeq: count,
    shownAt: text,
    copies: z.record(text, text),
    seq: count.optional(),
  }),
);

/** Each throws `row-invalid`. */
export const parseCardRow = rowParser(cardSchema);
export const parseShownCardRow = rowParser(shownCardSchema);
