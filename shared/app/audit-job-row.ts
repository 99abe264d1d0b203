import { auditOfJob } from '../domain/audit-of-job.ts';
import type { AuditEntry } from '../domain/audit-entry.ts';
import type { Job } from '../domain/job.ts';
import type { AuditStore, Sha256 } from '../ports.ts';
import { createAppendAudit } from './append-audit.ts';

const PAGE = 200;

/** Adds whatever a job's row tells and the audit log lacks: its request, whose entry may not have been written, and what
 * a crash cut off. Reads the chain backwards to the job's own beginning. Throws what the store throws. */
export async function completeAudit(store: AuditStore, sha256: Sha256, job: Job): Promise<void> {
  const known = new Set((await entriesSince(store, job.cluster, job.createdAt)).map(({ key }) => key));
  const append = createAppendAudit(store, sha256);
  for (const draft of auditOfJob(job)) if (!known.has(draft.key)) await append(draft);
}

async function entriesSince(store: AuditStore, chain: string, since: string): Promise<AuditEntry[]> {
  const found: AuditEntry[] = [];
  const last = await store.last(chain);
  for (let end = last?.seq ?? 0; end > 0; end -= PAGE) {
    const page = await store.list(chain, Math.max(0, end - PAGE), Math.min(PAGE, end));
    found.unshift(...page);
    // Clocks of two machines may differ by some minutes, so a page of older entries ends the search, not one of them.
    if (page.every(({ at }) => at < since)) break;
  }
  return found;
}
