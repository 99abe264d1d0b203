// What the logs of two hosts prove about a migration, against the adapters that should have carried it.
import { compareIds, type MigrationTrace, toAddress } from './evidence.ts';
import type { HostNetwork, VmkernelAdapter } from './inventory.ts';
import { byDevice, vmotionAdapters } from './vmotion-adapters.ts';

/** `isDynamic`: it has IPv6 addresses that the network hands out, which are no configuration and so not listed. */
export type PlannedAdapter = { device: string; addresses: string[]; isDynamic: boolean };

/** A host's adapters that carry vMotion, and what their uplinks together can send. */
export type EvidencePlan = {
  host: string;
  adapters: PlannedAdapter[];
  /** Absent: the speed of no uplink is known. */
  lineRateMb?: number | undefined;
};

/** `proven`: every planned adapter of both hosts, and no other. `in-part`: no other, but not all, or one log is silent.
 * `contradicted`: an adapter that should not have carried it. `unproven`: the logs say too little. */
export type EvidenceVerdict = 'proven' | 'in-part' | 'contradicted' | 'unproven';

export type MigrationEvidence = {
  id: string;
  /** When it began, by the hosts' clocks. */
  at?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  verdict: EvidenceVerdict;
  /** The most important first. */
  sentences: string[];
  bound: { host: string; device?: string | undefined; address: string; connections: number; isPlanned: boolean }[];
  streams: number;
  bandwidthMegabytes?: number | undefined;
  lineRateMb?: number | undefined;
};

/** What a host's log should show of a migration: its vMotion adapters in the order of their numbers, and the rate of their
 * uplinks. */
export function toEvidencePlan(host: string, network: HostNetwork): EvidencePlan {
  const adapters = vmotionAdapters(network).toSorted(byDevice);
  return {
    host,
    adapters: adapters.map((vmk) => ({
      device: vmk.device,
      addresses: addressesOf(vmk),
      isDynamic: vmk.ipv6?.dhcp === true || vmk.ipv6?.autoconfiguration === true,
    })),
    lineRateMb: lineRate(network, adapters),
  };
}

function addressesOf({ ipv4, ipv6 }: VmkernelAdapter): string[] {
  const all = [ipv4.address, ...(ipv6?.addresses ?? []).map((one) => one.address)];
  return all.flatMap((address) => toAddress(address) ?? []);
}

/** Each adapter sends over one uplink; two that share one share its speed. */
function lineRate(network: HostNetwork, adapters: VmkernelAdapter[]): number | undefined {
  const speeds = new Map(network.pnics.map((pnic) => [pnic.device, pnic.linkSpeedMb ?? 0]));
  const used = new Set<string>();
  for (const vmk of adapters) {
    const able = uplinksOf(network, vmk).filter((pnic) => (speeds.get(pnic) ?? 0) > 0);
    const uplink = able.find((pnic) => !used.has(pnic)) ?? able[0];
    if (uplink !== undefined) used.add(uplink);
  }
  const sum = [...used].reduce((total, pnic) => total + (speeds.get(pnic) ?? 0), 0);
  return sum === 0 ? undefined : sum;
}

function uplinksOf(network: HostNetwork, { attachment }: VmkernelAdapter): string[] {
  if (attachment.kind === 'standard') {
    return network.portGroups.find((group) => group.name === attachment.portGroup)?.uplinks.active ?? [];
  }
  if (attachment.kind === 'opaque') return [];
  const proxy = network.distributedSwitches.find((one) => one.uuid === attachment.switchUuid);
  const group = network.distributedPortGroups?.find((one) => one.key === attachment.portGroupKey);
  const active = proxy?.uplinks.filter((one) => group === undefined || group.uplinks.active.includes(one.name)) ?? [];
  return active.flatMap((one) => one.pnic ?? []);
}

/** Traces of all hosts' logs, judged migration by migration, the newest first. */
export function judgeMigrations(traces: MigrationTrace[], plans: EvidencePlan[]): MigrationEvidence[] {
  const byId = [...Map.groupBy(traces, (trace) => trace.id).values()];
  return byId.map((own) => judgeMigration(own, plans)).sort((a, b) => compareIds(b.id, a.id));
}

