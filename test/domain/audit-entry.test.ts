import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditDraft, type AuditEntry, sealEntry, verifyChain } from '../../shared/domain/audit-entry.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const aDraft = (change: Partial<AuditDraft> = {}): AuditDraft => ({
  chain: 'cluster-a',
  key: 'j-1:approved:U0BOB',
  at: '2026-01-02T03:04:05.000Z',
  actor: 'U0BOB',
  action: 'approved',
  jobId: 'j-1',
  detail: { digest: 'abc', hosts: 4 },
  ...change,
});

function chainOf(drafts: AuditDraft[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const draft of drafts) entries.push(sealEntry(draft, entries.at(-1), sha256));
  return entries;
}

const three = () => chainOf(['U1', 'U2', 'U3'].map((actor) => aDraft({ actor, key: actor })));

describe('a chain of entries', () => {
  it('is whole as it was written, and its head stands for all of it', () => {
    const entries = three();
    expect(verifyChain(entries, sha256)).toEqual({ kind: 'whole', entries: 3, head: entries[2]?.hash });
  });

  it('is whole when it is empty', () => {
    expect(verifyChain([], sha256)).toEqual({ kind: 'whole', entries: 0, head: '0'.repeat(64) });
  });

  it('survives being stored as JSON, with what is absent left out', () => {
    const stored = JSON.parse(JSON.stringify(chainOf([aDraft({ jobId: undefined })]))) as AuditEntry[];
    expect(verifyChain(stored, sha256).kind).toBe('whole');
  });

  it.each([
    { what: 'an entry was taken out', change: (all: AuditEntry[]) => all.toSpliced(1, 1), seq: 2 },
    { what: 'the first was taken out', change: (all: AuditEntry[]) => all.slice(1), seq: 1 },
    { what: 'two changed places', change: ([a, b, c]: AuditEntry[]) => [a, c, b] as AuditEntry[], seq: 2 },
    {
      what: 'an actor was exchanged',
      change: (all: AuditEntry[]) => all.map((one) => (one.seq === 2 ? { ...one, actor: 'U9' } : one)),
      seq: 2,
    },
    {
      what: 'an entry was exchanged together with its hash',
      change: (all: AuditEntry[]) =>
        all.map((one) => (one.seq === 2 ? sealEntry(aDraft({ actor: 'U9' }), all[0], sha256) : one)),
      // Its own hash is right again; the next entry still carries the old one.
      seq: 3,
    },
  ])('is broken where $what', ({ change, seq }) => {
    expect(verifyChain(change(three()), sha256)).toMatchObject({ kind: 'broken', seq });
  });

  it('shows any single changed value, wherever it stands', () => {
    const field = fc.constantFrom<keyof AuditEntry>(
      'key',
      'at',
      'actor',
      'action',
      'jobId',
      'previous',
      'hash',
      'chain',
    );
    fc.assert(
      fc.property(fc.nat({ max: 2 }), field, fc.string({ minLength: 1 }), (index, name, value) => {
        const entries = three();
        const entry = entries[index];
        if (entry === undefined || entry[name] === value) return;
        const changed = entries.with(index, { ...entry, [name]: value });
        expect(verifyChain(changed, sha256).kind).toBe('broken');
      }),
    );
  });
});
