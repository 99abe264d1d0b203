// Who asks whether an address is free before it is given away: adapters in its subnet, or hosts that reach it by a router.
import { ipv6GatewayOf } from './advertised-gateway.ts';
import { DEFAULT_NETSTACK, type Host, type HostNetwork, VMOTION_NETSTACK, type VmkernelAdapter } from './inventory.ts';
import { type Cidr, contains, isIpv6, parseCidr, subnetText } from './ip-network.ts';
import { isLinkLocal } from './ipv6-rule.ts';
import type { Reach } from './profile.ts';
import { linkSubnets } from './vmk-spec.ts';
import { adaptersOnVmotionStack, byDevice, findNetstack } from './vmotion-adapters.ts';

/** An address about to be assigned on `host`, in `netstack`. `island`: the position of its adapter among the host's
 * vMotion adapters, from 1, where that is known. */
export type Candidate = { host: string; address: string; netstack: string; island?: number | undefined };

/** One adapter. `routes`: the networks that it reaches through a router in one of its `subnets`. */
export type Asker = {
  host: string;
  device: string;
  netstack: string;
  island?: number | undefined;
  subnets: Cidr[];
  routes: Cidr[];
};

/** `isRouted`: the address is asked for through a router. */
export type Question = Candidate & { heardBy: Asker; isRouted: boolean };

/** The most that one host spends on questions, in seconds of silence: a slice has two minutes, and writes in them. */
export const ASKING_SECONDS_MAX = 48;
/** An address that nobody has costs the whole wait. Through a router it is asked for twice: many a router drops the first
 * packet to an address that it has to look for. */
export const NEAR_PINGS = 1;
export const ROUTED_PINGS = 2;

/** The adapters of all these hosts that can ask. */
export function askersOf(hosts: readonly Pick<Host, 'name' | 'network'>[]): Asker[] {
  return hosts.flatMap(({ name, network }) => (network === undefined ? [] : toAskers(name, network)));
}

/** The adapters of both stacks that can ask. Only the vMotion stack's routers are asked: what the default stack's lead to
 * may be another network under the same numbers. */
export function toAskers(host: string, network: HostNetwork): Asker[] {
  const onStack = adaptersOnVmotionStack(network).toSorted(byDevice);
  const others = network.vmks.filter(({ netstack }) => netstack === DEFAULT_NETSTACK).toSorted(byDevice);
  return [...onStack, ...others].map((vmk, index) => {
    const { device, netstack } = vmk;
    const subnets = linkSubnets(vmk);
    if (netstack !== VMOTION_NETSTACK) return { host, device, netstack, subnets, routes: [] };
    return { host, device, netstack, island: index + 1, subnets, routes: routesOf(network, vmk, subnets) };
  });
}

/**
 * One question for each candidate that somebody can ask for, shared among all who can: adapters in the address's own
 * subnet first, the host's own too. Where networks are islands, a router is asked only by adapters of the same island.
 * What is over `ASKING_SECONDS_MAX` for all who could is left out. `spent`: seconds that hosts have asked for already.
 */
export function shareQuestions(
  askers: Asker[],
  candidates: Candidate[],
  reach: Reach,
  spent: ReadonlyMap<string, number> = new Map(),
): Question[] {
  const near = byNetwork(askers, ({ subnets }) => subnets);
  const routed = byNetwork(askers, ({ routes }) => routes);
  const busy = new Map(spent);
  const pick = (able: Asker[], seconds: number): Asker | undefined => {
    const load = (one: Asker) => busy.get(one.host) ?? 0;
    const least = Math.min(...able.map(load));
    const chosen = able.find((one) => load(one) === least);
    if (chosen === undefined || least + seconds > ASKING_SECONDS_MAX) return undefined;
    busy.set(chosen.host, least + seconds);
    return chosen;
  };
  return candidates.flatMap((candidate): Question[] => {
    const neighbour = pick(reaching(near, candidate.address), NEAR_PINGS);
    if (neighbour !== undefined) return [{ ...candidate, heardBy: neighbour, isRouted: false }];
    const able = reaching(routed, candidate.address).filter((one) => mayRoute(one, candidate, reach));
    const heardBy = pick(able, ROUTED_PINGS);
    return heardBy === undefined ? [] : [{ ...candidate, heardBy, isRouted: true }];
  });
}

/** How long each host is asked for, by its name, where nobody answers. */
export function secondsOf(questions: readonly Question[]): Map<string, number> {
  const spent = new Map<string, number>();
  for (const { heardBy, isRouted } of questions)
    spent.set(heardBy.host, (spent.get(heardBy.host) ?? 0) + (isRouted ? ROUTED_PINGS : NEAR_PINGS));
  return spent;
}

/** Whether any of them could ask for it, however busy. */
export function canAsk(askers: Asker[], candidate: Candidate, reach: Reach): boolean {
  const isIn = (cidr: Cidr) => contains(cidr, candidate.address);
  return askers.some((one) => one.subnets.some(isIn) || (mayRoute(one, candidate, reach) && one.routes.some(isIn)));
}

function mayRoute({ island }: Asker, candidate: Candidate, reach: Reach): boolean {
  if (candidate.netstack !== VMOTION_NETSTACK) return false;
  return reach === 'routed' || (island !== undefined && island === candidate.island);
}

const EVERYWHERE: Cidr = { address: '0.0.0.0', prefixLength: 0 };
const EVERYWHERE_IPV6: Cidr = { address: '::', prefixLength: 0 };

function routesOf(network: HostNetwork, vmk: VmkernelAdapter, subnets: Cidr[]): Cidr[] {
  const settings = findNetstack(network, vmk.netstack)?.settings;
  const isNear = (router: string | undefined) =>
    router !== undefined && subnets.some((subnet) => contains(subnet, router));
  const six = ipv6GatewayOf(vmk, network);
  const hasSix = subnets.some(({ address }) => isIpv6(address));
  const isSixNear = six !== undefined && hasSix && (isNear(six) || isLinkLocal(six));
  return [
    ...(isNear(vmk.gatewayOverride ?? settings?.gateway) ? [EVERYWHERE] : []),
    ...(isSixNear ? [EVERYWHERE_IPV6] : []),
    ...(settings?.routes ?? []).filter(({ gateway }) => isNear(gateway)).map((route) => parseCidr(route.network)),
  ];
}

type Network = { cidr: Cidr; askers: Asker[] };

/** Hundreds of hosts share a few networks, or have one each: a network is looked at once, whoever is in it. */
function byNetwork(askers: Asker[], networksOf: (asker: Asker) => Cidr[]): Network[] {
  const all = new Map<string, Network>();
  for (const asker of askers) {
    for (const cidr of networksOf(asker)) {
      const text = subnetText(cidr);
      const known = all.get(text);
      if (known === undefined) all.set(text, { cidr, askers: [asker] });
      else known.askers.push(asker);
    }
  }
  return [...all.values()];
}

const reaching = (networks: Network[], address: string): Asker[] =>
  networks.filter(({ cidr }) => contains(cidr, address)).flatMap(({ askers }) => askers);
