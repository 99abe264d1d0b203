// zod for what the table gives back. Objects are loose: a field that newer code wrote is kept, never stripped.
import { z } from 'zod';
import type { AuditAction, AuditEntry } from '../domain/audit-entry.ts';
import type { Finding, FindingCode } from '../domain/finding.ts';
import type { EndState, HostOutcome, Job, JobKind, OpenState } from '../domain/job.ts';
import type { Cell, CellResult, Endpoint, Expectation, MatrixSummary } from '../domain/matrix.ts';
import type { HostPlan } from '../domain/plan.ts';
import type { HostPhase, HostRecord } from '../domain/record.ts';
import type { StepKind } from '../domain/step.ts';
import type { Baseline, Lease, NoticeRecord, PostedReply } from '../ports.ts';
import { auditSummarySchema } from './audit-state-rows.ts';
import { evidenceSummarySchema, trialSchema } from './trial-rows.ts';
import { distributedPortGroupSchema, hostNetworkSchema, hostStorageSchema, morefSchema } from './inventory-rows.ts';
import { stepSchema } from './step-rows.ts';
import { rowParser } from './parse-row.ts';
import { count, text } from './row-scalars.ts';

// Spelled as keys, so that the compiler misses none.
const keysOf = <K extends string>(keys: Record<K, true>) => Object.keys(keys) as [K, ...K[]];

const OPEN_STATES = keysOf<OpenState>({
  queued: true,
  planning: true,
  planned: true,
  'awaiting-approval': true,
  approved: true,
  applying: true,
  paused: true,
  verifying: true,
});

const END_STATES = keysOf<EndState>({
  done: true,
  'in-place': true,
  invalid: true,
  rejected: true,
  expired: true,
  cancelled: true,
  stale: true,
  aborted: true,
  'rolled-back': true,
  partial: true,
  'needs-hands': true,
  unreachable: true,
});

const JOB_KINDS = keysOf<JobKind>({
  status: true,
  check: true,
  enable: true,
  repair: true,
  test: true,
  trial: true,
  evidence: true,
  audit: true,
  revert: true,
});

const OUTCOMES = keysOf<HostOutcome>({
  pending: true,
  applying: true,
  applied: true,
  'in-place': true,
  kept: true,
  'put-back': true,
  untouched: true,
  skipped: true,
  'needs-hands': true,
});

const PHASES = keysOf<HostPhase>({
  planned: true,
  applying: true,
  applied: true,
  restoring: true,
  restored: true,
  'needs-hands': true,
});

const rowSchemaVersion = z.literal(1, { error: 'only rows of schema 1 are known to this version' });

// A finding is shown, never acted on, so one that only newer code knows is let through.
const findingSchema: z.ZodType<Finding> = z.lazy(() =>
  z.looseObject({
    code: z.custom<FindingCode>((value) => typeof value === 'string'),
    severity: z.enum(['blocking', 'warning', 'note']),
    host: text.optional(),
    message: text,
    remedy: text.optional(),
  }),
);

const hostSummarySchema = z.lazy(() =>
  z.looseObject({
    name: text,
    moref: text,
    wave: count.optional(),
    outcome: z.enum(OUTCOMES),
    steps: count,
    stepsDone: count,
    digest: text.optional(),
    isPeer: z.boolean().optional(),
    note: text.optional(),
    isProven: z.boolean().optional(),
  }),
);

const failureSchema = z.lazy(() =>
  z.looseObject({
    code: text,
    what: text,
    why: text.optional(),
    remedy: text,
    commands: z.array(text).optional(),
  }),
);

const planSummarySchema = z.lazy(() =>
  z.looseObject({
    digest: text,
    counts: z.custom<Partial<Record<StepKind, number>>>((value) => typeof value === 'object' && value !== null),
    findings: z.array(findingSchema),
    waves: count,
  }),
);

