// The first slice of every job: read the cluster, decide what each host needs, and store it.
import type { JobEvent } from '../domain/job-event.ts';
import type { Finding } from '../domain/finding.ts';
import { policyOf } from '../domain/alarm-defaults.ts';
import type { Cluster, Host } from '../domain/inventory.ts';
import type { HostOutcome, HostSummary, Job, PlanSummary } from '../domain/job.ts';
import { changedGroups } from '../domain/group-goal.ts';
import { hostNotFound } from '../domain/host-not-found.ts';
import { findOnlyHost, type LimitedPlans, limitToHost } from '../domain/limit-to-host.ts';
import { declaredApproval } from '../domain/declared-approval.ts';
import { approvalFor } from '../domain/origin-approval.ts';
import type { HostPlan } from '../domain/plan.ts';
import { planCluster } from '../domain/plan-cluster.ts';
import { planRepair } from '../domain/plan-repair.ts';
import { planBack } from '../domain/plan-back.ts';
import type { RestoreGoal } from '../domain/restore-draft.ts';
import type { HostRecord } from '../domain/record.ts';
import { toWaves } from '../domain/rollout.ts';
import { findUnasked } from '../domain/unasked-addresses.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { findVmsOnGroups, touchesVmGroups } from '../domain/vms-on-groups.ts';
import { findSharing } from '../domain/sharing-clusters.ts';
import { awayText } from '../domain/whereabouts.ts';
import type { VsphereSession } from '../ports.ts';
import { findAnsweringOf } from './answering-addresses.ts';
import { checkAround } from './check-around.ts';
import { hostDigest, planDigest } from './digest.ts';
import { findGroupGoals } from './group-originals.ts';
import { readMovedOut } from './moved-out.ts';
import { nothingToRead } from './nothing-to-read.ts';
import { isReadable } from './observed-hosts.ts';
import type { Parts } from './parts.ts';
import { planWithStorage } from './plan-with-storage.ts';
import { rememberHosts } from './remember-hosts.ts';
import { findRestoreGoals } from './restore-goals.ts';

type Planning = { parts: Parts; settings: ClusterSettings; session: VsphereSession; job: Job };

/** Reads the cluster and answers what the job goes on with. Host records are stored before that. Writes no host. */
export async function planJob(planning: Planning): Promise<JobEvent> {
  const { parts, job, session, settings } = planning;
  const cluster = await session.readCluster(settings.path);
  await rememberHosts(parts, job.cluster, cluster);
  if (!cluster.hosts.some(isReadable)) return nothingToRead(job, cluster, 'run the command again');
  if (job.kind === 'status' || job.kind === 'test') return observe(planning, cluster.hosts);
  if (job.kind === 'enable' || job.kind === 'repair') {
    return planChange(planning, cluster);
  }
  const goals = await findRestoreGoals(planning.parts.store, job);
  if (goals.size === 0) {
    const what = `There is nothing to revert on ${job.cluster}: no change of it is recorded, or it was reverted already.`;
    return invalid('nothing-to-revert', what, `/vmotion history ${job.cluster}`);
  }
  const leaving = new Set(
    cluster.hosts.filter((host) => isReadable(host) && goals.has(host.moref.value)).map(({ moref }) => moref.value),
  );
  const others = await readMovedOut(session, cluster.hosts, goals);
  const around = { hosts: [...cluster.hosts, ...others], leaving };
  const groups = await findGroupGoals(planning, [...goals.values()], around);
  const back = planBack(cluster.hosts, goals, { groups, others });
  const found = [...back.leftOut, ...(await checkVms(planning, cluster.hosts, back.plans))];
  return conclude(planning, cluster.hosts, back.plans, { goals: back.goals, around: found });
}

