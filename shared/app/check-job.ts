// `check`: everything that is looked at before a change, and the networks of the VMs, without any change.
import type { JobEvent } from '../domain/job-event.ts';
import type { Finding } from '../domain/finding.ts';
import type { Cluster, Host } from '../domain/inventory.ts';
import type { Job, JobFailure, PlanSummary } from '../domain/job.ts';
import { toEndpoints } from '../domain/paths.ts';
import type { HostPlan } from '../domain/plan.ts';
import { planCluster } from '../domain/plan-cluster.ts';
import { planRepair } from '../domain/plan-repair.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { findVmNetworkProblems, toVmNetworkFindings } from '../domain/vm-networks.ts';
import type { VsphereSession } from '../ports.ts';
import { checkAround } from './check-around.ts';
import { planDigest } from './digest.ts';
import { toHostRef } from './host-work.ts';
import { isReadable, keepObserved } from './observed-hosts.ts';
import type { Parts } from './parts.ts';
import { newAddresses } from './plan-job.ts';
import { findAnswering } from './probe-addresses.ts';

type Checking = { parts: Parts; settings: ClusterSettings; session: VsphereSession; job: Job };

/** Reads, plans and asks; writes nothing. Ends without blocking findings as `done`, with them as `invalid`. */
export async function checkJob(checking: Checking): Promise<JobEvent> {
  const { parts, settings, session, job } = checking;
  const cluster = await session.readCluster(settings.path);
  if (!cluster.hosts.some(isReadable)) return nothingToRead(job, cluster);
  const plans = planCluster(cluster.hosts, settings.profile);
  const around = await Promise.all([
    checkAround(checking, cluster),
    checkVmNetworks(checking, cluster),
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

/** What a repair would switch on again; everything else that it would do, an enable does too. */
function findSwitchedOff(hosts: Host[], { profile }: ClusterSettings): Finding[] {
  const findings = planRepair(hosts, profile).flatMap((plan) => plan.findings);
  return findings.filter((finding) => finding.code === 'vmotion-switched-off');
}

async function checkVmNetworks({ session }: Checking, cluster: Cluster): Promise<Finding[]> {
  const vms = await session.listVms(cluster.hosts.map((host) => host.moref));
  return toVmNetworkFindings(findVmNetworkProblems(cluster.hosts, vms));
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
