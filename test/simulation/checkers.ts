// The promises of the product, asked of the simulated vCenter, the rows and the channel: never of the code's own word.
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Cluster, HostNetwork, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import type { AuditEntry } from '../../shared/domain/audit-entry.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import type { Step, StepKind } from '../../shared/domain/step.ts';
import { differences } from '../../shared/domain/network-fields.ts';
import type { Parts } from '../../shared/app/parts.ts';
import type { Vsphere } from '../../shared/ports.ts';
import type { World } from '../support/world.ts';

/** Whether a stack shows as live follows from its adapters, some reads later. */
const changesOf = (then: HostNetwork, now: HostNetwork) =>
  differences(then, withOldNumbers(then, now)).filter(({ field }) => !field.endsWith(' state'));

/** vCenter alone numbers adapters: one that came back under another number is the same if all else is. */
function withOldNumbers(then: HostNetwork, now: HostNetwork): HostNetwork {
  const numbers = renumbered(then, now);
  return { ...now, vmks: now.vmks.map((vmk) => ({ ...vmk, device: numbers.get(vmk.device) ?? vmk.device })) };
}

/** New devices to old ones. */
function renumbered(then: HostNetwork, now: HostNetwork): Map<string, string> {
  const isSame = (a: VmkernelAdapter, b: VmkernelAdapter) => a.netstack === b.netstack && a.mac === b.mac;
  const gone = then.vmks.filter((old) => !now.vmks.some((vmk) => vmk.device === old.device));
  const made = now.vmks.filter((vmk) => !then.vmks.some((old) => old.device === vmk.device));
  return new Map(
    made.flatMap((vmk) => {
      const old = gone.find((one) => isSame(one, vmk));
      return old === undefined ? [] : [[vmk.device, old.device] as const];
    }),
  );
}

export class Violation extends Error {}

export function violate(invariant: string, detail: string): never {
  throw new Violation(`${invariant}: ${detail}`);
}

/** The calls that change something, and the kind of step that may make them. A trial's move is no step. */
const WRITES: Record<string, StepKind | 'move'> = {
  AddVirtualNic: 'add-vmk',
  UpdateVirtualNic: 'update-vmk',
  RemoveVirtualNic: 'remove-vmk',
  AddPortGroup: 'add-port-group',
  UpdatePortGroup: 'update-port-group',
  RemovePortGroup: 'remove-port-group',
  AddVirtualSwitch: 'add-switch',
  RemoveVirtualSwitch: 'remove-switch',
  UpdateNetworkConfig: 'set-netstack',
  SelectVnicForNicType: 'select-service',
  DeselectVnicForNicType: 'deselect-service',
  ReconfigureDVPortgroup_Task: 'update-distributed-port-group',
  RelocateVM_Task: 'move',
};
const READS =
  /^(Retrieve|Query|Fetch|Browse|Find|Check|HasPrivilege|Current|Login|Logout|Refresh|Execute|Continue|Cancel)/;
/** A call that nobody has heard of counts as one, so that it is looked at. */
export const isWrite = (operation: string): boolean => !READS.test(operation);

/** The job a call was made for, from the operation id that vCenter logs with it. */
export function jobOf(opId: string | undefined): string | undefined {
  return /^vmotion-ops-(j-[0-9a-z]+)-\d+/.exec(opId ?? '')?.[1];
}

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
  if (job.state === 'paused' || isEnded(job.state))
    violate(
      'a job that is paused or over writes nothing',
      `${write.operation} on ${write.host} for ${id}, ${job.state}`,
    );
  checkApproved(job, write.operation);
  const kind = WRITES[write.operation];
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
export function checkTurns(world: World): void {
  const last = new Map<string, string>();
  const over = new Set<string>();
  for (const call of world.lab.calls().filter((one) => isWrite(one.operation))) {
    const job = jobOf(call.opId) ?? '';
    // Calls on port groups and VMs name no host; a story has one cluster.
    const cluster = world.lab.model.clusters[0]?.name ?? '';
    const before = last.get(cluster);
    if (before !== undefined && before !== job) over.add(before);
    if (over.has(job))
      violate('one job at a time changes a cluster', `${job} wrote to ${cluster} after another job had begun`);
    last.set(cluster, job);
  }
}

