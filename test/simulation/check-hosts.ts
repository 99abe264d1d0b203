// What the hosts are, against what they were and what their job says: asked of the simulated vCenter alone.
import type { Cluster, HostNetwork } from '../../shared/domain/inventory.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import type { Step } from '../../shared/domain/step.ts';
import { changesOf } from './network-changes.ts';
import { violate } from './violation.ts';

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
