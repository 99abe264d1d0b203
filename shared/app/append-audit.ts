// Appends to the audit log. Whatever appends at the same moment takes the next number.
import { type AuditDraft, type AuditEntry, sealEntry } from '../domain/audit-entry.ts';
import { OpsError } from '../errors.ts';
import type { AuditStore, Sha256 } from '../ports.ts';
import { createOneAtATime } from './one-at-a-time.ts';

/** Resolves when the entry stands. Throws `write-conflict` (retry later) when the chain's end moves under every try. */
export type AppendAudit = (draft: AuditDraft) => Promise<AuditEntry>;

/** Many workers' and functions' appends meet at one chain only where they work on one cluster. */
const TRIES_MAX = 40;

// One a store: all that append in this process then know the chain's end, and none needs to ask for it.
const appenders = new WeakMap<AuditStore, AppendAudit>();

/** Appends of one process to one chain wait for each other; those of other processes are seen and stepped over. */
export function createAppendAudit(store: AuditStore, sha256: Sha256): AppendAudit {
  const append = appenders.get(store) ?? createAppender(store, sha256);
  appenders.set(store, append);
  return append;
}

function createAppender(store: AuditStore, sha256: Sha256): AppendAudit {
  const ends = new Map<string, AuditEntry>();
  const oneAtATime = createOneAtATime();
  return (draft) =>
    oneAtATime(draft.chain, async () => {
      const end = ends.get(draft.chain);
      // After a failure the end is read anew.
      ends.delete(draft.chain);
      const entry = await appendAfter({ store, sha256 }, end, draft);
      ends.set(draft.chain, entry);
      return entry;
    });
}

async function appendAfter(
  { store, sha256 }: { store: AuditStore; sha256: Sha256 },
  known: AuditEntry | undefined,
  draft: AuditDraft,
): Promise<AuditEntry> {
  let end = known ?? (await store.last(draft.chain));
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const entry = sealEntry(draft, end, sha256);
    if (await store.add(entry)) return entry;
    end = await store.last(draft.chain);
  }
  const remedy = 'Nothing to do: it is tried again.';
  throw new OpsError('write-conflict', `The audit log of ${draft.chain} grew under ${TRIES_MAX} tries.`, {
    retry: 'later',
    remedy,
  });
}