async function planChange(planning: Planning, cluster: Cluster): Promise<JobEvent> {
  const { job, settings, session } = planning;
  const plan = job.kind === 'enable' ? planCluster : planRepair;
  const only = job.onlyHost === undefined ? undefined : findOnlyHost(cluster.hosts, job.onlyHost);
  if (job.onlyHost !== undefined && only === undefined) {
    return { kind: 'stopped', state: 'invalid', failure: hostNotFound(job, job.onlyHost, cluster.hosts) };
  }
  const { hosts, plans: whole } = await planWithStorage(session, cluster.hosts, (some) =>
    plan(some, settings.profile, { only: only?.name }),
  );
  const limited = only === undefined ? undefined : limitToHost(hosts, whole, only);
  const plans = limited?.plans ?? whole;
  await addAnswering(planning, hosts, plans);
  const isChange = plans.some((one) => one.kind === 'change');
  const unasked = findUnasked(hosts.filter(isReadable), plans, settings.profile);
  const shared = [...noteSharing(planning, plans), ...(await checkVms(planning, hosts, plans))];
  const around = isChange
    ? [...(await checkAround({ ...planning, isForChange: true }, cluster)), ...unasked, ...shared]
    : [];
  return conclude(planning, hosts, plans, { around, limited });
}

/** Nobody is asked for VMs where no port group changes under them. */
async function checkVms({ session }: Planning, hosts: Host[], plans: HostPlan[]): Promise<Finding[]> {
  if (!touchesVmGroups(hosts, plans)) return [];
  return findVmsOnGroups(hosts, plans, await session.listVms(hosts.map(({ moref }) => moref)));
}

/** Which clusters of vmotion.yaml a change of the distributed switch is a change for, too. */
function noteSharing({ parts, settings }: Planning, plans: HostPlan[]): Finding[] {
  const groups = plans.flatMap(({ steps }) => changedGroups(steps)).map(({ name }) => name);
  const sharing = findSharing(parts.settings, settings).map(({ name }) => name);
  if (groups.length === 0 || sharing.length === 0) return [];
  const message = `${groups.join(', ')}: also for ${sharing.join(', ')}. What they were comes back when the last of these clusters is reverted.`;
  return [{ code: 'port-group-shared', severity: 'note', message }];
}

function invalid(code: string, what: string, remedy: string): JobEvent {
  return { kind: 'stopped', state: 'invalid', failure: { code, what, remedy } };
}

async function observe({ parts, job }: Planning, hosts: Host[]): Promise<JobEvent> {
  const plans = hosts.map((host): HostPlan => {
    const kind = isReadable(host) ? 'in-place' : 'skipped';
    return { host: { moref: host.moref, name: host.name }, kind, steps: [], findings: [], untouched: [] };
  });
  await storeRecords(parts, job, hosts, plans, new Map());
  const summaries = hosts.map((host, index) => toSummary(host, plans[index], parts, undefined));
  if (job.kind === 'status') return { kind: 'read', hosts: summaries };
  return { kind: 'probing-started', hosts: summaries };
}

type Beside = {
  goals?: Map<string, RestoreGoal>;
  around?: Finding[];
  limited?: LimitedPlans | undefined;
};

