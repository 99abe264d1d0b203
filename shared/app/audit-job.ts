// `audit`: what a cluster is against its profile and against what it was, and who changed it. Writes no host.
import {
  type AuditSnapshot,
  type AuditSummary,
  type Drift,
  DRIFTS_MAX,
  hasNews,
  lastSnapshot,
  toAuditState,
} from '../domain/drift.ts';
import { findAuthor, type Witness } from '../domain/drift-author.ts';
import { type ChangesFound, findChanges, toHostFields } from '../domain/drift-find.ts';
import { wantedFields } from '../domain/drift-wanted.ts';
import type { Cluster } from '../domain/inventory.ts';
import type { HostSummary, Job, PlanSummary } from '../domain/job.ts';
import type { JobEvent } from '../domain/job-event.ts';
import type { FieldChange } from '../domain/network-fields.ts';
import type { HostPlan } from '../domain/plan.ts';
import { planCluster } from '../domain/plan-cluster.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { awayText } from '../domain/whereabouts.ts';
import type { VsphereSession } from '../ports.ts';
import { planDigest } from './digest.ts';
import { readAuditAlarms } from './drift-alarms.ts';
import { readWitness } from './drift-witness.ts';
import { nothingToRead } from './nothing-to-read.ts';
import { isReadable } from './observed-hosts.ts';
import type { Parts } from './parts.ts';
import { planWithStorage } from './plan-with-storage.ts';
import { rememberHosts } from './remember-hosts.ts';

export type Auditing = { parts: Parts; settings: ClusterSettings; session: VsphereSession; job: Job };

/**
 * Reads, compares and remembers. The cluster's row is written before the job's: a second run of the same job compares
 * with what the first one did, and finds the same.
 */
export async function auditJob(auditing: Auditing): Promise<JobEvent> {
  const { parts, settings, session, job } = auditing;
  const cluster = await session.readCluster(settings.path);
  if (!cluster.hosts.some(isReadable)) return nothingToRead(job, cluster, 'audit again');
  await rememberHosts(parts, job.cluster, cluster);
  const { plans } = await planWithStorage(session, cluster.hosts, (some) => planCluster(some, settings.profile));
  const last = lastSnapshot(await parts.store.audits.find(job.cluster), job.id);
  const hosts = keptHosts(cluster, last);
  const found = last === undefined ? NOTHING_FOUND : findChanges(last.hosts, hosts);
  const alarms = await readAuditAlarms(auditing, cluster);
  const witness = await readWitness(auditing, { cluster, last, changes: found.changes });
  const drifts = [...changedDrifts(found, plans, witness), ...standingDrifts(found, plans)];
  const summary: AuditSummary = {
    since: last?.at,
    drifts: drifts.slice(0, DRIFTS_MAX),
    more: Math.max(0, drifts.length - DRIFTS_MAX),
    hostsAdded: found.hostsAdded,
    hostsRemoved: found.hostsRemoved,
    unread: cluster.hosts.filter((host) => !isReadable(host)).map(({ name }) => name),
    alarms,
    gap: witness.gap,
  };
  const reported = fingerprint(auditing, plans);
  const now = { at: parts.clock.now().toISOString(), eventKey: witness.eventKey, hosts, reported };
  await parts.store.audits.put(toAuditState({ cluster: job.cluster, jobId: job.id }, now, last));
  const isNews = hasNews(summary, { reported: last?.reported, now: reported });
  return {
    kind: 'audited',
    hosts: cluster.hosts.map((host) => toSummary(host, plans)),
    plan: toPlan(auditing, plans),
    audit: summary,
    isNews,
  };
}

const NOTHING_FOUND: ChangesFound = { changes: [], hostsAdded: [], hostsRemoved: [] };

/** A host that can't be read is what it was. */
function keptHosts(cluster: Cluster, last: AuditSnapshot | undefined): AuditSnapshot['hosts'] {
  const known = new Map((last?.hosts ?? []).map((host) => [host.moref, host]));
  return cluster.hosts.flatMap((host) => {
    if (host.network !== undefined && isReadable(host)) return [toHostFields(host, host.network)];
    return known.get(host.moref.value) ?? [];
  });
}

/** What the product did itself is no drift. */
function changedDrifts({ changes }: ChangesFound, plans: HostPlan[], witness: Witness): Drift[] {
  const wanted = wantedByHost(plans);
  return changes.flatMap((change): Drift[] => {
    const author = findAuthor(change, witness);
    if (author.kind === 'own') return [];
    const { host, field, from, to } = change;
    const by = author.kind === 'other' ? { by: author.by, at: author.at, event: author.event } : {};
    const drift: Drift = { kind: 'changed', host, field, was: from, is: to, ...by };
    const plan = wanted.get(host)?.find((one) => one.field === field);
    return [plan === undefined ? drift : { ...drift, wanted: plan.to ?? 'nothing' }];
  });
}

/** What a plan would change, and nobody has changed since the last audit. */
function standingDrifts({ changes }: ChangesFound, plans: HostPlan[]): Drift[] {
  const changed = new Set(changes.map(({ host, field }) => `${host} ${field}`));
  return [...wantedByHost(plans)].flatMap(([host, fields]) =>
    fields
      .filter(({ field }) => !changed.has(`${host} ${field}`))
      .map(({ field, from, to }): Drift => ({ kind: 'standing', host, field, is: from, wanted: to ?? 'nothing' })),
  );
}

function wantedByHost(plans: HostPlan[]): Map<string, FieldChange[]> {
  return new Map(plans.map(({ host, steps }) => [host.name, wantedFields(steps)]));
}

/** The same as long as the same hosts need the same steps. */
function fingerprint({ parts, job }: Auditing, plans: HostPlan[]): string {
  const changing = plans.filter(({ steps }) => steps.length > 0);
  if (changing.length === 0) return '';
  return parts.sha256(
    JSON.stringify([job.cluster, changing.map(({ host, steps }) => [host.moref.value, wantedFields(steps)])]),
  );
}

function toSummary(host: Cluster['hosts'][number], plans: HostPlan[]): HostSummary {
  const isSeen = isReadable(host);
  const steps = plans.find((plan) => plan.host.moref.value === host.moref.value)?.steps.length ?? 0;
  return {
    name: host.name,
    moref: host.moref.value,
    outcome: isSeen ? 'in-place' : 'skipped',
    steps,
    stepsDone: 0,
    note: isSeen ? undefined : awayText(host),
  };
}

function toPlan({ parts, job }: Auditing, plans: HostPlan[]): PlanSummary {
  const counts: PlanSummary['counts'] = {};
  for (const step of plans.flatMap((plan) => plan.steps)) counts[step.kind] = (counts[step.kind] ?? 0) + 1;
  const findings = plans.flatMap((plan) => plan.findings).filter(({ severity }) => severity !== 'note');
  const hosts = plans.map(({ host, steps }): HostSummary => {
    return { name: host.name, moref: host.moref.value, outcome: 'in-place', steps: steps.length, stepsDone: 0 };
  });
  return {
    digest: planDigest(parts.sha256, { cluster: job.cluster, kind: job.kind, hosts }),
    counts,
    findings,
    waves: 0,
  };
}
