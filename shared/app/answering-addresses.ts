// Addresses of plans that somebody else has already.
import { askersOf } from '../domain/address-askers.ts';
import type { Finding } from '../domain/finding.ts';
import type { Host } from '../domain/inventory.ts';
import { newAddresses } from '../domain/new-addresses.ts';
import type { HostPlan } from '../domain/plan.ts';
import type { Reach } from '../domain/profile.ts';
import type { Log } from '../log.ts';
import type { VsphereSession } from '../ports.ts';
import { toHostRef } from './host-work.ts';
import { isReadable } from './observed-hosts.ts';
import { answersText, findAnswering } from './probe-addresses.ts';

/** Where hosts have an adapter in the new network already, or a router to it, they can tell whether a planned address is
 * somebody else's. Each finding is blocking and names its host. */
export async function findAnsweringOf(
  { session, log, reach }: { session: VsphereSession; log: Log; reach: Reach },
  hosts: Host[],
  plans: HostPlan[],
): Promise<Finding[]> {
  const readable = hosts.filter(isReadable);
  const networks = new Map(readable.map((host) => [host.name, host.network]));
  const refs = new Map(readable.map((host) => [host.name, toHostRef(host)]));
  const candidates = plans.flatMap((plan) => newAddresses(plan, networks.get(plan.host.name)));
  const answering = await findAnswering({ session, log, hosts: refs }, askersOf(readable), candidates, reach);
  return answering.map((one) => ({
    code: 'address-answers',
    severity: 'blocking',
    host: one.host,
    message: `${answersText(one)}: another device has it.`,
    remedy: 'Find and free the address, or choose another one in vmotion.yaml.',
  }));
}
