import { z } from 'zod';
import { OpsError } from '../errors.ts';

/** Throws `row-invalid`, naming the row and every field that is wrong. `origin`: the row's key. */
export function rowParser<T>(schema: z.ZodType<T>): (value: unknown, origin: string) => T {
  return (value, origin) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new OpsError('row-invalid', `The row ${origin} can't be read: ${z.prettifyError(parsed.error)}`, {
      retry: 'never',
      remedy: 'Run the version of vmotion-ops that wrote it, or a newer one: it was written by other code than this.',
      cause: parsed.error,
    });
  };
}
