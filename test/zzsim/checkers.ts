// The promises of the product, asked of the simulated vCenter, the rows and the channel: never of the code's own word.
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Cluster, HostNetwork } from '../../shared/domain/inventory.ts';
import type { Job } from '../../shared/domain/job.ts';
import { differences } from '../../shared/domain/network-fields.ts';
import type { Parts } from '../../shared/app/parts.ts';
import type { Vsphere } from '../../shared/ports.ts';
import type { World } from '../support/world.ts';

/** Whether a stack shows as live follows from its adapters, some reads later. */
const changesOf = (then: HostNetwork, now: HostNetwork) =>
  differences(then, now)
    .filter((c) => !c.field.startsWith('distributed port group'))
    .filter(({ field }) => !field.endsWith(' state'));

export class Violation extends Error {}

function violate(invariant: string, detail: string): never {
  throw new Violation(`${invariant}: ${detail}`);
}

const WRITE = /^(Add|Update|Remove)(VirtualNic|PortGroup|VirtualSwitch|NetworkConfig)$|^(Select|Deselect)Vnic/;
export const isWrite = (operation: string): boolean => WRITE.test(operation);

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
  const approvers = (job.approval?.approvedBy ?? []).filter((press) => press.user !== job.requestedBy);
  if (job.approval === undefined || approvers.length < job.approval.required)
    violate('nothing is written without approval', `${write.operation} for ${id}, which is ${job.state}`);
  const record = (await store.records.list(id)).find((one) => one.host.name === write.host);
  if (record?.before === undefined)
    violate('the before-image is stored before the first write', `${write.operation} on ${write.host} for ${id}`);
}

/** Once another job has written to a cluster, the earlier one writes no more. */
export function checkTurns(world: World): void {
  const last = new Map<string, string>();
  const over = new Set<string>();
  for (const call of world.lab.calls().filter((one) => isWrite(one.operation))) {
    const job = jobOf(call.opId) ?? '';
    const cluster =
      world.lab.model.clusters.find((one) => one.hosts.some((host) => host.name === call.host))?.name ?? '';
    const before = last.get(cluster);
    if (before !== undefined && before !== job) over.add(before);
    if (over.has(job))
      violate('one job at a time changes a cluster', `${job} wrote to ${cluster} after another job had begun`);
    last.set(cluster, job);
  }
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
    const changed = changesOf(then, host);
    const onStack = host.vmks.filter((vmk) => vmk.netstack === 'vmotion');
    const isUnchanged =
      ['untouched', 'in-place', 'skipped'].includes(summary.outcome) ||
      (job.kind === 'enable' && summary.outcome === 'put-back');
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
  if (job.kind !== 'enable' || kept.size < 2) return;
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
          to.vmk.attachment.kind === 'standard' &&
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

export async function checkQuiet(world: World): Promise<void> {
  const { store } = world.parts;
  for (const job of await store.jobs.listOpen()) {
    if (job.state === 'awaiting-approval' || job.state === 'planned') continue;
    violate('every job ends', `${job.id} is ${job.state}${isEnded(job.state) ? ', but its end was never told' : ''}`);
  }
  for (const cluster of Object.keys(world.parts.settings.clusters)) {
    const lease = await store.leases.find(cluster);
    if (lease !== undefined && lease.jobId !== '')
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

export async function checkSecrets(world: World, secrets: string[]): Promise<void> {
  const jobs = await Promise.all(
    Object.keys(world.parts.settings.clusters).map((cluster) => world.parts.store.jobs.listByCluster(cluster, 100)),
  );
  const records = await Promise.all(jobs.flat().map((job) => world.parts.store.records.list(job.id)));
  const places = {
    log: world.logLines.join('\n'),
    rows: JSON.stringify([jobs, records]),
    channel: JSON.stringify(world.chat.messages()),
  };
  for (const [place, text] of Object.entries(places)) {
    for (const secret of secrets)
      if (text.includes(secret)) violate('no secret leaves its place', `one stands in the ${place}`);
  }
}