/** Of `changed`, what people changed while the job's plan waited: no host was begun whose plan was made from that. */
export function checkStale(
  world: World,
  job: Job,
  records: HostRecord[],
  changed: { host: string; what: string; isNamedBy: (step: Step) => boolean }[],
): void {
  const written = world.lab.calls().filter((call) => isWrite(call.operation) && jobOf(call.opId) === job.id);
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

/** What must be true of the hosts at any quiet moment. */
export function checkHosts(first: Cluster, now: Cluster): void {
  const seen = new Map<string, string>();
  for (const host of now.hosts) {
    const then = first.hosts.find((one) => one.name === host.name)?.network;
    if (host.network === undefined || then === undefined) continue;
    for (const vmk of host.network.vmks) {
      const { address } = vmk.ipv4;
      if (address === undefined) continue;
      const other = seen.get(address);
      if (other !== undefined)
        violate('no address is assigned twice', `${address}: ${other} and ${host.name} ${vmk.device}`);
      seen.set(address, `${host.name} ${vmk.device}`);
    }
    const ofDefault = (network: HostNetwork) =>
      JSON.stringify(network.netstacks.find((stack) => stack.key === 'defaultTcpipStack')?.settings);
    if (ofDefault(then) !== ofDefault(host.network)) violate('the default stack is never configured', host.name);
    for (const vmk of then.vmks.filter((one) => one.services.some((service) => service !== 'vmotion'))) {
      const same = host.network.vmks.find((one) => one.device === vmk.device && one.ipv4.address === vmk.ipv4.address);
      const kept = vmk.services.filter((service) => service !== 'vmotion');
      if (!kept.every((service) => same?.services.includes(service)))
        violate('adapters of other services stay', `${host.name} ${vmk.device}`);
    }
  }
}

/** What the job says became of each host, against what the host is. `before`: the cluster when the job began. */
export function checkOutcomes(job: Job, before: Cluster, now: Cluster): void {
  for (const summary of job.hosts) {
    const [then, host] = [before, now].map(
      (cluster) => cluster.hosts.find((one) => one.name === summary.name)?.network,
    );
    if (then === undefined || host === undefined) continue;
    // A distributed port group is not one host's.
    const changed = changesOf(then, host).filter(({ field }) => !field.startsWith('distributed port group '));
    const onStack = host.vmks.filter((vmk) => vmk.netstack === 'vmotion');
    const isUnchanged =
      ['untouched', 'in-place', 'skipped'].includes(summary.outcome) ||
      (job.kind !== 'revert' && summary.outcome === 'put-back');
    if (isUnchanged && changed.length > 0) {
      const changes = changed.map(({ field }) => field).join(', ');
      violate(
        'what the channel says is what vCenter says',
        `${job.id}: ${summary.name} is ${summary.outcome}, but differs in ${changes}`,
      );
    }
    if (job.kind === 'enable' && summary.outcome === 'kept' && onStack.length === 0) {
      violate(
        'what the channel says is what vCenter says',
        `${job.id}: ${summary.name} is kept, but has no adapter on the stack`,
      );
    }
    if (['pending', 'applying', 'applied'].includes(summary.outcome))
      violate('nothing is left open', `${job.id}: ${summary.name} is ${summary.outcome}`);
  }
}

/** What differs on a host that a job changed is what its plan names, and distributed port groups go back with their job. */
export function checkExplained(job: Job, records: HostRecord[], before: Cluster, now: Cluster): void {
  const all = records.flatMap(({ plan }) => plan.steps);
  const distributed = new Set(
    all.flatMap((step) => (step.kind === 'update-distributed-port-group' ? [step.to.name] : [])),
  );
  const isAllBack =
    job.kind !== 'revert' && job.hosts.every(({ outcome }) => !['kept', 'needs-hands'].includes(outcome));
  for (const { host, plan } of records) {
    const [then, network] = [before, now].map((one) => one.hosts.find(({ name }) => name === host.name)?.network);
    if (then === undefined || network === undefined) continue;
    const outcome = job.hosts.find(({ name }) => name === host.name)?.outcome;
    for (const { field, from, to } of changesOf(then, network)) {
      const text = `${job.id} (${job.kind} ${job.state}): ${host.name} ${field} ${from} -> ${to}`;
      const group = /^distributed port group (.+) (?:VLAN|active uplinks|standby uplinks)$/.exec(field)?.[1];
      if (group !== undefined) {
        if (!distributed.has(group)) violate('nothing but what the plan names is written', text);
        if (isAllBack) violate('distributed port groups go back with the hosts', text);
      } else if (outcome === 'kept' && !isNamed(field, plan.steps, network)) {
        violate('nothing but what the plan names is written', text);
      }
    }
  }
}

function isNamed(field: string, steps: Step[], now: HostNetwork): boolean {
  const text = JSON.stringify(steps);
  const [, device, about] = /^(vmk\d+) (.+)$/.exec(field) ?? [];
  if (device !== undefined) {
    // The stack takes vMotion from every adapter of the default stack.
    const isByStack = about === 'services' && steps.some(({ kind }) => kind === 'add-vmk');
    const isAdded = now.vmks.some((vmk) => vmk.device === device) && steps.some(({ kind }) => kind === 'add-vmk');
    return isByStack || isAdded || text.includes(`"device":"${device}"`);
  }
  const name = /^(?:port group|switch) (.+?) (?:switch|VLAN|teaming|active|standby|own|MTU|uplinks)/.exec(field)?.[1];
  if (name !== undefined) return text.includes(`"name":"${name}"`);
  return (
    field.startsWith('netstack vmotion ') && steps.some(({ kind }) => kind === 'set-netstack' || kind === 'add-vmk')
  );
}

/** After the last revert: every host is what it was at the very beginning. */
export function checkReverted(first: Cluster, now: Cluster): void {
  for (const host of now.hosts) {
    const then = first.hosts.find((one) => one.name === host.name)?.network;
    if (then === undefined || host.network === undefined) continue;
    const changes = changesOf(then, host.network).map(({ field, from, to }) => `${field} ${from} -> ${to}`);
    if (changes.length > 0) violate('a revert restores the before-image', `${host.name}: ${changes.join('; ')}`);
  }
}

/** "Kept" means that it works: asked of the simulated hosts by pings of the checker's own, at the adapters' MTU. */
export async function checkKept(world: World, job: Job, vsphere: Vsphere): Promise<void> {
  const kept = new Set(job.hosts.filter((host) => host.outcome === 'kept').map((host) => host.name));
  if (job.kind === 'revert' || kept.size < 2) return;
  const path = world.parts.settings.clusters[job.cluster]?.path ?? '';
  await vsphere.withSession('lab', 'checker', async (session) => {
    const { hosts } = await session.readCluster(path);
    const ends = hosts
      .filter((host) => kept.has(host.name))
      .flatMap(
        (host) => host.network?.vmks.filter((vmk) => vmk.netstack === 'vmotion').map((vmk) => ({ host, vmk })) ?? [],
      );
    for (const from of ends) {
      const { networkSystem, virtualNicManager, moref, name } = from.host;
      if (networkSystem === undefined || virtualNicManager === undefined) continue;
      const ref = { moref, name, networkSystem, virtualNicManager };
      const others = ends.filter(
        (to) =>
          to.host.name !== name &&
          to.vmk.ipv4.address !== undefined &&
          JSON.stringify(to.vmk.attachment) === JSON.stringify(from.vmk.attachment),
      );
      const answers = await Promise.all(
        others.map((to) =>
          session.ping(ref, {
            device: from.vmk.device,
            netstack: 'vmotion',
            address: to.vmk.ipv4.address ?? '',
            payloadBytes: from.vmk.mtuBytes - 28,
            dontFragment: true,
            count: 3,
            waitSeconds: 1,
          }),
        ),
      );
      const isHeard = answers.some((answer) => answer.kind === 'sent' && answer.received > 0);
      if (others.length > 0 && !isHeard)
        violate(
          'kept means changed and proven',
          `${job.id}: ${name} ${from.vmk.device} reaches no other host that was kept`,
        );
    }
  });
}

/** `isLeft`: jobs that somebody else looks after. */
export async function checkQuiet(world: World, isLeft: (job: Job) => boolean): Promise<void> {
  const { store } = world.parts;
  for (const job of await store.jobs.listOpen()) {
    if (isLeft(job) || job.state === 'awaiting-approval' || job.state === 'planned') continue;
    violate('every job ends', `${job.id} is ${job.state}${isEnded(job.state) ? ', but its end was never told' : ''}`);
  }
  for (const cluster of Object.keys(world.parts.settings.clusters)) {
    const lease = await store.leases.find(cluster);
    const holder = lease === undefined ? undefined : await store.jobs.find(lease.jobId);
    if (lease !== undefined && lease.jobId !== '' && !(holder !== undefined && isLeft(holder)))
      violate('an ended job frees its cluster', `${cluster} is held by ${lease.jobId}`);
  }
}

/** The channel shows each job's end, in a message that stands there. */
export async function checkChannel(world: World, jobs: Job[]): Promise<void> {
  const messages = world.chat.messages();
  for (const job of jobs) {
    const notice = await world.parts.store.notices.find(job.id);
    const message = messages.find((one) => one.ts === notice?.ts);
    if (message === undefined) violate('the channel shows every end', `${job.id} has no message`);
    const stored = await world.job(job.id);
    const records = await world.parts.store.records.list(job.id);
    const cells = stored.matrix === undefined ? [] : await world.parts.store.matrix.list(job.id);
    const wanted = world.render(stored, { records, cells }, world.clock.now());
    if (message.text !== wanted.text)
      violate('the channel shows every end', `${job.id} is ${stored.state}, the channel says "${message.text}"`);
  }
}

/** The thread has everything that belongs there, and a crash says one thing again at most. */
export async function checkThread(world: World, job: Job, crashes: number): Promise<void> {
  const { store } = world.parts;
  const stored = await world.job(job.id);
  const notice = await store.notices.find(job.id);
  const records = await store.records.list(job.id);
  const cells = stored.matrix === undefined ? [] : await store.matrix.list(job.id);
  const isPosted = (key: string) => notice?.posted?.[key] !== undefined;
  const owed = world.thread(stored, { records, cells }, isPosted);
  if (owed.length > 0) violate('the thread is complete', `${job.id} owes ${owed.map((item) => item.kind).join(', ')}`);
  // A message that was posted anew after a crash has a thread of its own.
  const said = world.chat.replies().filter((reply) => reply.text.includes(job.id) || reply.threadTs === notice?.ts);
  const told = [...said.map((reply) => `${reply.threadTs} ${reply.text}`), ...filesOf(world, job)];
  const again = told.length - new Set(told).size;
  if (again > crashes) violate('a crash repeats one reply', `${job.id}: ${again} again after ${crashes} crashes`);
}

function filesOf(world: World, job: Job): string[] {
  return world.chat
    .files()
    .filter((file) => file.title.includes(job.id))
    .map((file) => `${file.threadTs} ${file.title}`);
}

const COOKIE = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Neither a password nor the cookie of any session stands anywhere. */
export async function checkSecrets(
  world: World,
  { passwords, cookies }: { passwords: string[]; cookies: ReadonlySet<string> },
  entries: AuditEntry[],
): Promise<void> {
  const { store } = world.parts;
  const clusters = Object.keys(world.parts.settings.clusters);
  const jobs = await Promise.all(clusters.map((cluster) => store.jobs.listByCluster(cluster, 1000)));
  const records = await Promise.all(jobs.flat().map((job) => store.records.list(job.id)));
  const notices = await Promise.all(jobs.flat().map((job) => store.notices.find(job.id)));
  const cards = await Promise.all([...clusters, undefined].map((cluster) => store.cards.listByCluster(cluster, 1000)));
  const audits = await Promise.all(clusters.map((cluster) => store.audits.find(cluster)));
  const files = world.chat.files().map(({ name, title, altText }) => ({ name, title, altText }));
  const places = {
    log: world.logLines.join('\n'),
    rows: JSON.stringify([jobs, records, notices, cards, audits]),
    channel: JSON.stringify([world.chat.messages(), world.chat.replies(), files]),
    'audit log': JSON.stringify(entries),
  };
  for (const [place, text] of Object.entries(places)) {
    const isTold = passwords.some((one) => text.includes(one)) || text.match(COOKIE)?.some((one) => cookies.has(one));
    if (isTold === true) violate('no secret leaves its place', `one stands in the ${place}`);
  }
}
