// `check`: everything that is looked at before a change, and the networks of the VMs, without any change.
import type { JobEvent } from '../domain/job-event.ts';
import type { Finding } from '../domain/finding.ts';
import type { Cluster, Host } from '../domain/inventory.ts';
import type { Job, JobFailure, PlanSummary } from '../domain/job.ts';
import type { HostPlan } from '../domain/plan.ts';
import { planCluster } from '../domain/plan-cluster.ts';
import { planRepair } from '../domain/plan-repair.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { findVmNetworkProblems, toVmNetworkFindings } from '../domain/vm-networks.ts';
import type { VsphereSession } from '../ports.ts';
import { findAnsweringOf } from './answering-addresses.ts';
import { checkAround } from './check-around.ts';
import { planDigest } from './digest.ts';
import { nothingToRead } from './nothing-to-read.ts';
import { isReadable, keepObserved } from './observed-hosts.ts';
import type { Parts } from './parts.ts';
import { planWithStorage } from './plan-with-storage.ts';

type Checking = { parts: Parts; settings: ClusterSettings; session: VsphereSession; job: Job };

/** Reads, plans and asks; writes nothing. Ends without blocking findings as `done`, with them as `invalid`. */
export async function checkJob(checking: Checking): Promise<JobEvent> {
  const { parts, settings, session, job } = checking;
  const cluster = await session.readCluster(settings.path);
  if (!cluster.hosts.some(isReadable)) return nothingToRead(job, cluster, 'check again');
  const { plans } = await planWithStorage(session, cluster.hosts, (some) => planCluster(some, settings.profile));
  const around = await Promise.all([
    checkAround(checking, cluster),
    checkVmNetworks(checking, cluster),
    findAnsweringOf({ session, log: parts.log, reach: settings.profile.reach }, cluster.hosts, plans),
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

/** What a repair would switch on again; everything else that it would do, an enable does too. */
function findSwitchedOff(hosts: Host[], { profile }: ClusterSettings): Finding[] {
  const findings = planRepair(hosts, profile).flatMap((plan) => plan.findings);
  return findings.filter((finding) => finding.code === 'vmotion-switched-off');
}

async function checkVmNetworks({ session }: Checking, cluster: Cluster): Promise<Finding[]> {
  const vms = await session.listVms(cluster.hosts.map((host) => host.moref));
  return toVmNetworkFindings(findVmNetworkProblems(cluster.hosts, vms));
}
