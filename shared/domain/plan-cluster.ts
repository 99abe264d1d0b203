// The plans of all hosts of a cluster, and what only shows when they are looked at together.
import { resolveAddresses, type WantedHost } from './addressing.ts';
import type { Finding } from './finding.ts';
import type { DistributedPortGroup, Host, HostNetwork } from './inventory.ts';
import type { HostPlan } from './plan.ts';
import { type EnablePlan, planEnable } from './plan-enable.ts';
import type { Profile } from './profile.ts';
import type { Step } from './step.ts';
import { ownAddresses } from './vmk-spec.ts';

/** Hosts that `isMeant` leaves out have nothing to do and block nobody. `only`: the host that a job is about, by its name,
 * where it is about one; the others' plans are not carried out. */
export type PlanScope = { isMeant?: (host: Host) => boolean; only?: string | undefined };

/** One plan a host, in the order of the hosts. Addresses are resolved over all of them. */
export function planCluster(
  hosts: Host[],
  profile: Profile,
  { isMeant = () => true, only }: PlanScope = {},
): HostPlan[] {
  const wanted = resolveAddresses(profile, hosts.map(toAddressed));
  const taken = listAddresses(hosts);
  const plans = hosts.map((host) => {
    const own = wanted.get(host.name);
    if (own === undefined) throw new Error(`no addresses resolved for ${host.name}`);
    const plan = planEnable(host, { ...own, findings: [...own.findings, ...findTaken(host, own, taken)] }, profile);
    return isMeant(host) || plan.kind === 'skipped' ? plan : toNothing(plan);
  });
  return addAdvice(giveWholeSwitch(plans, only), adviseVlans(hosts, profile));
}

function toNothing(plan: EnablePlan): EnablePlan {
  return { ...plan, kind: 'in-place', steps: [], findings: [], wholeSwitch: [] };
}

/** A change of a distributed port group is made once, before the first changing host needs it. */
function giveWholeSwitch(plans: EnablePlan[], only: string | undefined): HostPlan[] {
  const able = only === undefined ? plans : plans.filter((plan) => plan.host.name === only);
  const owner = able.find((plan) => plan.kind === 'change') ?? able.find((plan) => plan.wholeSwitch.length > 0);
  return plans.map((plan) => {
    const { wholeSwitch, ...own } = plan;
    if (plan !== owner) return own;
    const steps = wholeSwitch.map((change): Step => ({ kind: 'update-distributed-port-group', ...change }));
    const findings = wholeSwitch.map(({ to }) => touchesAll(own.host.name, to));
    return { ...own, kind: 'change', steps: [...steps, ...own.steps], findings: [...own.findings, ...findings] };
  });
}

function touchesAll(host: string, to: DistributedPortGroup): Finding {
  return {
    code: 'touches-whole-switch',
    severity: 'warning',
    host,
    message: `Distributed port group ${to.name} changes to ${to.uplinks.active.join(', ')} alone, at once on every host of its switch, also on those outside this cluster.`,
    remedy: 'Approve only if nothing else on this port group needs its other uplinks.',
  };
}

/** What is said of the cluster stands with its first host. */
function addAdvice(plans: HostPlan[], advice: Finding[]): HostPlan[] {
  return plans.map((plan, index) => (index === 0 ? { ...plan, findings: [...plan.findings, ...advice] } : plan));
}

/** The VLAN id by which a port group passes all tags. A VMkernel adapter puts on none. */
const TRUNK = 4095;

function adviseVlans(hosts: Host[], profile: Profile): Finding[] {
  const groups = hosts.flatMap((host) => host.network?.distributedPortGroups ?? []);
  return profile.adapters.flatMap(({ label, attach }) => {
    const vlanId =
      attach.kind === 'standard' ? attach.vlanId : groups.find((group) => group.name === attach.portGroup)?.vlanId;
    if (vlanId !== 0 && vlanId !== TRUNK) return [];
    const how = vlanId === TRUNK ? 'a trunk, on which an adapter sends untagged' : 'untagged';
    const message = `Port group ${attach.portGroup} of adapter ${label} is ${how}: whoever else is on that network can read what migrations carry.`;
    const remedy = 'Give vMotion a VLAN of its own.';
    return [{ code: 'vlan-advised', severity: 'warning', message, remedy } as const];
  });
}

/** The address of the adapter that carries management: what `management-octet` derives from. */
function managementAddress(network: HostNetwork | undefined): string | undefined {
  return network?.vmks.find((vmk) => vmk.services.includes('management'))?.ipv4.address;
}

function toAddressed(host: Host): { name: string; managementAddress: string | undefined } {
  return { name: host.name, managementAddress: managementAddress(host.network) };
}

type Taken = { host: string; device: string };

function listAddresses(hosts: Host[]): Map<string, Taken[]> {
  const all = hosts.flatMap((host) =>
    (host.network?.vmks ?? []).flatMap((vmk) =>
      ownAddresses(vmk).map((address) => ({ address, host: host.name, device: vmk.device })),
    ),
  );
  return Map.groupBy(all, (one) => one.address);
}

/** An address that another host of the cluster has now. Its own host may have it: then the plan makes room. */
function findTaken(host: Host, wanted: WantedHost, taken: Map<string, Taken[]>): Finding[] {
  const addresses = wanted.adapters.flatMap(({ address, ipv6 }) => [
    ...(address === undefined ? [] : [address]),
    ...(ipv6?.addresses ?? []).map((one) => one.address),
  ]);
  return addresses.flatMap((address) =>
    (taken.get(address) ?? [])
      .filter((other) => other.host !== host.name)
      .map((other) => ({
        code: 'address-in-use' as const,
        severity: 'blocking' as const,
        host: host.name,
        message: `${address}, wanted for ${host.name}, is the address of ${other.device} on ${other.host}.`,
        remedy: 'Free the address, or choose another one in vmotion.yaml.',
      })),
  );
}
