// What a ping from a host would say, computed from what the hosts are configured to be and what the fabric carries.
import { type Device, domainOf, type Gateway } from './fabric.ts';
import { fingerprint } from './fingerprint.ts';
import { parseIpv4 } from './ipv4.ts';
import { parseIpv6 } from './ipv6.ts';
import { findVmk, type LabHost, type LabModel, type LabVmk } from './model.ts';
import { findRoute, type Hop } from './route.ts';
import { isStackLive } from './runtime.ts';
import { isIpv6, isNeighbour, isSameAddress, ownsAddress, sourceAddress } from './vmk-address.ts';
import { attachOf, type Owner, ownersOf } from './wire.ts';
import { DEFAULT_NETSTACK } from '../../../shared/domain/inventory.ts';

/** As `esxcli network diag ping` takes it. `size` is the payload. */
export type PingInput = {
  host: string;
  interface?: string | undefined;
  netstack?: string | undefined;
  size: number;
  count: number;
  df: boolean;
  ttl: number;
  nexthop?: string | undefined;
};

export type PingReply = { sequence: number; from: string; bytes: number; micros: number; ttl: number };

/** `fault`: the host could not send; one text a packet, as ESXi reports it. */
export type PingAnswer = { kind: 'sent'; sent: number; replies: PingReply[] } | { kind: 'fault'; errors: string[] };

const HEADERS = 28;
const HEADERS_IPV6 = 48;
const DEFAULT_TTL = 64;

/** Touches nothing: the same question always has the same answer, until host or fabric change. */
export function computePing(model: LabModel, seed: number, host: LabHost, input: PingInput): PingAnswer {
  const stack = input.netstack ?? DEFAULT_NETSTACK;
  if (!isStackLive(host, stack))
    return fault(`Unable to find netstack instance '${stack}': the netstack is not active`);
  const from = input.interface === undefined ? undefined : findVmk(host, input.interface);
  if (input.interface !== undefined && from?.netstack !== stack) {
    return fault(`Unknown interface '${input.interface}': Invalid argument`);
  }
  if (parseIpv4(input.host) === undefined && parseIpv6(input.host) === undefined)
    return fault(`Unknown host '${input.host}': Name or service not known`);
  const hop = routeOf(host, stack, from, input);
  const source = hop && sourceAddress(hop.vmk, input.host);
  if (hop === undefined || source === undefined) return fault('sendto() failed (Network is unreachable)', input.count);
  const bytes = input.size + (isIpv6(input.host) ? HEADERS_IPV6 : HEADERS);
  if (input.df && bytes > hop.vmk.mtuBytes) return fault('sendto() failed (Message too long)', input.count);

  const replies: PingReply[] = [];
  for (let sequence = 0; sequence < input.count; sequence += 1) {
    const packet = { source, target: input.host, bytes, df: input.df, ttl: input.ttl, sequence };
    const ttl = answerTtl(model, host, hop, packet);
    if (ttl === undefined) continue;
    const micros = roundTripMicros(seed, { ...packet, hops: DEFAULT_TTL - ttl });
    replies.push({ sequence, from: input.host, bytes: input.size + 8, micros, ttl });
  }
  return { kind: 'sent', sent: input.count, replies };
}

type Packet = { source: string; target: string; bytes: number; df: boolean; ttl: number; sequence: number };

function fault(text: string, times = 1): PingAnswer {
  return { kind: 'fault', errors: Array.from({ length: times }, () => text) };
}

function routeOf(host: LabHost, netstack: string, from: LabVmk | undefined, input: PingInput): Hop | undefined {
  if (input.nexthop !== undefined && from !== undefined) return { vmk: from, address: input.nexthop };
  return findRoute(host, { netstack, address: input.host, from });
}

/** The TTL with which the answer comes back; `undefined` when request or answer got lost. */
function answerTtl(model: LabModel, host: LabHost, hop: Hop, request: Packet): number | undefined {
  // A host's own address in the same stack never meets the wire.
  if (ownAddress(host, hop.vmk.netstack, request.target)) return DEFAULT_TTL;
  const met = carry(model, { host, hop, packet: request, isRequest: true });
  if (met === undefined) return undefined;
  if (met.owner.kind === 'device' && met.routersPassed > 0 && !hasWayBack(model, met.owner.device, request))
    return undefined;
  if (met.owner.kind !== 'vmk') return DEFAULT_TTL - met.routersPassed;
  const { host: other, vmk } = met.owner;
  const back = findRoute(other, { netstack: vmk.netstack, address: request.source });
  if (back === undefined) return undefined;
  // The answer is as long as the request, but its sender may cut it up: don't-fragment is not copied.
  const answer: Packet = { ...request, source: request.target, target: request.source, df: false, ttl: DEFAULT_TTL };
  const home = carry(model, { host: other, hop: back, packet: answer, isRequest: false });
  const isHome = home?.owner.kind === 'vmk' && home.owner.host === host && home.owner.vmk.netstack === hop.vmk.netstack;
  return home !== undefined && isHome ? DEFAULT_TTL - home.routersPassed : undefined;
}

