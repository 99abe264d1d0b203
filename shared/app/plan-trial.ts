// The first slice of a trial: what the names mean, and what vCenter says about the move before it is made.
import { canonicalJson } from '../domain/canonical-json.ts';
import { declaredApproval } from '../domain/declared-approval.ts';
import { trialCommand } from '../domain/command-of.ts';
import type { JobEvent } from '../domain/job-event.ts';
import { type Found, findNamed } from '../domain/find-named.ts';
import type { Finding } from '../domain/finding.ts';
import type { Host } from '../domain/inventory.ts';
import type { HostSummary, Job, PlanSummary } from '../domain/job.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import type { Trial } from '../domain/trial.ts';
import type { Vm } from '../domain/vm.ts';
import { findVmNetworkProblems, toVmNetworkFindings } from '../domain/vm-networks.ts';
import type { VsphereSession } from '../ports.ts';
import { keepObserved } from './observed-hosts.ts';
import type { Parts } from './parts.ts';

type Planning = { parts: Parts; settings: ClusterSettings; session: VsphereSession; job: Job };

const FINDINGS_MAX = 20;
const HOSTS_NAMED_MAX = 8;

/** Reads, asks vCenter whether the VM could move, and answers a plan to approve. Moves nothing. */
export async function planTrial(planning: Planning): Promise<JobEvent> {
  const { parts, settings, session, job } = planning;
  const request = getTrial(job).request;
  const cluster = await session.readCluster(settings.path);
  const from = findNamed(request.from, cluster.hosts);
  const to = findNamed(request.to, cluster.hosts);
  if (from.kind !== 'found') return noHost(job, request.from, from, cluster.hosts);
  if (to.kind !== 'found') return noHost(job, request.to, to, cluster.hosts);
  const ends = [from.one, to.one];
  const away = ends.find((host) => host.connection !== 'connected');
  if (away !== undefined) {
    const remedy = 'Reconnect it, or choose another host.';
    return refuse({ code: 'host-not-connected', what: `${away.name} is ${away.connection}.`, remedy });
  }
  if (from.one.moref.value === to.one.moref.value) {
    const what = `${request.from} and ${request.to} are one host, ${from.one.name}.`;
    return refuse({ code: 'same-host', what, remedy: 'Name two hosts.' });
  }
  const vms = await session.listVms(cluster.hosts.map((host) => host.moref));
  const vm = findVm(request.vm, vms, from.one);
  if (vm.kind !== 'found') return noVm(job, request.vm, vm);
  const wrong = findObstacle(job, vm.one, cluster.hosts, { from: from.one, to: to.one });
  if (wrong !== undefined) return wrong;
  const findings = await collectFindings(planning, vm.one, from.one, to.one);
  const trial: Trial = {
    request,
    found: {
      vm: { name: vm.one.name, moref: vm.one.moref },
      from: { name: from.one.name, moref: from.one.moref },
      to: { name: to.one.name, moref: to.one.moref },
    },
  };
  const hosts = (await keepObserved(parts, job, ends)).map((host): HostSummary => ({ ...host, outcome: 'untouched' }));
  const digest = parts.sha256(canonicalJson({ kind: job.kind, cluster: job.cluster, trial }));
  const plan: PlanSummary = { digest, counts: {}, findings, waves: 1 };
  const blocking = findings.filter((finding) => finding.severity === 'blocking');
  const shown = declaredApproval(settings, job.kind);
  if (blocking.length === 0) return { kind: 'planned', hosts, plan, policy: settings.approval, shown, trial };
  const failure = {
    code: 'trial-refused',
    what: `vCenter would not move ${vm.one.name} to ${to.one.name}. ${blocking[0]?.message ?? ''}`.trim(),
    why: 'Nothing was moved.',
    remedy: blocking[0]?.remedy ?? 'Mend what the findings name, or choose another VM or host.',
  };
  return { kind: 'blocked', hosts, plan, failure };
}

/** What a trial's job is about; a job of another kind is a defect. */
export function getTrial(job: Job): Trial {
  if (job.trial === undefined) throw new Error(`${job.id} is no trial`);
  return job.trial;
}