const approvalSchema = z.lazy(() =>
  z.looseObject({
    digest: text,
    required: count,
    requestedBy: text,
    expiresAt: text,
    approvedBy: z.array(
      z.looseObject({ user: text, at: text, as: z.array(text).optional(), comment: text.optional() }),
    ),
    extra: z
      .array(z.looseObject({ name: text, why: text, from: z.union([z.literal('any'), z.array(text)]) }))
      .optional(),
    selfApproval: z.boolean().optional(),
    approvers: z.union([z.literal('any'), z.array(text)]).optional(),
    windows: z.array(text).optional(),
  }),
);

const matrixSummarySchema: z.ZodType<MatrixSummary> = z.lazy(() =>
  z.looseObject({
    pairs: count,
    ok: count,
    failed: count,
    unexpected: count,
    apart: count.optional(),
    atEveryFailure: z.array(text).optional(),
    verdict: z.array(text),
    failures: z.array(z.looseObject({ from: text, to: text, result: text, cause: text })),
  }),
);

const jobSchema: z.ZodType<Job> = z.lazy(() =>
  z.looseObject({
    schema: rowSchemaVersion,
    id: text,
    kind: z.enum(JOB_KINDS),
    cluster: text,
    vcenter: text,
    channel: text,
    requestedBy: text,
    requestId: text,
    start: z.enum(['on-approval', 'on-apply']),
    undoes: text.optional(),
    reason: text.optional(),
    ticket: text.optional(),
    output: z.enum(['text', 'csv', 'json']).optional(),
    onlyHost: text.optional(),
    origin: z.looseObject({ rule: text, card: text, mode: z.enum(['auto', 'ask']), maxHosts: count }).optional(),
    retryOf: text.optional(),
    createdAt: text,
    updatedAt: text,
    endedAt: text.optional(),
    settledAt: text.optional(),
    version: count,
    cursor: count,
    attempt: count,
    nudged: z.looseObject({ since: text, count, at: text.optional() }).optional(),
    state: z.enum([...OPEN_STATES, ...END_STATES]),
    wave: count,
    hosts: z.array(hostSummarySchema),
    plan: planSummarySchema.optional(),
    approval: approvalSchema.optional(),
    matrix: matrixSummarySchema.optional(),
    trial: trialSchema.optional(),
    evidence: evidenceSummarySchema.optional(),
    audit: auditSummarySchema.optional(),
    isQuiet: z.boolean().optional(),
    knownFailure: text.optional(),
    failure: failureSchema.optional(),
    trouble: failureSchema.optional(),
    drs: z
      .looseObject({
        cluster: morefSchema,
        was: z.enum(['partiallyAutomated', 'fullyAutomated']),
        isReleased: z.boolean(),
        holds: z.number().int().min(2).optional(),
      })
      .optional(),
    control: z.looseObject({ want: z.enum(['pause', 'abort', 'abort-and-put-back']), by: text, at: text }).optional(),
    pausedBy: text.optional(),
    heartbeatAt: text.optional(),
    waits: z.looseObject({ since: text, busy: count, workers: count }).optional(),
    stalledSince: text.optional(),
    fence: count.optional(),
    soapCalls: count,
  }),
);

const hostPlanSchema: z.ZodType<HostPlan> = z.lazy(() =>
  z.looseObject({
    host: z.looseObject({ moref: morefSchema, name: text }),
    kind: z.enum(['change', 'in-place', 'blocked', 'skipped']),
    steps: z.array(stepSchema),
    findings: z.array(findingSchema),
    untouched: z.array(z.looseObject({ what: text, why: text })),
  }),
);

const journalSchema = z.lazy(() =>
  z.array(
    z.looseObject({
      index: count,
      state: z.enum(['intended', 'done']),
      at: text,
      device: text.optional(),
      isLeft: z.boolean().optional(),
    }),
  ),
);

