// What the rules for alarms have started, who listens, and which hosts are known.
import { z } from 'zod';
import type { KnownHosts } from '../domain/alarm-place.ts';
import type { Automation } from '../domain/automation.ts';
import type { Subscription } from '../ports.ts';
import { rowParser } from './parse-row.ts';
import { count, text } from './row-scalars.ts';

const automationSchema: z.ZodType<Automation> = z.lazy(() =>
  z.looseObject({
    schema: z.literal(1),
    version: count,
    starts: z.array(
      z.looseObject({
        request: text,
        rule: text,
        cluster: text,
        object: text,
        at: text,
        verdict: z.enum(['success', 'failure', 'neutral']).optional(),
      }),
    ),
    breakers: z.record(text, z.looseObject({ failures: count, openedAt: text.optional(), probe: text.optional() })),
  }),
);

const subscriptionSchema: z.ZodType<Subscription> = z.lazy(() =>
  z.looseObject({
    cluster: text,
    channel: text,
    topics: z.array(text),
    by: text,
    at: text,
  }),
);

const knownHostsSchema: z.ZodType<KnownHosts> = z.lazy(() =>
  z.looseObject({
    cluster: text,
    hosts: z.array(z.looseObject({ moref: text, name: text })),
  }),
);

/** Each throws `row-invalid`. */
export const parseAutomationRow = rowParser(automationSchema);
export const parseSubscriptionRow = rowParser(subscriptionSchema);
export const parseKnownHostsRow = rowParser(knownHostsSchema);
