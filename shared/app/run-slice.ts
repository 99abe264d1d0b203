import type { JobMessage } from '../ports.ts';
import type { Parts } from './parts.ts';

/** `retry`: the message must come again. `dropped`: its cursor is not the row's any more. */
export type SliceResult = 'finished' | 'dropped' | 'retry';

/** One slice of one job: planning, one wave, or a part of the matrix. Stops by itself well before `deadline`. */
export function createRunSlice(_parts: Parts): (message: JobMessage, deadline: Date) => Promise<SliceResult> {
  throw new Error('not built yet');
}