/** Of several machines with one name, the one on the host named. */
function findVm(typed: string, vms: Vm[], from: Host): Found<Vm> {
  const found = findNamed(typed, vms);
  if (found.kind !== 'several') return found;
  const own = findNamed(
    typed,
    vms.filter((vm) => vm.host.value === from.moref.value),
  );
  return own.kind === 'found' ? own : found;
}

function findObstacle(job: Job, vm: Vm, hosts: Host[], ends: { from: Host; to: Host }): JobEvent | undefined {
  const { request } = getTrial(job);
  if (vm.host.value !== ends.from.moref.value) {
    const on = hosts.find((host) => host.moref.value === vm.host.value)?.name ?? 'a host outside the cluster';
    const to = on === ends.to.name ? request.from : request.to;
    const remedy = trialCommand(job.cluster, { ...request, from: on, to });
    return refuse({ code: 'vm-not-on-source', what: `${vm.name} runs on ${on}, not on ${ends.from.name}.`, remedy });
  }
  if (vm.isPoweredOn) return undefined;
  const what = `${vm.name} is powered off: it would move without vMotion.`;
  return refuse({ code: 'vm-powered-off', what, remedy: 'Start it, or choose one that runs.' });
}

async function collectFindings({ session }: Planning, vm: Vm, from: Host, to: Host): Promise<Finding[]> {
  const [checked, missing] = await Promise.all([
    session.checkRelocate(vm.moref, to.moref),
    session.missingPrivileges([{ entity: vm.moref, name: vm.name, privileges: ['Resource.HotMigrate'] }]),
  ]);
  const refused = checked.errors.map(
    (message): Finding => ({ code: 'relocate-refused', severity: 'blocking', message: `vCenter says: ${message}` }),
  );
  const warned = checked.warnings.map(
    (message): Finding => ({ code: 'relocate-warning', severity: 'warning', message: `vCenter says: ${message}` }),
  );
  const lacking = missing.map(
    ({ name, privileges }): Finding => ({
      code: 'privilege-missing',
      severity: 'blocking',
      message: `The account lacks ${privileges.join(', ')} on ${name}.`,
      remedy: "Add it to the account's role, on that VM or above.",
    }),
  );
  const networks = toVmNetworkFindings(findVmNetworkProblems([from, to], [vm]));
  return [...lacking, ...refused, ...warned, ...networks].slice(0, FINDINGS_MAX);
}

type Missing<T> = Exclude<Found<T>, { kind: 'found' }>;

function noHost(job: Job, typed: string, found: Missing<Host>, hosts: Host[]): JobEvent {
  const refuseHost = (what: string, remedy: string) => refuse({ code: 'host-unknown', what, remedy });
  if (found.kind === 'several')
    return refuseHost(`${typed} fits ${found.names.join(', ')}.`, 'Type the whole name of the host.');
  const { request } = getTrial(job);
  const what = `${job.cluster} has no host ${typed}.`;
  if (found.nearest === undefined) {
    const names = hosts.slice(0, HOSTS_NAMED_MAX).map((host) => host.name);
    const more = hosts.length > names.length ? ` and ${hosts.length - names.length} more` : '';
    return refuseHost(what, `Its hosts are ${names.join(', ')}${more}.`);
  }
  const meant = { ...request, ...(typed === request.from ? { from: found.nearest } : { to: found.nearest }) };
  return refuseHost(
    what,
    meant.from === meant.to ? `Did you mean ${found.nearest}?` : trialCommand(job.cluster, meant),
  );
}

function noVm(job: Job, typed: string, found: Missing<Vm>): JobEvent {
  const refuseVm = (what: string, remedy: string) => refuse({ code: 'vm-unknown', what, remedy });
  if (found.kind === 'several') {
    const what = `${found.names.length} VMs of ${job.cluster} are called ${typed}, and not exactly one of them is on that host.`;
    return refuseVm(what, 'Rename one of them, or choose another VM.');
  }
  const what = `${job.cluster} has no VM ${typed}.`;
  if (found.nearest === undefined) return refuseVm(what, 'Type the name as vCenter shows it, in quotes.');
  return refuseVm(what, trialCommand(job.cluster, { ...getTrial(job).request, vm: found.nearest }));
}

function refuse(failure: { code: string; what: string; remedy: string }): JobEvent {
  return { kind: 'stopped', state: 'invalid', failure };
}
