// Addresses of plans that somebody else has already.
import type { Finding } from '../domain/finding.ts';
import type { Host } from '../domain/inventory.ts';
import { toEndpoints } from '../domain/paths.ts';
import type { HostPlan } from '../domain/plan.ts';
import { ownAddresses } from '../domain/vmk-spec.ts';
import type { Clock, VsphereSession } from '../ports.ts';
import { toHostRef } from './host-work.ts';
import { isReadable } from './observed-hosts.ts';
import { type Candidate, findAnswering } from './probe-addresses.ts';

/** Where adapters of the new network already exist, they can tell whether a planned address is somebody else's. Each
 * finding is blocking and names its host. */
export async function findAnsweringOf(
  { session, clock }: { session: VsphereSession; clock: Clock },
  hosts: Host[],
  plans: HostPlan[],
): Promise<Finding[]> {
  const readable = hosts.filter(isReadable);
  const sources = readable.flatMap((host) => (host.network === undefined ? [] : toEndpoints(host.name, host.network)));
  const refs = new Map(readable.map((host) => [host.name, toHostRef(host)]));
  const candidates = plans.flatMap((plan) =>
    newAddresses(
      plan,
      readable.find((host) => host.name === plan.host.name),
    ),
  );
  const answering = await findAnswering({ session, hosts: refs, clock }, sources, candidates);
  return answering.map(({ host, address, heardBy }) => ({
    code: 'address-answers',
    severity: 'blocking',
    host,
    message: `${address}, wanted for ${host}, already answers a ping from ${heardBy.host} ${heardBy.device}: another device has it.`,
    remedy: 'Find and free the address, or choose another one in vmotion.yaml.',
  }));
}

/** Addresses the plan gives to the host that the host itself does not have now. What DHCP gives is nobody's to check. */
export function newAddresses(plan: HostPlan, host: Host | undefined): Candidate[] {
  const own = new Set(host?.network?.vmks.flatMap(ownAddresses));
  return plan.steps
    .flatMap((step) => (step.kind === 'add-vmk' ? [step.spec] : step.kind === 'update-vmk' ? [step.to] : []))
    .flatMap((spec) => ownAddresses(spec.ipv4.dhcp ? { ...spec, ipv4: { dhcp: true } } : spec))
    .flatMap((address) => (own.has(address) ? [] : [{ host: plan.host.name, address }]));
}
