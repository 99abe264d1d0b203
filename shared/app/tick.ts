import type { JobMessage } from '../ports.ts';
import type { EdgeParts } from './parts.ts';

export type Tick = {
  /** Expires approvals, sends again what was checkpointed and never sent, marks what stalled, frees leases of the dead. */
  tick(): Promise<void>;
  /** For a message that ended in the dead-letter queue: ends its job and frees its lease. */
  abandon(message: JobMessage): Promise<void>;
};

export function createTick(_parts: EdgeParts): Tick {
  throw new Error('not built yet');
}
