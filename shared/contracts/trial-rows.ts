// The parts of a job's row that a trial and the evidence of migrations have.
import { z } from 'zod';
import type { EvidenceSummary } from '../domain/job.ts';
import type { EvidenceVerdict, MigrationEvidence } from '../domain/judge-evidence.ts';
import type { Trial, TrialMove } from '../domain/trial.ts';
import { morefSchema } from './inventory-rows.ts';
import { count, text } from './row-scalars.ts';

const VERDICTS: Record<EvidenceVerdict, EvidenceVerdict> = {
  proven: 'proven',
  'in-part': 'in-part',
  contradicted: 'contradicted',
  unproven: 'unproven',
};

const migrationSchema: z.ZodType<MigrationEvidence> = z.lazy(() =>
  z.looseObject({
    id: text,
    at: text.optional(),
    from: text.optional(),
    to: text.optional(),
    verdict: z.enum(VERDICTS),
    sentences: z.array(text),
    bound: z.array(
      z.looseObject({
        host: text,
        device: text.optional(),
        address: text,
        connections: count,
        isPlanned: z.boolean(),
      }),
    ),
    streams: count,
    bandwidthMegabytes: z.number().optional(),
    lineRateMb: z.number().optional(),
  }),
);

export const evidenceSummarySchema: z.ZodType<EvidenceSummary> = z.lazy(() =>
  z.looseObject({
    migrations: z.array(migrationSchema),
    gaps: z.array(text),
  }),
);

const moveSchema: z.ZodType<TrialMove> = z.lazy(() =>
  z.looseObject({
    state: z.enum(['begun', 'moved', 'failed']),
    attempts: count,
    begunAt: text,
    startedAt: text.optional(),
    completedAt: text.optional(),
  }),
);

const namedSchema = z.lazy(() => z.looseObject({ name: text, moref: morefSchema }));

export const trialSchema: z.ZodType<Trial> = z.lazy(() =>
  z.looseObject({
    request: z.looseObject({ vm: text, from: text, to: text, isReturning: z.boolean() }),
    found: z.looseObject({ vm: namedSchema, from: namedSchema, to: namedSchema }).optional(),
    there: moveSchema.optional(),
    back: moveSchema.optional(),
    evidence: migrationSchema.optional(),
    evidenceMissing: text.optional(),
  }),
);
