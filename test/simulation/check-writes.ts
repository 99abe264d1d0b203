// What is written, and in whose turn: as the calls arrived at the simulated vCenter.
import type { HookCall } from '../../infra/lab/vcenter/vcenter.ts';
import type { LabModel } from '../../infra/lab/vcenter/model.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Step, StepKind } from '../../shared/domain/step.ts';
import type { Request } from './ledger.ts';
import { violate } from './violation.ts';
import type { ShownPlan } from './watch-channel.ts';
import { type Write, WRITES } from './write-calls.ts';

/** Asked at the moment of every write, before it has an effect. `job`: as it was stored last. `request`: nothing for a rule's
 * job. */
export function checkWrite(model: LabModel, job: Job, request: Request | undefined, call: HookCall): void {
  const { operation, host, target } = call;
  const kind = WRITES[operation];
  if (kind === 'hold') {
    // It is put back by an ended or a paused job, too.
    const drs = model.clusters.find(({ moref }) => moref.value === target.value)?.drs;
    const isHeld = drs?.behavior === 'manual';
    if (job.drs === undefined || (!isHeld && job.drs.was !== drs?.behavior))
      violate('what DRS was is stored before it is held', `${job.id}: ${drs?.behavior}, not ${job.drs?.was}`);
    return;
  }
  if (job.state === 'paused' || isEnded(job.state))
    violate('a job that is paused or over writes nothing', `${operation} on ${host} for ${job.id}, ${job.state}`);
  if (kind === undefined) violate('nothing but what the plan names is written', `${operation} is no step`);
  if (kind !== 'move') return;
  const vm = model.vms.find(({ moref }) => moref.value === target.value);
  if (request?.kind !== 'trial' || vm?.name !== request.vm)
    violate('nothing but what the plan names is written', `${job.id} moves ${vm?.name}, asked for ${request?.vm}`);
}

/** The steps of a kind lead away from a host's image, or back to it. */
const BACK: Partial<Record<StepKind, StepKind[]>> = {
  'add-vmk': ['remove-vmk', 'update-vmk'],
  'remove-vmk': ['add-vmk', 'select-service'],
  'add-port-group': ['remove-port-group'],
  'remove-port-group': ['add-port-group'],
  'add-switch': ['remove-switch'],
  'remove-switch': ['add-switch'],
  'select-service': ['deselect-service'],
  'deselect-service': ['select-service'],
};
/** What follows by itself from a first or last adapter on a stack: vMotion leaves the default stack's, and settings stay. */
const WITH_STACK: StepKind[] = ['set-netstack', 'select-service', 'deselect-service'];

/** Asked at a job's end: each of its writes was of a kind that the plan which people saw has for that host, or leads back
 * from it. A distributed port group is no host's: any host's plan may name it. */
export function checkPlanned(writes: readonly Write[], job: string, { hosts }: ShownPlan): void {
  const own = writes.filter((write) => write.job === job && WRITES[write.operation] !== 'hold');
  for (const { operation, host, target } of own) {
    // What an earlier job has left changed goes back with the last host that needed it.
    const isEarlier = (one: Write) => one.job !== job && one.operation === operation && one.target === target;
    if (host === undefined && writes.slice(0, writes.indexOf(own[0] as Write)).some(isEarlier)) continue;
    const kinds = hosts
      .filter(({ name }) => host === undefined || name === host)
      .flatMap(({ steps }) => kindsOf(steps));
    const kind = WRITES[operation];
    if (kind !== 'move' && !kinds.some((one) => one === kind))
      violate(
        'nothing but what the plan names is written',
        `${operation} on ${host} for ${job}, planned: ${kinds.join(' ')}`,
      );
  }
}

function kindsOf(steps: Step[]): StepKind[] {
  const kinds = steps.map(({ kind }) => kind);
  const isOfStack = kinds.some((kind) => kind === 'add-vmk' || kind === 'remove-vmk');
  return [...kinds, ...kinds.flatMap((kind) => BACK[kind] ?? []), ...(isOfStack ? WITH_STACK : [])];
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
  job: string,
  { hosts }: ShownPlan,
  changed: { host: string; what: string; isNamedBy: (step: Step) => boolean }[],
): void {
  const written = new Set(writes.filter((write) => write.job === job).map(({ host }) => host));
  for (const { name, steps } of hosts) {
    const about = changed.find((one) => steps.some(one.isNamedBy) && (one.host === name || isForAll(steps, one)));
    if (about !== undefined && written.has(name))
      violate('a plan that no longer holds is not begun', `${job} wrote to ${name} in spite of: ${about.what}`);
  }
}

function isForAll(steps: Step[], { isNamedBy }: { isNamedBy: (step: Step) => boolean }): boolean {
  return steps.some((step) => step.kind === 'update-distributed-port-group' && isNamedBy(step));
}
