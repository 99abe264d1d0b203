// What the audits keep: each cluster's last known state, and what an audit found, in its job's row.
import { z } from 'zod';
import type { AuditState, AuditSummary } from '../domain/drift.ts';
import { ALARM_STATUSES } from '../domain/triggered-alarm.ts';
import { morefSchema } from './inventory-rows.ts';
import { rowParser } from './parse-row.ts';
import { count, text } from './row-scalars.ts';

const snapshot = () =>
  z.looseObject({
    at: text,
    eventKey: count,
    hosts: z.array(z.looseObject({ name: text, moref: text, fields: z.record(text, text) })),
    reported: text,
  });

const auditStateSchema: z.ZodType<AuditState> = z.lazy(() =>
  z.looseObject({
    cluster: text,
    jobId: text,
    now: snapshot(),
    before: snapshot()
      .extend({ same: z.array(text) })
      .optional(),
  }),
);

export const auditSummarySchema: z.ZodType<AuditSummary> = z.lazy(() =>
  z.looseObject({
    since: text.optional(),
    drifts: z.array(
      z.looseObject({
        kind: z.enum(['changed', 'standing']),
        host: text,
        field: text,
        was: text.optional(),
        is: text.optional(),
        wanted: text.optional(),
        by: text.optional(),
        at: text.optional(),
        event: text.optional(),
      }),
    ),
    more: count,
    hostsAdded: z.array(text),
    hostsRemoved: z.array(text),
    unread: z.array(text),
    alarms: z.array(
      z.looseObject({
        key: text,
        alarm: z.looseObject({ moref: morefSchema, name: text }),
        entity: z.looseObject({ moref: morefSchema, name: text }),
        status: z.enum(ALARM_STATUSES),
        at: text,
        isAcknowledged: z.boolean(),
      }),
    ),
    gap: text.optional(),
  }),
);

/** Throws `row-invalid`. */
export const parseAuditStateRow = rowParser(auditStateSchema);
