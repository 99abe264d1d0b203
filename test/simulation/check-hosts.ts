// What the hosts are, against what they were and what their job says: asked of the simulated vCenter alone.
import type { Job } from '../../shared/domain/job.ts';
import type { Step } from '../../shared/domain/step.ts';
import type { NetworkPicture, Picture } from './lab-picture.ts';
import { changesOf, changeText, groupChanges } from './picture-changes.ts';
import type { ToldSet } from './told-hosts.ts';
import { violate } from './violation.ts';
import type { ShownPlan } from './watch-channel.ts';

/** What must be true of the hosts at any quiet moment. */
export function checkHosts(first: Picture, now: Picture): void {
  for (const { name, network } of now.hosts) {
    const then = first.hosts.find((one) => one.name === name)?.network;
    if (then === undefined) continue;
    for (const vmk of then.vmks.filter((one) => one.services.some((service) => service !== 'vmotion'))) {
      const same = network.vmks.find((one) => one.device === vmk.device && one.ipv4.address === vmk.ipv4.address);
      const kept = vmk.services.filter((service) => service !== 'vmotion');
      if (!kept.every((service) => same?.services.includes(service)))
        violate('adapters of other services stay', `${name} ${vmk.device}`);
    }
  }
}

/** What the job's message says became of each host, against what the host is. `before`: the cluster when the job began. */
export function checkOutcomes(
  { id, kind }: { id: string; kind: Job['kind'] },
  told: ReadonlyMap<string, ToldSet>,
  before: Picture,
  now: Picture,
): void {
  const invariant = 'what the channel says is what vCenter says';
  for (const { name, network } of now.hosts) {
    const then = before.hosts.find((one) => one.name === name)?.network;
    const set = told.get(name);
    if (then === undefined) continue;
    const changed = changesOf(then, network);
    if (set === undefined && changed.length > 0)
      violate(invariant, `${id} does not name ${name}, which differs in ${changed.map(changeText).join(', ')}`);
    const isUnchanged = set === 'untouched' || set === 'in-place' || (kind !== 'revert' && set === 'put-back');
    if (isUnchanged && changed.length > 0)
      violate(invariant, `${id}: ${name} is ${set}, but differs in ${changed.map(changeText).join(', ')}`);
    if (kind === 'enable' && set === 'kept' && !network.vmks.some(({ netstack }) => netstack === 'vmotion'))
      violate(invariant, `${id}: ${name} is kept, but has no adapter on the stack`);
    if (set === 'not-proven') violate('nothing is left open', `${id}: ${name} is ${set}`);
  }
}

/** What differs on a host that a job changed is what its plan names, and distributed port groups go back with their job.
 * `others`: port groups that a job for another cluster has changed since. `first`: before anything was done; whoever is put
 * back and needed a port group last, gives it back. */
export function checkExplained(
  job: Job,
  { hosts }: ShownPlan,
  [first, before, now]: [Picture, Picture, Picture],
  others: ReadonlySet<string>,
): void {
  const all = hosts.flatMap(({ steps }) => steps);
  const distributed = new Set(
    all.flatMap((step) => (step.kind === 'update-distributed-port-group' ? [step.to.name] : [])),
  );
  const isAllBack =
    job.kind !== 'revert' && job.hosts.every(({ outcome }) => !['kept', 'needs-hands'].includes(outcome));
  const isAnyBack = job.hosts.some(({ outcome }) => outcome === 'put-back');
  const notAsFirst = new Set(groupChanges(first.groups, now.groups).map(({ path }) => path.join('\n')));
  for (const change of groupChanges(before.groups, now.groups)) {
    if (others.has(change.path[0] ?? '')) continue;
    if (isAnyBack && !notAsFirst.has(change.path.join('\n'))) continue;
    const text = `${job.id} (${job.kind} ${job.state}): ${changeText(change)}`;
    const name = before.groups.find(({ key }) => key === change.path[0])?.name ?? '';
    if (!distributed.has(name)) violate('nothing but what the plan names is written', text);
    if (isAllBack) violate('distributed port groups go back with the hosts', text);
  }
  for (const { name, steps } of hosts) {
    const [then, network] = [before, now].map((one) => one.hosts.find((host) => host.name === name)?.network);
    if (then === undefined || network === undefined) continue;
    const outcome = job.hosts.find((host) => host.name === name)?.outcome;
    const strange = outcome === 'kept' && changesOf(then, network).find(({ path }) => !isNamed(path, steps, network));
    if (strange !== undefined && strange !== false)
      violate(
        'nothing but what the plan names is written',
        `${job.id} (${job.kind} ${job.state}): ${name} ${changeText(strange)}`,
      );
  }
}

/** `beyond` of port groups and switches belongs to what has their name. */
function isNamed(path: string[], steps: Step[], now: NetworkPicture): boolean {
  const text = JSON.stringify(steps);
  const [list = '', name = '', about] = path[0] === 'beyond' ? path.slice(1) : path;
  switch (list) {
    case 'vmks': {
      // The stack takes vMotion from every adapter of the default stack.
      const isByStack = about === 'services' && steps.some(({ kind }) => kind === 'add-vmk');
      const isAdded = now.vmks.some((vmk) => vmk.device === name) && steps.some(({ kind }) => kind === 'add-vmk');
      return isByStack || isAdded || text.includes(`"device":"${name}"`);
    }
    case 'netstacks':
    case 'dns':
      return name === 'vmotion' && steps.some(({ kind }) => kind === 'set-netstack' || kind === 'add-vmk');
    default:
      return text.includes(`"name":"${name}"`);
  }
}

/** After the last revert: every host is what it was at the very beginning, and so is each distributed port group that no
 * other cluster's hosts use: `used`, by their keys. */
export function checkReverted(first: Picture, now: Picture, used: ReadonlySet<string> = new Set()): void {
  const changes = groupChanges(first.groups, now.groups)
    .filter(({ path }) => !used.has(path[0] ?? ''))
    .map(changeText);
  for (const { name, network } of now.hosts) {
    const then = first.hosts.find((one) => one.name === name)?.network;
    if (then !== undefined) changes.push(...changesOf(then, network).map((change) => `${name} ${changeText(change)}`));
  }
  if (changes.length > 0) violate('a revert restores the before-image', changes.join('; '));
}
