// From rules to values: every host's addresses and gateway, and what is wrong with them before anything is touched.
import { addressByRule, type AddressedHost } from './address-rule.ts';
import type { Finding } from './finding.ts';
import { gatewayByRule } from './gateway-rule.ts';
import type { Ipv6Config } from './inventory.ts';
import { toCidrs } from './ip-network.ts';
import { ipv6ByRule, judgeIpv6Gateway } from './ipv6-rule.ts';
import { compareNaturally } from './natural-order.ts';
import type { AdapterProfile, AttachRule, Profile } from './profile.ts';

/** `address` and `prefixLength` are absent with DHCP; `ipv6` where the profile says nothing about it. */
export type WantedAdapter = {
  label: string;
  attach: AttachRule;
  mtuBytes: number;
  address?: string | undefined;
  prefixLength?: number | undefined;
  ipv6?: Ipv6Config | undefined;
  gatewayOverride?: string | undefined;
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
  const findings: Finding[] = [];
  const adapters = profile.adapters.flatMap((adapter, index) => {
    const answer = resolveAdapter(adapter, host, ['profile', 'adapters', index]);
    findings.push(...answer.findings);
    return answer.adapter === undefined ? [] : [answer.adapter];
  });
  const first = adapters.find((adapter) => adapter.label === profile.adapters[0]?.label);
  const context = {
    host: host.name,
    adapters: adapters.flatMap(toCidrs),
    first: first === undefined ? undefined : toCidrs(first)[0],
    isAnyUnknown: adapters.some((adapter) => adapter.address === undefined),
  };
  const gateway = gatewayByRule(profile.stack.gateway, context);
  const ipv6 = judgeIpv6Gateway(profile.stack.ipv6Gateway, { host: host.name, adapters });
  return { adapters, gateway: gateway.address, findings: [...findings, ...gateway.findings, ...ipv6] };
}

type AdapterAnswer = { adapter: WantedAdapter | undefined; findings: Finding[] };

function resolveAdapter(profile: AdapterProfile, host: AddressedHost, at: (string | number)[]): AdapterAnswer {
  const { label, attach, mtuBytes } = profile;
  const answer = addressByRule(profile.ipv4, host, [...at, 'ipv4']);
  if (answer.kind === 'finding') return { adapter: undefined, findings: [answer.finding] };
  const ipv6 = profile.ipv6 === undefined ? undefined : ipv6ByRule(profile.ipv6, host.name, [...at, 'ipv6']);
  const own = answer.kind === 'dhcp' ? [] : [answer.cidr];
  const context = { host: host.name, adapters: own, first: own[0], isAnyUnknown: false };
  const override = gatewayByRule(profile.gatewayOverride ?? { kind: 'none' }, context, [...at, 'gatewayOverride']);
  const adapter: WantedAdapter = { label, attach, mtuBytes, ...own[0] };
  if (ipv6?.config !== undefined) adapter.ipv6 = ipv6.config;
  if (override.address !== undefined) adapter.gatewayOverride = override.address;
  return { adapter, findings: [...(ipv6?.findings ?? []), ...override.findings] };
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
  const holders = adapters.flatMap(({ label, address, ipv6 }) =>
    [...(address === undefined ? [] : [address]), ...(ipv6?.addresses ?? []).map((one) => one.address)].map(
      (one): Holder => ({ host, what: 'adapter', label: `adapter ${label} of ${host}`, address: one }),
    ),
  );
  const gateways = new Set([gateway, ...adapters.map((adapter) => adapter.gatewayOverride)]);
  return [
    ...holders,
    ...[...gateways].flatMap((address): Holder[] => {
      // A gateway that is the host's own address has a finding of its own.
      if (address === undefined || adapters.some((adapter) => adapter.address === address)) return [];
      return [{ host, what: 'gateway', label: `the gateway of ${host}`, address }];
    }),
  ];
}

function toDuplicate(holder: Holder, all: Holder[]): Finding & { host: string } {
  const others = all.filter((other) => other !== holder && (holder.what === 'adapter' || other.what === 'adapter'));
  const named = others.slice(0, NAMED_MAX).map((other) => other.label);
  if (others.length > NAMED_MAX) named.push(`${others.length - NAMED_MAX} more`);
  const message = `${holder.address} is the address of ${holder.label} and also of ${named.join(', ')}.`;
  const remedy = 'Give each its own address in the profile in vmotion.yaml.';
  return { code: 'duplicate-address', severity: 'blocking', host: holder.host, message, remedy };
}