/** One migration by the traces that the logs of its hosts have of it. `traces` has at least one. */
export function judgeMigration(traces: MigrationTrace[], plans: EvidencePlan[]): MigrationEvidence {
  const ends = traces.map((trace) => toEnd(trace, plans, traces));
  const source = ends.find((end) => end.side === 'source');
  const destination = ends.find((end) => end.side === 'destination');
  const verdict = decideVerdict(source, destination);
  const streams = Math.max(0, ...traces.map((trace) => trace.streams));
  const bandwidthMegabytes = traces.find((trace) => trace.bandwidthMegabytes !== undefined)?.bandwidthMegabytes;
  const lineRateMb = slowest(ends);
  const from = source?.trace.host ?? hostOf(traces[0]?.sourceAddress, plans);
  const to = destination?.trace.host ?? hostOf(traces[0]?.destinationAddress, plans);
  return {
    id: traces[0]?.id ?? '',
    at: toTime(traces[0]?.id ?? ''),
    from,
    to,
    verdict,
    sentences: [
      VERDICTS[verdict](from, to),
      ...ends.flatMap(endSentences),
      ...missingLog(source, destination),
      ...streamSentences(streams, ends),
      ...bandwidthSentences(bandwidthMegabytes, lineRateMb),
    ],
    bound: ends.flatMap((end) => boundOf(end)),
    streams,
    bandwidthMegabytes,
    lineRateMb,
  };
}

/** One host of a migration: what it used, and what of its plan it did not use. */
type End = {
  trace: MigrationTrace;
  side: MigrationTrace['side'];
  plan: EvidencePlan | undefined;
  foreign: MigrationTrace['bound'];
  unused: EvidencePlan['adapters'];
  /** Whether the log says anything about adapters. */
  isSilent: boolean;
};

function toEnd(trace: MigrationTrace, plans: EvidencePlan[], all: MigrationTrace[]): End {
  const plan = plans.find((one) => one.host === trace.host);
  const own = new Set(plan?.adapters.flatMap((adapter) => adapter.addresses));
  const side = trace.side ?? sideOf(trace, own);
  const foreign = plan === undefined ? [] : trace.bound.filter((one) => !isPlanned(one, plan));
  const unused = (plan?.adapters ?? []).filter((adapter) => !trace.bound.some((one) => isOn(adapter, one)));
  const isSilent = trace.bound.length === 0;
  // Some builds log no binding where connections are accepted; who connected then tells as much.
  const other = all.find((one) => one !== trace);
  const isHeard =
    isSilent && side === 'destination' && (other?.bound.length ?? 0) > 0
      ? other?.bound.every((one) => trace.acceptedFrom.includes(one.address)) === true
      : false;
  return { trace, side, plan, foreign, unused: isHeard ? [] : unused, isSilent: isSilent && !isHeard };
}

type Bound = MigrationTrace['bound'][number];

function isOn(adapter: PlannedAdapter, bound: Bound): boolean {
  return adapter.addresses.includes(bound.address) || adapter.device === bound.device;
}

function isPlanned(bound: Bound, plan: EvidencePlan): boolean {
  if (plan.adapters.some((adapter) => isOn(adapter, bound))) return true;
  // A handed-out address that the log gives without its adapter can't be told from another's.
  const isUnknown = bound.device === undefined && bound.address.includes(':');
  return isUnknown && plan.adapters.some((adapter) => adapter.isDynamic);
}

function sideOf(trace: MigrationTrace, own: Set<string>): MigrationTrace['side'] {
  if (own.has(trace.sourceAddress ?? '')) return 'source';
  return own.has(trace.destinationAddress ?? '') ? 'destination' : undefined;
}

function decideVerdict(source: End | undefined, destination: End | undefined): EvidenceVerdict {
  const ends = [source, destination].filter((end) => end !== undefined);
  if (ends.some((end) => end.foreign.length > 0)) return 'contradicted';
  if (ends.every((end) => end.isSilent || end.plan === undefined)) return 'unproven';
  const isWhole = ends.every((end) => !end.isSilent && end.plan !== undefined && end.unused.length === 0);
  return isWhole && ends.length === 2 ? 'proven' : 'in-part';
}

const route = (from?: string, to?: string) => `from ${from ?? 'a host outside'} to ${to ?? 'a host outside'}`;

