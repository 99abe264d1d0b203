// The paths of a matrix as links between numbered ends, and the ends put together as people think of them: by host, by
// adapter, by gateway.
import { isAsExpected } from './cell.ts';
import { isIpv6, subnetText } from './ip-network.ts';
import type { Cell, Endpoint } from './matrix.ts';
import { compareNaturally } from './natural-order.ts';

/** `from` and `to` are places in the list of ends. */
export type Link = { cell: Cell; from: number; to: number; isBad: boolean };

/**
 * `gateway` and `routed` (a host's way to other subnets) look only at paths between subnets. `family`: a host's
 * addresses of one family; `device`: one of its adapters; `end`: one address.
 */
export type GrainKind = 'host' | 'gateway' | 'routed' | 'family' | 'device' | 'end' | 'subnet' | 'island';

/** `nodes`: the node of each end, from 0, or -1 for none. `owners`: whose it is, as far as peers are counted. */
export type Grain = {
  kind: GrainKind;
  nodes: number[];
  count: number;
  owners: number[];
  has: (link: Link) => boolean;
};

/** All ends and paths of a matrix: each end once, and the paths in their order, whatever the order of the cells. */
export type MatrixIndex = { ends: Endpoint[]; links: Link[] };

/** A link is bad where its path is not as expected. */
export function indexMatrix(cells: Cell[]): MatrixIndex {
  const byKey = new Map<string, Endpoint>();
  // The cells of one test share their ends: a key for each is made once.
  const keys = new Map<Endpoint, string>();
  for (const { from, to } of cells)
    for (const end of [from, to]) {
      if (keys.has(end)) continue;
      const key = `${end.host}\n${end.device}\n${end.address}`;
      keys.set(end, key);
      byKey.set(key, byKey.get(key) ?? end);
    }
  const inOrder = [...byKey].toSorted(
    ([, a], [, b]) =>
      compareNaturally(a.host, b.host) ||
      compareNaturally(a.device, b.device) ||
      compareNaturally(a.address, b.address),
  );
  const places = new Map(inOrder.map(([key], place) => [key, place]));
  const placeOf = (end: Endpoint) => places.get(keys.get(end) ?? '') ?? -1;
  const links = cells
    .map((cell) => ({ cell, from: placeOf(cell.from), to: placeOf(cell.to), isBad: !isAsExpected(cell) }))
    .toSorted((a, b) => a.from - b.from || a.to - b.to);
  return { ends: inOrder.map(([, end]) => end), links };
}

/** Of these kinds, from the coarsest, those that say something else than a coarser one. */
export type Grains = (kinds: GrainKind[]) => Grain[];

/** The ways to put these ends together. */
export function createGrains(ends: Endpoint[]): Grains {
  const subnets = ends.map((end) => subnetText(end));
  const known = new Map<GrainKind, Grain>();
  const grainOf = (kind: GrainKind) => {
    const grain = known.get(kind) ?? toGrain(ends, subnets, kind);
    known.set(kind, grain);
    return grain;
  };
  return (kinds) => {
    const seen = new Set<string>();
    return kinds.map(grainOf).filter(({ kind, nodes, count }) => {
      const isOfRoutes = kind === 'gateway' || kind === 'routed';
      const shape = `${isOfRoutes ? 'between subnets' : ''} ${nodes.join(' ')}`;
      if (seen.has(shape) || count < 2) return false;
      seen.add(shape);
      return true;
    });
  };
}

function toGrain(ends: Endpoint[], subnets: string[], kind: GrainKind): Grain {
  const nodes = numbered(kind === 'subnet' ? subnets : ends.map((end, place) => nodeKey(end, place, kind)));
  const isKnown = (end: number) => (nodes[end] ?? -1) >= 0;
  const isBetweenSubnets = ({ from, to }: Link) => subnets[from] !== subnets[to] && isKnown(from) && isKnown(to);
  const isWider = kind === 'gateway' || kind === 'subnet' || kind === 'island';
  return {
    kind,
    nodes,
    count: Math.max(-1, ...nodes) + 1,
    owners: isWider ? nodes : numbered(ends.map(({ host }) => host)),
    has: kind === 'gateway' || kind === 'routed' ? isBetweenSubnets : () => true,
  };
}

function nodeKey(end: Endpoint, place: number, kind: Exclude<GrainKind, 'subnet'>): string | undefined {
  const family = isIpv6(end.address) ? 'IPv6' : 'IPv4';
  switch (kind) {
    case 'host':
    case 'routed':
      return end.host;
    case 'gateway':
      return end.gateway;
    case 'family':
      return `${end.host} ${family}`;
    case 'device':
      return `${end.host} ${end.device}`;
    case 'end':
      return `${place}`;
    case 'island':
      return `${end.island} ${family}`;
    default:
      throw new Error(`unknown grain ${kind satisfies never}`);
  }
}

/** Equal texts get equal numbers, from 0 in the order they come. */
function numbered(texts: (string | undefined)[]): number[] {
  const numbers = new Map<string, number>();
  return texts.map((text) => {
    if (text === undefined) return -1;
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
}
