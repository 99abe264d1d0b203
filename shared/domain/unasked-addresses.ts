// Addresses that nobody can ask for before they are given away: whoever approves the plan should know which.
import { type Asker, type Candidate, canAsk, toAskers } from './address-askers.ts';
import type { Finding } from './finding.ts';
import type { Host } from './inventory.ts';
import { networkAfter } from './network-after.ts';
import { newAddresses } from './new-addresses.ts';
import type { HostPlan } from './plan.ts';
import type { Profile } from './profile.ts';
import { toWaves } from './rollout.ts';

const SHOWN_MAX = 4;

/** Hosts are asked before the plan, and before each wave those that are through with it. One warning for all addresses
 * that this leaves out, or none. `hosts`: those that can be read. */
export function findUnasked(hosts: Host[], plans: HostPlan[], { reach, rollout }: Profile): Finding[] {
  const networks = new Map(hosts.flatMap((host) => (host.network === undefined ? [] : [[host.name, host.network]])));
  const changing = plans.filter((plan) => plan.kind === 'change');
  const askers: Asker[] = [...networks].flatMap(([name, network]) => toAskers(name, network));
  const unasked: Candidate[] = [];
  for (const wave of toWaves(changing.length, rollout)) {
    const here = wave.flatMap((index) => changing[index] ?? []);
    const candidates = here.flatMap((plan) => newAddresses(plan, networks.get(plan.host.name)));
    unasked.push(...candidates.filter((candidate) => !canAsk(askers, candidate, reach)));
    for (const { host, steps } of here) {
      const network = networks.get(host.name);
      if (network !== undefined) askers.push(...toAskers(host.name, networkAfter(network, steps)));
    }
  }
  return unasked.length === 0 ? [] : [toFinding(unasked)];
}

function toFinding(unasked: Candidate[]): Finding {
  const shown = unasked.slice(0, SHOWN_MAX).map(({ address, host }) => `${address} of ${host}`);
  const more = unasked.length - shown.length;
  const all = more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
  return {
    code: 'address-not-asked',
    severity: 'warning',
    message: `No host has an adapter in these networks yet, or a router to them, so nobody can ask beforehand whether the addresses are free: ${all}.`,
    remedy: 'Ping them from a machine in those networks before you approve.',
  };
}
