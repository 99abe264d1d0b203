// Hosts, adapters, gateways of which no path is good: the smallest thing to blame for many bad paths.
import { joinSets } from './join-sets.ts';
import type { Found, Scope } from './matrix-found.ts';
import type { Grain, Link } from './matrix-links.ts';

/** With a single peer nobody can tell which of the two is to blame. */
const PEERS_MIN = 2;
/** Of two hosts that don't reach each other neither is "everything". */
const DEAD_MIN = 3;

/**
 * Networks in which nothing is good. Where a few have all the paths, as a wave of a change has, those few are named
 * instead.
 */
export function findDead(open: Link[], grain: Grain): Found[] {
  const links = open.filter(grain.has);
  if (!links.some((link) => link.isBad)) return [];
  const network = joinSets(grain.count, (join) => {
    for (const { from, to } of links) join(nodeOf(grain, from), nodeOf(grain, to));
  });
  const byNetwork = Map.groupBy(links, (link) => network[nodeOf(grain, link.from)] ?? -1);
  return [...byNetwork.values()].flatMap((own) => {
    const nodes = new Set(own.flatMap((link) => [nodeOf(grain, link.from), nodeOf(grain, link.to)]));
    if (nodes.size < DEAD_MIN || own.some((link) => !link.isBad)) return [];
    const cover = coverOf(own, grain, nodes.size / 2);
    if (cover !== undefined) return toFound(own, grain, 'both', cover);
    return [{ kind: 'all', grain: grain.kind, scope: 'both', groups: [endsOfNodes(grain, nodes)], links: own }];
  });
}

/** The few nodes that every link touches, or undefined if it takes more than `most`. */
function coverOf(links: Link[], grain: Grain, most: number): number[] | undefined {
  const cover: number[] = [];
  let left = links;
  while (left.length > 0) {
    if (cover.length + 1 > most) return undefined;
    const counts = new Map<number, number>();
    for (const { from, to } of left)
      for (const node of [nodeOf(grain, from), nodeOf(grain, to)]) counts.set(node, (counts.get(node) ?? 0) + 1);
    const [worst] = [...counts].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [-1];
    cover.push(worst);
    left = left.filter((link) => nodeOf(grain, link.from) !== worst && nodeOf(grain, link.to) !== worst);
  }
  return cover;
}

/** Nodes none of whose links of this scope is good, those with most of them first. */
export function findParties(open: Link[], grain: Grain, scope: Scope): Found[] {
  const links = open.filter(grain.has);
  const [good, bad, all] = [new Set<number>(), new Set<number>(), new Set<number>()];
  for (const link of links) {
    const own = link.isBad ? bad : good;
    const [from, to] = [nodeOf(grain, link.from), nodeOf(grain, link.to)];
    all.add(from).add(to);
    if (scope !== 'in') own.add(from);
    if (scope !== 'out') own.add(to);
  }
  for (const node of good) bad.delete(node);
  if (bad.size === 0 || isOtherSide(links, grain, bad, all.size)) return [];
  return toFound(links, grain, scope, [...bad]);
}

/** Whether most nodes are bad although nobody looked at what is between them: then the few others are to blame. */
function isOtherSide(links: Link[], grain: Grain, bad: ReadonlySet<number>, count: number): boolean {
  const isWithin = (link: Link) => bad.has(nodeOf(grain, link.from)) && bad.has(nodeOf(grain, link.to));
  return bad.size > count / 2 && !links.some(isWithin);
}

function toFound(links: Link[], grain: Grain, scope: Scope, nodes: number[]): Found[] {
  const byNode = new Map<number, Link[]>(nodes.map((node) => [node, []]));
  for (const link of links) {
    if (!link.isBad) continue;
    const [from, to] = [nodeOf(grain, link.from), nodeOf(grain, link.to)];
    if (scope !== 'in') byNode.get(from)?.push(link);
    if (scope !== 'out' && (scope === 'in' || from !== to)) byNode.get(to)?.push(link);
  }
  const taken = new Set<Link>();
  return [...byNode]
    .toSorted((a, b) => b[1].length - a[1].length || a[0] - b[0])
    .flatMap(([node, own]): Found[] => {
      const peers = new Set(own.map((link) => peerOf(grain, link, node)));
      const fresh = own.filter((link) => !taken.has(link));
      if (peers.size < PEERS_MIN || fresh.length === 0) return [];
      for (const link of fresh) taken.add(link);
      const groups = [endsOfNodes(grain, new Set([node]))];
      return [{ kind: 'party', grain: grain.kind, scope, groups, links: fresh }];
    });
}

function peerOf(grain: Grain, link: Link, node: number): number {
  const peer = nodeOf(grain, link.from) === node ? link.to : link.from;
  return grain.owners[peer] ?? -1;
}

const nodeOf = (grain: Grain, end: number): number => grain.nodes[end] ?? -1;

function endsOfNodes(grain: Grain, nodes: ReadonlySet<number>): number[] {
  return [...grain.nodes.entries()].flatMap(([end, node]) => (nodes.has(node) ? [end] : []));
}
