import { type AuditEntry, type ChainVerdict, verifyChain } from '../domain/audit-entry.ts';
import type { AuditStore, Sha256 } from '../ports.ts';

const PAGE = 500;
// Some hundred million entries: a bound, not a limit that anybody meets.
const PAGES_MAX = 1_000_000;

/** Each entry of a chain, the oldest first, read page by page. */
export async function* readChain(store: AuditStore, chain: string): AsyncGenerator<AuditEntry[]> {
  let after = 0;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const entries = await store.list(chain, after, PAGE);
    const last = entries.at(-1);
    if (last === undefined) return;
    yield entries;
    after = last.seq;
  }
}

/** Walks a whole chain in the memory of one page. */
export async function verifyStoredChain(store: AuditStore, sha256: Sha256, chain: string): Promise<ChainVerdict> {
  let last: AuditEntry | undefined;
  let verdict = verifyChain([], sha256);
  for await (const entries of readChain(store, chain)) {
    verdict = verifyChain(entries, sha256, last);
    if (verdict.kind === 'broken') return verdict;
    last = entries.at(-1);
  }
  return verdict;
}
