// What is written, and in whose turn: asked as the calls arrive at the simulated vCenter.
import type { Parts } from '../../shared/app/parts.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import type { Step } from '../../shared/domain/step.ts';
import { violate } from './violation.ts';
import { jobOf, type Write, WRITES } from './write-calls.ts';

/** Asked at the moment of every write, before it has an effect. */
export async function checkWrite(
  store: Parts['store'],
  write: { opId?: string | undefined; host?: string | undefined; operation: string },
): Promise<void> {
  const id = jobOf(write.opId);
  if (id === undefined)
    violate('every write belongs to a job', `${write.operation} on ${write.host} has no job in its operation id`);
  const job = await store.jobs.find(id);
  if (job === undefined) violate('every write belongs to a job', `${id} has no row`);
  const kind = WRITES[write.operation];
  if (kind === 'hold') {
    // It is put back by an ended or a paused job, too.
    if (job.drs === undefined) violate('what DRS was is stored before it is held', id);
    return;
  }
  if (job.state === 'paused' || isEnded(job.state))
    violate(
      'a job that is paused or over writes nothing',
      `${write.operation} on ${write.host} for ${id}, ${job.state}`,
    );
  checkApproved(job, write.operation);
  if (kind === undefined) violate('nothing but what the plan names is written', `${write.operation} is no step`);
  if (kind === 'move') {
    if (job.kind !== 'trial' || job.trial?.found === undefined)
      violate('nothing but what the plan names is written', `${id} is no planned trial and moves a VM`);
    return;
  }
  const records = await store.records.list(id);
  // A distributed port group is no host's: any record of the job may name it.
  const own = records.filter(({ host }) => write.host === undefined || host.name === write.host);
  const named = own.filter(({ plan, restore }) =>
    [...plan.steps, ...(restore?.steps ?? [])].some((step) => step.kind === kind),
  );
  if (named.length === 0)
    violate('nothing but what the plan names is written', `${write.operation} on ${write.host} for ${id}`);
  if (named.every(({ before }) => before === undefined))
    violate('the before-image is stored before the first write', `${write.operation} on ${write.host} for ${id}`);
}

/** A rule in mode auto has the approval of vmotion.yaml, for as many hosts as that says. */
function checkApproved(job: Job, operation: string): void {
  const { approval, origin } = job;
  const planned = job.hosts.filter((host) => host.wave !== undefined && host.isPeer !== true);
  if (approval !== undefined && origin?.mode === 'auto' && planned.length <= origin.maxHosts) return;
  const approvers = (approval?.approvedBy ?? []).filter((press) => press.user !== job.requestedBy);
  if (approval === undefined || approvers.length < Math.max(1, approval.required))
    violate('nothing is written without approval', `${operation} for ${job.id}, which is ${job.state}`);
  const unmet = approval.extra?.find(({ name }) => !approvers.some((press) => press.as?.includes(name)));
  if (unmet !== undefined)
    violate('nothing is written without approval', `${operation} for ${job.id}, without ${unmet.name}`);
}

/** Once another job has written to a cluster, the earlier one writes no more. */
export function checkTurns(writes: readonly Write[]): void {
  const last = new Map<string, string>();
  const over = new Set<string>();
  for (const { job, cluster, operation } of writes) {
    // DRS is put back by whoever held it, also when the clock has to ask once more.
    if (WRITES[operation] === 'hold') continue;
    const before = last.get(cluster);
    if (before !== undefined && before !== job) over.add(before);
    if (over.has(job))
      violate('one job at a time changes a cluster', `${job} wrote to ${cluster} after another job had begun`);
    last.set(cluster, job);
  }
}

/** Of `changed`, what people changed while the job's plan waited: no host was begun whose plan was made from that. */
export function checkStale(
  writes: readonly Write[],
  job: Job,
  records: HostRecord[],
  changed: { host: string; what: string; isNamedBy: (step: Step) => boolean }[],
): void {
  const written = writes.filter((write) => write.job === job.id);
  for (const { host, plan } of records) {
    const about = changed.find(
      (one) => plan.steps.some(one.isNamedBy) && (one.host === host.name || isForAll(plan.steps, one)),
    );
    if (about !== undefined && written.some((call) => call.host === host.name))
      violate('a plan that no longer holds is not begun', `${job.id} wrote to ${host.name} in spite of: ${about.what}`);
  }
}

function isForAll(steps: Step[], { isNamedBy }: { isNamedBy: (step: Step) => boolean }): boolean {
  return steps.some((step) => step.kind === 'update-distributed-port-group' && isNamedBy(step));
}