async function conclude(
  { parts, settings, job }: Planning,
  hosts: Host[],
  plans: HostPlan[],
  { goals = new Map(), around = [], limited }: Beside,
): Promise<JobEvent> {
  await storeRecords(parts, job, hosts, plans, goals);
  const changing = plans.filter((plan) => plan.kind === 'change');
  const waves = toWaves(changing.length, settings.profile.rollout);
  const waveOf = (plan: HostPlan) => waves.findIndex((wave) => wave.includes(changing.indexOf(plan)));
  const summaries = hosts.map((host, index) => {
    const plan = plans[index];
    const summary = toSummary(host, plan, parts, plan?.kind === 'change' ? waveOf(plan) : undefined);
    return limited?.leftOut.has(host.name) === true ? leaveOut(summary, limited) : summary;
  });
  const plan = summarize(
    plans,
    around,
    planDigest(parts.sha256, { cluster: job.cluster, kind: job.kind, hosts: summaries }),
    waves.length,
  );
  const blocking = plan.findings.filter((finding) => finding.severity === 'blocking');
  if (blocking.length > 0) return { kind: 'blocked', hosts: summaries, plan, failure: toBlocked(blocking) };
  if (changing.length === 0) return { kind: 'found-in-place', hosts: summaries, plan };
  // A rule that may change one host by itself may not change all of a switch's.
  const isOfSwitch = changing.some(({ steps }) => changedGroups(steps).length > 0);
  const said = { declared: settings.approval, rules: policyOf(parts.settings).rules };
  const policy = approvalFor(job, isOfSwitch ? Number.POSITIVE_INFINITY : changing.length, said);
  return { kind: 'planned', hosts: summaries, plan, policy, shown: declaredApproval(settings, job.kind) };
}

function leaveOut(summary: HostSummary, { peers }: LimitedPlans): HostSummary {
  return { ...summary, outcome: 'untouched', ...(peers.has(summary.name) ? { isPeer: true } : {}) };
}

function toBlocked(blocking: Finding[]) {
  const [first] = blocking;
  const more = blocking.length > 1 ? ` (and ${blocking.length - 1} more)` : '';
  const remedy = first?.remedy ?? 'Resolve the findings and run the command again.';
  return {
    code: first?.code ?? 'blocked',
    what: `${first?.message ?? ''}${more}`,
    why: 'Nothing was changed.',
    remedy,
  };
}

function summarize(plans: HostPlan[], around: Finding[], digest: string, waves: number): PlanSummary {
  const counts: PlanSummary['counts'] = {};
  for (const step of plans.flatMap((plan) => plan.steps)) counts[step.kind] = (counts[step.kind] ?? 0) + 1;
  return { digest, counts, findings: [...around, ...plans.flatMap((plan) => plan.findings)], waves };
}

function toSummary(host: Host, plan: HostPlan | undefined, parts: Parts, wave: number | undefined): HostSummary {
  if (plan === undefined) throw new Error(`no plan for ${host.name}`);
  const outcomes: Record<HostPlan['kind'], HostOutcome> = {
    change: 'pending',
    'in-place': 'in-place',
    blocked: 'untouched',
    skipped: 'skipped',
  };
  const note = plan.kind === 'skipped' ? awayText(host) : undefined;
  return {
    name: host.name,
    moref: host.moref.value,
    wave,
    outcome: outcomes[plan.kind],
    steps: plan.steps.length,
    stepsDone: 0,
    digest: hostDigest(parts.sha256, plan),
    note,
  };
}

async function storeRecords(
  parts: Parts,
  job: Job,
  hosts: Host[],
  plans: HostPlan[],
  goals: Map<string, RestoreGoal>,
): Promise<void> {
  await Promise.all(
    plans.map(async (plan, index) => {
      const record: HostRecord = {
        schema: 1,
        jobId: job.id,
        host: plan.host,
        parent: hosts[index]?.parent,
        version: 1,
        phase: 'planned',
        plan,
        digest: hostDigest(parts.sha256, plan),
        goal: goals.get(plan.host.moref.value),
        observed: hosts[index]?.network,
        storage: hosts[index]?.storage,
        journal: [],
      };
      await parts.store.records.put(record);
    }),
  );
}

/** A host whose planned address is somebody else's is not changed. */
async function addAnswering({ parts, session, settings }: Planning, hosts: Host[], plans: HostPlan[]): Promise<void> {
  const { reach } = settings.profile;
  for (const finding of await findAnsweringOf({ session, log: parts.log, reach }, hosts, plans)) {
    const plan = plans.find((one) => one.host.name === finding.host);
    if (plan === undefined) continue;
    plan.kind = 'blocked';
    plan.findings.push(finding);
  }
}
