// What most rows are made of. Once for all of them: each schema that is made costs a cold start.
import { z } from 'zod';

export const text = z.string();
/** A whole number, 0 or more. */
export const count = z.lazy(() => z.number().int().min(0));
