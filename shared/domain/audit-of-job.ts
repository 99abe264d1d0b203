import type { AuditDraft } from './audit-entry.ts';
import { isEnded } from './exit-code.ts';
import type { HostOutcome, Job } from './job.ts';

/** What the audit log says of a job, worked out from its row alone: whatever a crash kept from being written can be
 * written later, under the same keys. */
export function auditOfJob(job: Job): AuditDraft[] {
  // An audit by schedule that read and found nothing new: thousands a month of them would bury what people did.
  if (job.isQuiet === true) return [];
  const about = { chain: job.cluster, jobId: job.id };
  const { plan, approval, endedAt } = job;
  const drafts: AuditDraft[] = [
    {
      ...about,
      key: `${job.id}:queued`,
      at: job.createdAt,
      actor: job.requestedBy,
      action: 'queued',
      detail: { kind: job.kind, start: job.start, ...reasonOf(job) },
    },
  ];
  if (plan !== undefined && approval !== undefined) {
    drafts.push({
      ...about,
      key: `${job.id}:planned:${plan.digest}`,
      at: job.updatedAt,
      actor: SYSTEM,
      action: 'planned',
      detail: { digest: plan.digest, hosts: plannedHosts(job), required: approval.required },
    });
  }
  for (const { user, at } of approval?.approvedBy ?? []) {
    const detail = { digest: approval?.digest ?? '' };
    drafts.push({ ...about, key: `${job.id}:approved:${user}:${at}`, at, actor: user, action: 'approved', detail });
  }
  if (isEnded(job.state)) {
    drafts.push({
      ...about,
      key: `${job.id}:ended`,
      at: endedAt ?? job.updatedAt,
      actor: SYSTEM,
      action: 'ended',
      detail: { state: job.state, ...outcomes(job), ...(job.failure === undefined ? {} : { code: job.failure.code }) },
    });
  }
  return drafts;
}

/** What is in the second row and was not in the first. With a job's first move comes the request that made it. */
export function newInAudit(before: Job, after: Job): AuditDraft[] {
  const known = new Set(before.version === 1 ? [] : auditOfJob(before).map(({ key }) => key));
  return auditOfJob(after).filter(({ key }) => !known.has(key));
}

/** The actor of what nobody did by hand. */
export const SYSTEM = 'vmotion-ops';

function reasonOf({ reason, ticket, undoes }: Job): Record<string, string> {
  const said = { reason, ticket, undoes };
  return Object.fromEntries(Object.entries(said).filter((one): one is [string, string] => one[1] !== undefined));
}

function plannedHosts({ hosts }: Job): number {
  return hosts.filter((host) => host.wave !== undefined).length;
}

function outcomes({ hosts }: Job): Partial<Record<HostOutcome, number>> {
  const counts: Partial<Record<HostOutcome, number>> = {};
  for (const { outcome } of hosts) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
