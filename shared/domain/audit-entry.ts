// The audit log: one chain of entries a cluster, each carrying the hash of the one before it.
import { canonicalJson } from './canonical-json.ts';

/** `requested` and `refused`: what somebody typed or pressed. `writing` stands before each write to vCenter, `written` or
 * `failed` after it: a `writing` without either is a write whose outcome nobody learned. */
export type AuditAction =
  | 'requested'
  | 'refused'
  | 'queued'
  | 'planned'
  | 'approved'
  | 'started'
  | 'controlled'
  | 'writing'
  | 'written'
  | 'failed'
  | 'ended';

/** `key`: the same for every copy of one fact. `actor`: a member's id, "policy:rule", or "vmotion-ops" itself. */
export type AuditDraft = {
  chain: string;
  key: string;
  at: string;
  actor: string;
  action: AuditAction;
  jobId?: string | undefined;
  detail: Record<string, string | number>;
};

/** `seq` counts from 1 without a gap. `previous`: the hash of the entry before, 64 zeros for the first. */
export type AuditEntry = AuditDraft & { schema: 1; seq: number; previous: string; hash: string };

/** Where requests stand that belong to no cluster. */
export const GENERAL_CHAIN = 'general';

const NOTHING_BEFORE = '0'.repeat(64);

type Hash = (text: string) => string;

/** The draft as the chain's next entry. */
export function sealEntry(draft: AuditDraft, last: AuditEntry | undefined, hash: Hash): AuditEntry {
  const entry = { ...draft, schema: 1 as const, seq: (last?.seq ?? 0) + 1, previous: last?.hash ?? NOTHING_BEFORE };
  return { ...entry, hash: hashOf(entry, hash) };
}

/** `head`: the hash that stands for everything up to here; noted elsewhere, it also shows that the end was not cut off. */
export type ChainVerdict =
  | { kind: 'whole'; entries: number; head: string }
  | { kind: 'broken'; seq: number; why: string };

/** Whether entries, in their order, are what was appended. `after`: the last entry of a part that was verified before;
 * without it they begin with the chain's first. */
export function verifyChain(entries: AuditEntry[], hash: Hash, after?: AuditEntry): ChainVerdict {
  let last = after;
  for (const entry of entries) {
    const { hash: claimed, ...sealed } = entry;
    const seq = (last?.seq ?? 0) + 1;
    if (entry.seq !== seq) return { kind: 'broken', seq, why: `entry ${seq} is missing` };
    if (entry.previous !== (last?.hash ?? NOTHING_BEFORE))
      return { kind: 'broken', seq, why: `entry ${seq} does not follow the one before it` };
    if (hashOf(sealed, hash) !== claimed) return { kind: 'broken', seq, why: `entry ${seq} was changed` };
    last = entry;
  }
  return { kind: 'whole', entries: last?.seq ?? 0, head: last?.hash ?? NOTHING_BEFORE };
}

function hashOf(entry: Omit<AuditEntry, 'hash'>, hash: Hash): string {
  return hash(canonicalJson(entry));
}
