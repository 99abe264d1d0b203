// A session whose every write stands in the audit log before it is made.
import type { AuditDraft } from '../domain/audit-entry.ts';
import type { Job } from '../domain/job.ts';
import { OpsError } from '../errors.ts';
import type { VsphereSession } from '../ports.ts';
import { type AppendAudit, createAppendAudit } from './append-audit.ts';
import type { Parts } from './parts.ts';

/** Whether it changes something in vCenter. A method that a session gets does not compile before it stands here: a write
 * that nobody announces would be missing from the log. */
const IS_WRITE: Record<keyof VsphereSession, boolean> = {
  addPortGroup: true,
  updatePortGroup: true,
  removePortGroup: true,
  addVmk: true,
  updateVmk: true,
  removeVmk: true,
  setNetstack: true,
  selectService: true,
  deselectService: true,
  addSwitch: true,
  removeSwitch: true,
  updateDistributedPortGroup: true,
  setDrs: true,
  relocate: true,
  calls: false,
  vcenterUuid: false,
  user: false,
  readCluster: false,
  readHosts: false,
  readStorage: false,
  refreshNetwork: false,
  ping: false,
  listVms: false,
  missingPrivileges: false,
  readClusterSettings: false,
  isConfigManaged: false,
  runningMigrations: false,
  checkRelocate: false,
  readLog: false,
  readEvents: false,
  readTriggeredAlarms: false,
};

const DETAIL_CHARS_MAX = 2000;

type AuditedParts = Pick<Parts, 'store' | 'sha256' | 'clock' | 'ids' | 'log'>;

/** The same session. A write whose intent can't be appended is not made and throws what the store throws; an outcome
 * that can't be appended is only logged, because the write is made. `until`: no write is begun after it, but throws
 * `out-of-time`: a worker that stood still between the look at its lease and the call was declared dead meanwhile. */
export function auditedSession(parts: AuditedParts, session: VsphereSession, job: Job, until?: Date): VsphereSession {
  const append = createAppendAudit(parts.store.auditLog, parts.sha256);
  return new Proxy(session, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = async (...args: unknown[]): Promise<unknown> => Reflect.apply(value, target, args);
      if (!isWrite(name)) return call;
      return async (...args: unknown[]) =>
        auditWrite({ parts, append, job, until }, String(name), args, () => call(...args));
    },
  });
}

function isWrite(name: string | symbol): boolean {
  return Object.entries(IS_WRITE).some(([method, writes]) => writes && method === name);
}

type Auditing = { parts: AuditedParts; append: AppendAudit; job: Job; until: Date | undefined };

async function auditWrite(auditing: Auditing, method: string, args: unknown[], write: () => Promise<unknown>) {
  const { parts, append, job } = auditing;
  const key = `${job.id}:${method}:${parts.ids.next(8)}`;
  const since = { at: parts.clock.now(), elapsedMs: parts.clock.elapsedMs() };
  const draft = (action: AuditDraft['action'], detail: AuditDraft['detail']): AuditDraft => ({
    chain: job.cluster,
    key: `${key}:${action}`,
    at: parts.clock.now().toISOString(),
    actor: job.requestedBy,
    action,
    jobId: job.id,
    detail: { method, ...detail },
  });
  await append(draft('writing', { arguments: JSON.stringify(args).slice(0, DETAIL_CHARS_MAX) }));
  const finish = async (action: AuditDraft['action'], detail: AuditDraft['detail']) => {
    try {
      await append(draft(action, detail));
    } catch (error) {
      parts.log.error('audit-outcome-lost', { jobId: job.id, key, error });
    }
  };
  try {
    requireTime(auditing, since);
    const answer = await write();
    await finish('written', typeof answer === 'string' ? { answer } : {});
    return answer;
  } catch (error) {
    await finish('failed', error instanceof OpsError ? { code: error.code, retry: error.retry } : { retry: 'unknown' });
    throw error;
  }
}

/** Less than the lease has left when it is looked at before a write. */
const STANDSTILL_MAX_MS = 20_000;

/** The last look before the call, by the clocks alone: asking the table once more would only take more time. Of a clock that
 * was set back, `until` may lie too far away, so that it also counts how long the worker stood still: by the clock that
 * nobody sets, and by the other one too, since a machine that is frozen may not count that time. */
function requireTime({ parts, until }: Auditing, since: { at: Date; elapsedMs: number }): void {
  if (until === undefined) return;
  const now = parts.clock.now();
  const passedMs = now.getTime() - since.at.getTime();
  const stoodMs = Math.max(passedMs, parts.clock.elapsedMs() - since.elapsedMs);
  if (now < until && passedMs >= 0 && stoodMs < STANDSTILL_MAX_MS) return;
  const what =
    passedMs < 0
      ? 'The clock was set back while a write was prepared.'
      : 'The worker stood still while a write was prepared.';
  const remedy = 'Nothing to do: the next slice goes on from here.';
  throw new OpsError('out-of-time', what, { retry: 'later', remedy });
}
