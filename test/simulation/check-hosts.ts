// What the hosts are, against what they were and what their job says: asked of the simulated vCenter alone.
import type { Job } from '../../shared/domain/job.ts';
import type { Step } from '../../shared/domain/step.ts';
import type { NetworkPicture, Picture } from './lab-picture.ts';
import { changesOf, changeText, groupChanges } from './picture-changes.ts';
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

/** What the job says became of each host, against what the host is. `before`: the cluster when the job began. */
export function checkOutcomes(job: Job, before: Picture, now: Picture): void {
  for (const summary of job.hosts) {
    const [then, host] = [before, now].map(
      (picture) => picture.hosts.find((one) => one.name === summary.name)?.network,
    );
    if (then === undefined || host === undefined) continue;
    const changed = changesOf(then, host);
    const onStack = host.vmks.filter((vmk) => vmk.netstack === 'vmotion');
    const isUnchanged =
      ['untouched', 'in-place', 'skipped'].includes(summary.outcome) ||
      (job.kind !== 'revert' && summary.outcome === 'put-back');
    if (isUnchanged && changed.length > 0) {
      const changes = changed.map(changeText).join(', ');
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
export function checkExplained(job: Job, { hosts }: ShownPlan, before: Picture, now: Picture): void {
  const all = hosts.flatMap(({ steps }) => steps);
  const distributed = new Set(
    all.flatMap((step) => (step.kind === 'update-distributed-port-group' ? [step.to.name] : [])),
  );
  const isAllBack =
    job.kind !== 'revert' && job.hosts.every(({ outcome }) => !['kept', 'needs-hands'].includes(outcome));
  for (const change of groupChanges(before.groups, now.groups)) {
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

/** After the last revert: every host is what it was at the very beginning. */
export function checkReverted(first: Picture, now: Picture): void {
  const changes = groupChanges(first.groups, now.groups).map(changeText);
  for (const { name, network } of now.hosts) {
    const then = first.hosts.find((one) => one.name === name)?.network;
    if (then !== undefined) changes.push(...changesOf(then, network).map((change) => `${name} ${changeText(change)}`));
  }
  if (changes.length > 0) violate('a revert restores the before-image', changes.join('; '));
}
