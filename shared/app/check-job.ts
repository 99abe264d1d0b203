// `check`: everything that is looked at before a change, and the networks of the VMs, without any change.
import type { JobEvent } from '../domain/job-event.ts';
import type { Finding } from '../domain/finding.ts';
import type { Cluster, Host } from '../domain/inventory.ts';
import type { Job, JobFailure, PlanSummary } from '../domain/job.ts';
import { compareNaturally } from '../domain/natural-order.ts';
import { toEndpoints } from '../domain/paths.ts';
import type { HostPlan } from '../domain/plan.ts';
import { planCluster } from '../domain/plan-cluster.ts';
import { planRepair } from '../domain/plan-repair.ts';
import { toPrivilegeFindings, wantedPrivileges } from '../domain/privileges.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { findVmNetworkProblems, toVmNetworkFindings } from '../domain/vm-networks.ts';
import { OpsError } from '../errors.ts';
import type { FullSession } from '../ports.ts';
import { planDigest } from './digest.ts';
import { toHostRef } from './host-work.ts';
import { isReadable, keepObserved } from './observed-hosts.ts';
import type { Parts } from './parts.ts';
import { newAddresses } from './plan-job.ts';
import { findAnswering } from './probe-addresses.ts';
import { isBookkeeping } from './slice-error.ts';

type Checking = { parts: Parts; settings: ClusterSettings; session: FullSession; job: Job };

/** Reads, plans and asks; writes nothing. Ends without blocking findings as `done`, with them as `invalid`. */
export async function checkJob(checking: Checking): Promise<JobEvent> {
  const { parts, settings, session, job } = checking;
  const cluster = await session.readCluster(settings.path);
  if (!cluster.hosts.some(isReadable)) return nothingToRead(job, cluster);
  const plans = planCluster(cluster.hosts, settings.profile);
  const around = await Promise.all([
    checkPrivileges(checking, cluster),
    checkVmNetworks(checking, cluster),
    checkMigrations(checking, cluster),
    checkDrs(checking, cluster),
    checkAddresses(checking, cluster.hosts, plans),
  ]);
  const findings = [
    ...around.flat(),
    ...findSwitchedOff(cluster.hosts, settings),
    ...plans.flatMap((plan) => plan.findings),
  ];
  const hosts = await keepObserved(parts, job, cluster.hosts, byMoref(plans));
  const counts: PlanSummary['counts'] = {};
  for (const step of plans.flatMap((plan) => plan.steps)) counts[step.kind] = (counts[step.kind] ?? 0) + 1;
  const digest = planDigest(parts.sha256, { cluster: job.cluster, kind: job.kind, hosts });
  return { kind: 'checked', hosts, plan: { digest, counts, findings, waves: 0 }, failure: toFailure(findings) };
}

function byMoref(plans: HostPlan[]): Map<string, HostPlan> {
  return new Map(plans.map((plan) => [plan.host.moref.value, plan]));
}

function nothingToRead(job: Job, cluster: Cluster): JobEvent {
  if (cluster.hosts.length === 0) {
    const failure = { code: 'no-hosts', what: `${job.cluster} has no hosts.`, remedy: 'Add hosts to it in vCenter.' };
    return { kind: 'stopped', state: 'invalid', failure };
  }
  const what = `vCenter has no connection to any of the ${cluster.hosts.length} hosts of ${cluster.name}.`;
  const failure = { code: 'host-not-connected', what, remedy: 'Reconnect the hosts in vCenter and check again.' };
  return { kind: 'stopped', state: 'unreachable', failure };
}

function toFailure(findings: Finding[]): JobFailure | undefined {
  const blocking = findings.filter((finding) => finding.severity === 'blocking');
  const [first] = blocking;
  if (first === undefined) return undefined;
  const more = blocking.length > 1 ? ` (and ${blocking.length - 1} more that block)` : '';
  return {
    code: first.code,
    what: `A change would be refused: ${first.message}${more}`,
    why: 'Nothing was changed.',
    remedy: first.remedy ?? 'Resolve what blocks and check again.',
  };
}

