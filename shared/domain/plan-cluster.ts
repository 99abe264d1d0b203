// The plans of all hosts of a cluster, and what only shows when they are looked at together.
import { resolveAddresses, type WantedHost } from './addressing.ts';
import type { Finding } from './finding.ts';
import type { Host, HostNetwork } from './inventory.ts';
import type { HostPlan } from './plan.ts';
import { planEnable } from './plan-enable.ts';
import type { Profile } from './profile.ts';

/** One plan a host, in the order of the hosts. Addresses are resolved over all of them. */
export function planCluster(hosts: Host[], profile: Profile): HostPlan[] {
  const wanted = resolveAddresses(profile, hosts.map(toAddressed));
  const taken = listAddresses(hosts);
  return hosts.map((host) => {
    const own = wanted.get(host.name);
    if (own === undefined) throw new Error(`no addresses resolved for ${host.name}`);
    return planEnable(host, { ...own, findings: [...own.findings, ...findTaken(host, own, taken)] }, profile);
  });
}

/** The address of the adapter that carries management: what `management-octet` derives from. */
export function managementAddress(network: HostNetwork | undefined): string | undefined {
  return network?.vmks.find((vmk) => vmk.services.includes('management'))?.ipv4.address;
}

function toAddressed(host: Host): { name: string; managementAddress: string | undefined } {
  return { name: host.name, managementAddress: managementAddress(host.network) };
}

type Taken = { host: string; device: string };

function listAddresses(hosts: Host[]): Map<string, Taken[]> {
  const all = hosts.flatMap((host) =>
    (host.network?.vmks ?? []).map((vmk) => ({ address: vmk.ipv4.address, host: host.name, device: vmk.device })),
  );
  return Map.groupBy(
    all.filter((one) => one.address !== undefined),
    (one) => one.address ?? '',
  );
}

/** An address that another host of the cluster has now. Its own host may have it: then the plan makes room. */
function findTaken(host: Host, wanted: WantedHost, taken: Map<string, Taken[]>): Finding[] {
  return wanted.adapters.flatMap((adapter) =>
    (taken.get(adapter.address) ?? [])
      .filter((other) => other.host !== host.name)
      .map((other) => ({
        code: 'address-in-use' as const,
        severity: 'blocking' as const,
        host: host.name,
        message: `${adapter.address}, wanted for ${host.name}, is the address of ${other.device} on ${other.host}.`,
        remedy: 'Free the address, or choose another one in vmotion.yaml.',
      })),
  );
}
