// Who works at a vCenter, and who waits for a turn.
import { z } from 'zod';
import type { VcenterSlots } from '../domain/vcenter-slots.ts';
import { rowParser } from './parse-row.ts';
import { count, text } from './row-scalars.ts';

const slotsSchema: z.ZodType<VcenterSlots> = z.lazy(() =>
  z.looseObject({
    schema: z.literal(1),
    vcenter: text,
    version: count,
    holders: z.array(z.looseObject({ holder: text, jobId: text, until: text, isLoggedIn: z.boolean() })),
    waiting: z.array(z.looseObject({ jobId: text, cluster: text, cursor: count, since: text, seenAt: text })),
    refused: z.looseObject({ count, at: text }).optional(),
  }),
);

/** Throws `row-invalid`. */
export const parseSlotsRow = rowParser(slotsSchema);
