// What the table gives back about dead letters. Loose, like every row.
import { z } from 'zod';
import { DEAD_LETTER_QUEUES, type DeadContent, type DeadLetter } from '../domain/dead-letter.ts';
import { rowParser } from './parse-row.ts';
import { count, text } from './row-scalars.ts';

const contentSchema: z.ZodType<DeadContent> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.looseObject({ kind: z.literal('job'), jobId: text, cluster: text, cursor: count }),
    z.looseObject({ kind: z.literal('notice'), jobId: text, version: count }),
    z.looseObject({ kind: z.literal('card'), card: text, version: count }),
    z.looseObject({ kind: z.literal('unreadable') }),
  ]),
);

const deadLetterSchema: z.ZodType<DeadLetter> = z.lazy(() =>
  z.looseObject({
    id: text,
    queue: z.enum(DEAD_LETTER_QUEUES),
    content: contentSchema,
    body: text,
    why: text,
    at: text,
    receives: count,
    redriven: z.looseObject({ by: text, at: text }).optional(),
  }),
);

/** Throws `row-invalid`. `origin`: the row's key. */
export const parseDeadLetterRow = rowParser(deadLetterSchema);