const VERDICTS: Record<EvidenceVerdict, (from?: string, to?: string) => string> = {
  proven: (from, to) =>
    `Proven: the migration ${route(from, to)} used every vMotion adapter of both hosts, and no other.`,
  'in-part': (from, to) =>
    `Proven in part: the migration ${route(from, to)} used vMotion adapters only, but not all is shown.`,
  contradicted: (from, to) =>
    `Not as planned: the migration ${route(from, to)} used an adapter that should not carry it.`,
  unproven: (from, to) => `Not proven: the logs do not say which adapters the migration ${route(from, to)} used.`,
};

function endSentences(end: End): string[] {
  const { trace, plan, foreign, unused, isSilent } = end;
  if (plan === undefined) return [`${trace.host} has no vMotion adapter as it is now, so nothing can be compared.`];
  if (isSilent) return [`The log of ${trace.host} names no adapter of this migration.`];
  const used = trace.bound.filter((one) => !foreign.includes(one));
  return [
    ...foreign.map((one) => `${trace.host} used ${nameOf(one, plan)}, which does not carry vMotion now.`),
    ...(unused.length === 0 ? [] : [`${trace.host} did not use ${listAll(unused.map(adapterName))}.`]),
    ...(used.length === 0 ? [] : [`${trace.host} used ${listAll(used.map((one) => nameOf(one, plan)))}.`]),
  ];
}

function missingLog(source: End | undefined, destination: End | undefined): string[] {
  if (source !== undefined && destination !== undefined) return [];
  return [`Only one of the two hosts' logs shows it${source === undefined ? ', the one it went to' : ''}.`];
}

function streamSentences(streams: number, ends: End[]): string[] {
  if (streams === 0) return [];
  const adapters = Math.max(0, ...ends.map((end) => end.plan?.adapters.length ?? 0));
  const few = streams < adapters ? ', fewer than the adapters' : '';
  return [`${count(streams, 'stream')} over ${count(adapters, 'adapter')} a host${few}.`];
}

const SHARE_OF_SMALL = 50;

function bandwidthSentences(megabytes: number | undefined, lineRateMb: number | undefined): string[] {
  if (megabytes === undefined) return [];
  const megabits = megabytes * 8;
  const measured = `${megabytes.toFixed(1)} MB/s, that is ${gigabits(megabits)}`;
  if (lineRateMb === undefined) return [`${measured}; the speed of the uplinks is not known.`];
  const share = Math.round((megabits / lineRateMb) * 100);
  const small = share < SHARE_OF_SMALL ? ' A small or idle VM never fills them.' : '';
  return [`${measured} or ${share} % of the ${gigabits(lineRateMb)} that the uplinks have.${small}`];
}

function gigabits(megabits: number): string {
  return `${(megabits / 1000).toFixed(1)} Gb/s`;
}

function slowest(ends: End[]): number | undefined {
  const rates = ends.flatMap((end) => end.plan?.lineRateMb ?? []);
  return rates.length === 0 ? undefined : Math.min(...rates);
}

function boundOf({ trace, plan, foreign }: End): MigrationEvidence['bound'] {
  return trace.bound.map((one) => ({
    host: trace.host,
    device: one.device ?? deviceOf(one.address, plan),
    address: one.address,
    connections: one.connections,
    isPlanned: plan !== undefined && !foreign.includes(one),
  }));
}

function nameOf(bound: { address: string; device?: string | undefined }, plan: EvidencePlan): string {
  const device = bound.device ?? deviceOf(bound.address, plan);
  return device === undefined ? bound.address : `${device} ${bound.address}`;
}

function deviceOf(address: string, plan: EvidencePlan | undefined): string | undefined {
  return plan?.adapters.find((adapter) => adapter.addresses.includes(address))?.device;
}

function adapterName({ device, addresses }: EvidencePlan['adapters'][number]): string {
  return [device, ...addresses.slice(0, 1)].join(' ');
}

function hostOf(address: string | undefined, plans: EvidencePlan[]): string | undefined {
  if (address === undefined) return undefined;
  return plans.find((plan) => plan.adapters.some((adapter) => adapter.addresses.includes(address)))?.host;
}

function listAll(all: string[]): string {
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} and ${last}`;
}

function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`;
}

/** Migration ids are times in microseconds. */
export function toTime(id: string): string | undefined {
  const date = new Date(Number(id) / 1000);
  return /^\d{16}$/.test(id) && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
}