/** What a device answers to somebody beyond its router goes by its own gateway. */
function hasWayBack(model: LabModel, device: Device, request: Packet): boolean {
  const { fabric } = model;
  const domain = domainOf(fabric, device.leaf, device.vlanId);
  const entered = fabric.gateways.find(
    (one) => one.isUp && one.address === device.gateway && domainOf(fabric, one.leaf, one.vlanId) === domain,
  );
  if (entered === undefined) return false;
  const packet = { ...request, target: request.source, df: false, ttl: DEFAULT_TTL };
  const onWire = Math.min(packet.bytes, device.mtuBytes);
  return forward(model, { entered, packet, onWire }) !== undefined;
}

function ownAddress(host: LabHost, netstack: string, address: string): boolean {
  return host.network.vmks.some((vmk) => vmk.netstack === netstack && ownsAddress(vmk, address));
}

type Journey = { host: LabHost; hop: Hop; packet: Packet; isRequest: boolean };

/** Carries a packet from its host to whoever receives it, over at most one router of the fabric. */
function carry(model: LabModel, journey: Journey): { owner: Owner; routersPassed: number } | undefined {
  const { host, hop, packet } = journey;
  const attach = attachOf(model, host, hop.vmk);
  if (attach === undefined) return undefined;
  const onWire = packet.df ? packet.bytes : Math.min(packet.bytes, hop.vmk.mtuBytes);
  // A switch or port that is too small drops the frame and tells nobody.
  if (onWire > attach.mtuBytes) return undefined;
  const first = receiver(ownersOf(model, attach.domain, hop.address), hop.vmk, packet);
  if (first === undefined || onWire > first.mtuBytes) return undefined;
  if (isSameAddress(hop.address, packet.target))
    return passes(model, journey, first, attach.vlanId) ? { owner: first, routersPassed: 0 } : undefined;
  if (first.kind !== 'gateway') return undefined;
  const routed = forward(model, { entered: first.gateway, packet, onWire });
  if (routed === undefined || !passes(model, journey, routed, attach.vlanId)) return undefined;
  return { owner: routed, routersPassed: 1 };
}

/** Two owners of one address: neighbours' caches flap, and packets go to one and the other in turn. */
function receiver(owners: Owner[], sender: LabVmk, packet: Packet): Owner | undefined {
  const others = owners.filter((owner) => owner.kind !== 'vmk' || owner.vmk !== sender);
  return others[packet.sequence % others.length];
}

function forward(model: LabModel, at: { entered: Gateway; packet: Packet; onWire: number }): Owner | undefined {
  const { entered, packet } = at;
  if (packet.ttl <= 1) return undefined;
  const own = model.fabric.gateways.find(
    (one) => one.isUp && one.vrf === entered.vrf && isSameAddress(one.address, packet.target),
  );
  if (own !== undefined) return { kind: 'gateway', gateway: own, mtuBytes: own.mtuBytes };
  const exit = model.fabric.gateways.find(
    (one) => one.isUp && one.vrf === entered.vrf && isNeighbour(packet.target, one),
  );
  if (exit === undefined) return undefined;
  const most = Math.min(exit.mtuBytes, entered.forwardMtuBytes ?? exit.mtuBytes);
  const size = packet.df ? at.onWire : Math.min(at.onWire, most);
  if (size > most) return undefined;
  const owners = ownersOf(model, domainOf(model.fabric, exit.leaf, exit.vlanId), packet.target);
  const owner = owners[packet.sequence % owners.length];
  return owner !== undefined && size <= owner.mtuBytes ? owner : undefined;
}

/** Access lists look at echo requests only: that is what makes a path work one way. */
function passes(model: LabModel, journey: Journey, owner: Owner, vlanId: number): boolean {
  if (!journey.isRequest || owner.kind !== 'vmk') return true;
  return !model.fabric.acls.some(
    (acl) => acl.fromHost === journey.host.name && acl.toHost === owner.host.name && acl.vlans.includes(vlanId),
  );
}

/** A LAN's microseconds: more for a router on the way and for long packets, and never twice quite the same. */
function roundTripMicros(seed: number, packet: Packet & { hops: number }): number {
  const jitter = fingerprint(seed, packet.source, packet.target, packet.sequence, packet.bytes) % 60;
  return 130 + 90 * packet.hops + Math.round(packet.bytes / 90) + jitter;
}
