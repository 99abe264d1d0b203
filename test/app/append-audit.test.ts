import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { completeAudit } from '../../shared/app/audit-job-row.ts';
import { createAppendAudit } from '../../shared/app/append-audit.ts';
import { auditOfJob } from '../../shared/domain/audit-of-job.ts';
import { type AuditDraft, verifyChain } from '../../shared/domain/audit-entry.ts';
import { aJob } from '../support/builders.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const draft = (key: string, chain = 'a'): AuditDraft => ({
  chain,
  key,
  at: '2026-01-02T03:04:05.000Z',
  actor: 'U1',
  action: 'requested',
  detail: {},
});

describe('appending to the audit log', () => {
  it('by many processes at once gives one whole chain with every entry in it', async () => {
    const { auditLog } = createMemoryStore();
    // Each process has a store of its own over the same rows.
    const processes = Array.from({ length: 8 }, () => createAppendAudit({ ...auditLog }, sha256));
    const appended = processes.flatMap((append, process) =>
      Array.from({ length: 5 }, (_, index) => append(draft(`${process}:${index}`))),
    );
    await Promise.all(appended);
    const entries = await auditLog.list('a', 0, 100);
    expect(new Set(entries.map(({ key }) => key)).size).toBe(40);
    expect(verifyChain(entries, sha256)).toMatchObject({ kind: 'whole', entries: 40 });
  });

  it('goes on after a failure, and keeps the order of one process', async () => {
    const { auditLog } = createMemoryStore();
    let isAway = true;
    const append = createAppendAudit(
      {
        ...auditLog,
        add: async (entry) => {
          if (isAway) throw new Error('the table is away');
          return auditLog.add(entry);
        },
      },
      sha256,
    );
    await expect(append(draft('lost'))).rejects.toThrow('away');
    isAway = false;
    await Promise.all([append(draft('one')), append(draft('two')), append(draft('three'))]);
    expect((await auditLog.list('a', 0, 9)).map(({ key }) => key)).toEqual(['one', 'two', 'three']);
  });

  it('gives up on a chain that grows under every try', async () => {
    const { auditLog } = createMemoryStore();
    const append = createAppendAudit({ ...auditLog, add: async () => false }, sha256);
    await expect(append(draft('never'))).rejects.toMatchObject({ code: 'write-conflict', retry: 'later' });
  });
});

describe("completing a job's story", () => {
  it('adds what a crash kept out, once, also behind hundreds of later entries', async () => {
    const { auditLog } = createMemoryStore();
    const append = createAppendAudit(auditLog, sha256);
    const job = aJob({ state: 'done', endedAt: '2026-01-05T08:09:00.000Z' });
    const [first, ...rest] = auditOfJob(job);
    if (first === undefined) throw new Error('a job has a story');
    await append(first);
    for (let index = 0; index < 450; index += 1) {
      await append({ ...draft(`other${index}`, job.cluster), at: job.createdAt });
    }
    await completeAudit(auditLog, sha256, job);
    await completeAudit(auditLog, sha256, job);
    const keys = (await auditLog.list(job.cluster, 0, 1000)).map(({ key }) => key);
    expect(keys.filter((key) => key === first.key)).toHaveLength(1);
    expect(keys.slice(451)).toEqual(rest.map(({ key }) => key));
  });
});
