// From rules to values: every host's addresses and gateway, and what is wrong with them before anything is touched.
import { addressByRule, type AddressedHost } from './address-rule.ts';
import type { Finding } from './finding.ts';
import { gatewayByRule } from './gateway-rule.ts';
import { compareNaturally } from './natural-order.ts';
import type { AttachRule, Profile } from './profile.ts';

export type WantedAdapter = {
  label: string;
  attach: AttachRule;
  mtuBytes: number;
  address: string;
  prefixLength: number;
};

/** What a host's adapters get, or why not. An adapter without an address is left out, and a finding says why. */
export type WantedHost = { adapters: WantedAdapter[]; gateway: string | undefined; findings: Finding[] };

/** Every host's wanted addresses, by host name as given. Give it every host of the cluster, also to plan only one of
 * them again: ranges and subnets are handed out in the natural order of all names. All findings are blocking. */
export function resolveAddresses(
  profile: Profile,
  hosts: { name: string; managementAddress: string | undefined }[],
): Map<string, WantedHost> {
  const sorted = hosts.toSorted((left, right) => compareNaturally(left.name, right.name));
  const wanted = new Map(sorted.map((host, index) => [host.name, resolveHost(profile, { ...host, index })]));
  for (const finding of findDuplicates(wanted)) wanted.get(finding.host)?.findings.push(finding);
  return wanted;
}

function resolveHost(profile: Profile, host: AddressedHost): WantedHost {
  const adapters: WantedAdapter[] = [];
  const findings: Finding[] = [];
  for (const [index, { label, attach, mtuBytes, ipv4 }] of profile.adapters.entries()) {
    const answer = addressByRule(ipv4, host, ['profile', 'adapters', index, 'ipv4']);
    if (answer.kind === 'finding') findings.push(answer.finding);
    else adapters.push({ label, attach, mtuBytes, ...answer.cidr });
  }
  const first = adapters.find((adapter) => adapter.label === profile.adapters[0]?.label);
  const gateway = gatewayByRule(profile.stack.gateway, { host: host.name, adapters, first });
  return { adapters, gateway: gateway.address, findings: [...findings, ...gateway.findings] };
}

type Holder = { host: string; what: 'adapter' | 'gateway'; label: string; address: string };

const NAMED_MAX = 3;

/** One finding for each holder of an address that has several, naming the others. Hosts may share a gateway, so an
 * address is held twice only if an adapter has it. */
function findDuplicates(wanted: Map<string, WantedHost>): (Finding & { host: string })[] {
  const byAddress = Map.groupBy([...wanted].flatMap(listHolders), (holder) => holder.address);
  return [...byAddress.values()]
    .filter((holders) => holders.length > 1 && holders.some((holder) => holder.what === 'adapter'))
    .flatMap((holders) => holders.map((holder) => toDuplicate(holder, holders)));
}

function listHolders([host, { adapters, gateway }]: [string, WantedHost]): Holder[] {
  const holders = adapters.map(({ label, address }): Holder => {
    return { host, what: 'adapter', label: `adapter ${label} of ${host}`, address };
  });
  // A gateway that is the host's own address has a finding of its own.
  if (gateway === undefined || adapters.some((adapter) => adapter.address === gateway)) return holders;
  return [...holders, { host, what: 'gateway', label: `the gateway of ${host}`, address: gateway }];
}

function toDuplicate(holder: Holder, all: Holder[]): Finding & { host: string } {
  const others = all.filter((other) => other !== holder && (holder.what === 'adapter' || other.what === 'adapter'));
  const named = others.slice(0, NAMED_MAX).map((other) => other.label);
  if (others.length > NAMED_MAX) named.push(`${others.length - NAMED_MAX} more`);
  const message = `${holder.address} is the address of ${holder.label} and also of ${named.join(', ')}.`;
  const remedy = 'Give each its own address in the profile in vmotion.yaml.';
  return { code: 'duplicate-address', severity: 'blocking', host: holder.host, message, remedy };
}