const hostRecordSchema: z.ZodType<HostRecord> = z.lazy(() =>
  z.looseObject({
    schema: rowSchemaVersion,
    jobId: text,
    host: z.looseObject({ moref: morefSchema, name: text }),
    parent: morefSchema.optional(),
    version: count,
    phase: z.enum(PHASES),
    plan: hostPlanSchema,
    digest: text,
    goal: z
      .looseObject({
        before: hostNetworkSchema,
        applied: z.array(stepSchema),
        groups: z.array(z.looseObject({ original: distributedPortGroupSchema, neededBy: z.array(text) })).optional(),
      })
      .optional(),
    forgotten: z.looseObject({ jobId: text, at: text }).optional(),
    observed: hostNetworkSchema.optional(),
    storage: hostStorageSchema.optional(),
    before: hostNetworkSchema.optional(),
    journal: journalSchema,
    restore: z.looseObject({ steps: z.array(stepSchema), journal: journalSchema, reason: text }).optional(),
    after: hostNetworkSchema.optional(),
  }),
);

const baselineSchema: z.ZodType<Baseline> = z.lazy(() =>
  z.looseObject({
    cluster: text,
    host: text,
    name: text,
    jobId: text,
    at: text,
    record: hostRecordSchema,
  }),
);

const endpointSchema: z.ZodType<Endpoint> = z.lazy(() =>
  z.looseObject({
    host: text,
    device: text,
    address: text,
    prefixLength: count,
    netstack: text,
    mtuBytes: count,
    gateway: text.optional(),
    island: count,
  }),
);

const cellResultSchema: z.ZodType<CellResult> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.looseObject({ kind: z.literal('ok'), mtuBytes: count, roundTripMicros: z.number() }),
    z.looseObject({ kind: z.literal('mtu'), mtuBytes: count, roundTripMicros: z.number() }),
    z.looseObject({ kind: z.literal('lossy'), received: count, sent: count }),
    z.looseObject({ kind: z.literal('lost') }),
    z.looseObject({ kind: z.literal('refused'), reason: text }),
    z.looseObject({ kind: z.literal('not-tested') }),
  ]),
);

const EXPECTATIONS = keysOf<Expectation>({ reachable: true, unreachable: true, 'not-applicable': true });

const cellsSchema: z.ZodType<Cell[]> = z.lazy(() =>
  z.array(
    z.looseObject({
      from: endpointSchema,
      to: endpointSchema,
      expected: z.enum(EXPECTATIONS),
      result: cellResultSchema,
    }),
  ),
);

const leaseSchema: z.ZodType<Lease> = z.lazy(() =>
  z.looseObject({
    cluster: text,
    jobId: text,
    fence: count,
    holder: text,
    expiresAt: text,
  }),
);

const postedReplySchema: z.ZodType<PostedReply> = z.lazy(() =>
  z.looseObject({
    at: text,
    ts: text.optional(),
    fileId: text.optional(),
    isShared: z.boolean().optional(),
    tries: count.optional(),
    refused: text.optional(),
  }),
);

const noticeSchema: z.ZodType<NoticeRecord> = z.lazy(() =>
  z.looseObject({
    jobId: text,
    channel: text,
    ts: text,
    shownVersion: count,
    shownAt: text,
    toldVersion: count.optional(),
    posted: z.record(text, postedReplySchema).optional(),
    isClassic: z.boolean().optional(),
    seq: count.optional(),
  }),
);

// Loose like every row: newer code may have written more, and the hash covers that too.
const auditEntrySchema: z.ZodType<AuditEntry> = z.lazy(() =>
  z.looseObject({
    schema: rowSchemaVersion,
    chain: text,
    seq: count,
    key: text,
    at: text,
    actor: text,
    action: z.custom<AuditAction>((value) => typeof value === 'string'),
    jobId: text.optional(),
    detail: z.record(text, z.union([text, z.number()])),
    previous: text,
    hash: text,
  }),
);

/** Each throws `row-invalid`, naming the row and every field that is wrong. `origin`: the row's key. */
export const parseJobRow = rowParser(jobSchema);
export const parseHostRecordRow = rowParser(hostRecordSchema);
export const parseBaselineRow = rowParser(baselineSchema);
export const parseCellsRow = rowParser(cellsSchema);
export const parseLeaseRow = rowParser(leaseSchema);
export const parseAuditRow = rowParser(auditEntrySchema);
export const parseNoticeRow = rowParser(noticeSchema);
