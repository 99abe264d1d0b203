// The first line of a job's message. The state comes first and in words: a colour or a picture alone tells too little.
import type { HostOutcome, Job, JobKind } from '../../domain/job.ts';
import { counted } from '../step-text.ts';

const TITLES: Record<JobKind, (cluster: string, trial: Job['trial']) => string> = {
  status: (cluster) => `vMotion status of ${cluster}`,
  check: (cluster) => `vMotion check of ${cluster}`,
  enable: (cluster) => `Enable vMotion stack on ${cluster}`,
  repair: (cluster) => `Repair vMotion on ${cluster}`,
  test: (cluster) => `vMotion test of ${cluster}`,
  trial: (cluster, trial) => `Trial: ${trial?.request.vm ?? 'a VM'} on ${cluster}`,
  evidence: (cluster) => `Evidence of migrations on ${cluster}`,
  audit: (cluster) => `Audit of ${cluster}`,
  revert: (cluster) => `Revert vMotion stack on ${cluster}`,
};

/** "WAITING 0/1 - Enable vMotion stack on cluster-a (4 hosts)". Plain text. */
export function headline(job: Job): string {
  const stalled = job.stalledSince === undefined ? '' : 'STALLED - ';
  const planned = plannedHosts(job).length;
  const size = planned > 0 ? ` (${counted(planned, 'host')})` : '';
  return `${stalled}${stateWord(job)} - ${title(job)}${size}`;
}

/** What the job is, without its state. Plain text. */
export function title(job: Job): string {
  return TITLES[job.kind](job.cluster, job.trial);
}

/** The hosts that the job's plan changes. */
export function plannedHosts(job: Job): Job['hosts'] {
  return job.hosts.filter((host) => host.wave !== undefined);
}

/** How many of them are through. */
export function hostsThrough(job: Job): number {
  const through: HostOutcome[] = job.kind === 'revert' ? ['applied', 'kept', 'put-back'] : ['applied', 'kept'];
  return plannedHosts(job).filter((host) => through.includes(host.outcome)).length;
}

/** Where the job stands, in capitals. */
export function stateWord(job: Job): string {
  switch (job.state) {
    case 'queued':
      return 'QUEUED';
    case 'planning':
      return 'READING';
    case 'planned':
      return `PLANNED ${approvals(job)}`;
    case 'awaiting-approval':
      return `WAITING ${approvals(job)}`;
    case 'approved':
      return 'APPROVED';
    case 'applying':
      if (job.kind === 'trial') return 'MOVING';
      return `RUNNING ${hostsThrough(job)} of ${plannedHosts(job).length}`;
    case 'paused':
      return `PAUSED ${hostsThrough(job)} of ${plannedHosts(job).length}`;
    case 'verifying':
      return job.kind === 'test' ? 'TESTING' : 'VERIFYING';
    case 'done':
      return doneWord(job);
    case 'partial':
      return partialWord(job);
    case 'in-place':
      return 'IN PLACE';
    case 'rolled-back':
      return 'ROLLED BACK';
    case 'needs-hands':
      return 'FAILED, NEEDS HANDS';
    case 'unreachable':
      return 'FAILED, UNREACHABLE';
    case 'invalid':
      return job.kind === 'check' ? 'NOT READY' : 'INVALID';
    case 'rejected':
    case 'expired':
    case 'cancelled':
    case 'stale':
      return job.state.toUpperCase();
    case 'aborted':
      return job.kind === 'trial' ? 'FAILED' : 'ABORTED';
    default:
      throw new Error(`unknown state ${job.state satisfies never}`);
  }
}

function approvals({ approval }: Job): string {
  return `${approval?.approvedBy.length ?? 0}/${approval?.required ?? 0}`;
}

// A test whose paths all work is still partial when a host could not take part.
function partialWord(job: Job): string {
  if (job.kind !== 'test' || job.matrix === undefined) return 'PARTIAL';
  return job.matrix.unexpected === 0 ? `PARTIAL, ${job.matrix.ok} of ${job.matrix.pairs} paths OK` : doneWord(job);
}

function doneWord({ kind, matrix, plan, trial }: Job): string {
  if (kind === 'check' && plan?.findings.some((finding) => finding.severity === 'warning') === true) return 'WARNINGS';
  if (kind === 'trial' && trial?.evidence?.verdict === 'proven') return 'PROVEN';
  if (kind !== 'test' || matrix === undefined) return 'OK';
  return matrix.unexpected === 0
    ? `OK ${matrix.ok} of ${matrix.pairs} paths`
    : `FAILED ${matrix.unexpected} of ${matrix.pairs} paths`;
}