async function checkPrivileges({ session, settings }: Checking, cluster: Cluster): Promise<Finding[]> {
  const wanted = wantedPrivileges(cluster, settings.profile);
  const missing = await Promise.all(
    wanted.map(async (group) => {
      const entities = group.entities.map((one) => ({ ...one, privileges: group.privileges }));
      // An entity that is gone, or that may not even be seen, is told by another check.
      return tolerate(async () => toPrivilegeFindings(group, await session.missingPrivileges(entities)));
    }),
  );
  return missing.flat();
}

/** What a repair would switch on again; everything else that it would do, an enable does too. */
function findSwitchedOff(hosts: Host[], { profile }: ClusterSettings): Finding[] {
  const findings = planRepair(hosts, profile).flatMap((plan) => plan.findings);
  return findings.filter((finding) => finding.code === 'vmotion-switched-off');
}

async function checkVmNetworks({ session }: Checking, cluster: Cluster): Promise<Finding[]> {
  const vms = await session.listVms(cluster.hosts.map((host) => host.moref));
  return toVmNetworkFindings(findVmNetworkProblems(cluster.hosts, vms));
}

const MIGRATIONS_MAX = 5;

async function checkMigrations({ session }: Checking, cluster: Cluster): Promise<Finding[]> {
  const running = await session.runningMigrations(cluster.hosts.map((host) => host.moref));
  const shown = running.toSorted((a, b) => compareNaturally(a.vm, b.vm)).slice(0, MIGRATIONS_MAX);
  const findings = shown.map(({ vm, host, progress }): Finding => {
    const far = progress === undefined ? '' : `, ${Math.round(progress)} % done`;
    return {
      code: 'migration-running',
      severity: 'note',
      message: `${vm} is being migrated (${host}${far}). It finishes as it began; later ones use the new stack.`,
    };
  });
  const left = running.length - shown.length;
  if (left > 0)
    findings.push({ code: 'migration-running', severity: 'note', message: `${left} more migrations are under way.` });
  return findings;
}

async function checkDrs({ session, settings }: Checking, cluster: Cluster): Promise<Finding[]> {
  const { drs } = await session.readClusterSettings(cluster.moref);
  if (drs !== 'fullyAutomated') return [];
  return [
    {
      code: 'drs-automated',
      severity: 'warning',
      message: `DRS moves VMs of ${settings.name} by itself; while hosts are changed wave by wave, such a move may fail.`,
      remedy: 'Set DRS to manual for the time of the change.',
    },
  ];
}

async function checkAddresses({ parts, session }: Checking, hosts: Host[], plans: HostPlan[]): Promise<Finding[]> {
  const readable = hosts.filter(isReadable);
  const sources = readable.flatMap((host) => (host.network === undefined ? [] : toEndpoints(host.name, host.network)));
  const refs = new Map(readable.map((host) => [host.name, toHostRef(host)]));
  const candidates = plans.flatMap((plan) =>
    newAddresses(
      plan,
      readable.find((host) => host.name === plan.host.name),
    ),
  );
  const answering = await findAnswering({ session, hosts: refs, clock: parts.clock }, sources, candidates);
  return answering.map(({ host, address, heardBy }) => ({
    code: 'address-answers',
    severity: 'blocking',
    host,
    message: `${address}, wanted for ${host}, already answers a ping from ${heardBy.host} ${heardBy.device}: another device has it.`,
    remedy: 'Find and free the address, or choose another one in vmotion.yaml.',
  }));
}

async function tolerate(work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (error) {
    const isTelling = error instanceof OpsError && !isBookkeeping(error) && error.code === 'vcenter-object-gone';
    if (!isTelling) throw error;
    return [];
  }
}
