import { GENERAL_CHAIN } from '../domain/audit-entry.ts';
import type { Reply } from '../domain/reply.ts';
import { createAppendAudit } from './append-audit.ts';
import type { EdgeParts } from './parts.ts';

/** `said`: the command as typed, or what the pressed button stands for. */
export type AuditedRequest = { requestId: string; user: string; channel: string; said: string };

const SAID_CHARS_MAX = 500;

/** Answers as `use` does, and notes who asked what, and whether it was refused. The note follows the answer: what the
 * request began stands in its job's row by then, so that a note that fails loses no change and stops nobody. */
export function createAuditRequest(
  parts: EdgeParts,
): (request: AuditedRequest, use: () => Promise<Reply>) => Promise<Reply> {
  const append = createAppendAudit(parts.store.auditLog, parts.sha256);
  return async (request, use) => {
    const reply = await use();
    const { requestId, user, channel, said } = request;
    try {
      await append({
        chain: chainOf(reply),
        key: `request:${requestId}`,
        at: parts.clock.now().toISOString(),
        actor: user,
        action: reply.kind === 'refused' ? 'refused' : 'requested',
        jobId: 'job' in reply ? reply.job.id : undefined,
        detail: {
          said: said.slice(0, SAID_CHARS_MAX),
          channel,
          answer: reply.kind,
          ...(reply.kind === 'refused' ? { code: reply.code } : {}),
        },
      });
    } catch (error) {
      parts.log.error('audit-request-lost', { requestId, user, error });
    }
    return reply;
  };
}

function chainOf(reply: Reply): string {
  return 'job' in reply ? reply.job.cluster : GENERAL_CHAIN;
}
