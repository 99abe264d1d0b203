// A job about one host of a cluster: the whole cluster is planned, so that addresses from ranges come out the same, and
// then all but that host are left as they are.
import { isSameHost } from './alarm-place.ts';
import type { Host } from './inventory.ts';
import type { HostPlan } from './plan.ts';
import { adaptersOnVmotionStack } from './vmotion-adapters.ts';

/** `leftOut`: names of hosts that would change too, or could not be planned. `peers`: those of them that the host's new
 * network is proven against, where no host is as it should be. */
export type LimitedPlans = { plans: HostPlan[]; leftOut: Set<string>; peers: Set<string> };

/** The one host that is meant, by its full name or the first part of it. */
export function findOnlyHost(hosts: Host[], typed: string): Host | undefined {
  const exact = hosts.find((host) => host.name.toLowerCase() === typed.toLowerCase());
  if (exact !== undefined) return exact;
  const [first, second] = hosts.filter((host) => isSameHost(host.name, typed));
  return second === undefined ? first : undefined;
}

/** The plans with only that host's changes left. The other hosts are in place, whatever was
 * planned or found for them. */
export function limitToHost(hosts: Host[], plans: HostPlan[], only: Host): LimitedPlans {
  const others = plans.filter((plan) => plan.host.name !== only.name);
  const leftOut = new Set(others.filter((plan) => plan.kind !== 'in-place').map((plan) => plan.host.name));
  const onStack = hosts.filter(({ network }) => network !== undefined && adaptersOnVmotionStack(network).length > 0);
  const candidates = onStack.map((host) => host.name).filter((name) => name !== only.name);
  const hasPeer = candidates.some((name) => !leftOut.has(name));
  const limited = plans.map((plan): HostPlan => {
    if (!leftOut.has(plan.host.name)) return plan;
    const untouched = [{ what: 'the host', why: `this job is about ${only.name} only` }];
    return { host: plan.host, kind: 'in-place', steps: [], findings: [], untouched };
  });
  return { plans: limited, leftOut, peers: new Set(hasPeer ? [] : candidates) };
}
