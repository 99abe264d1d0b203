// Two groups of nodes with only bad links between them, although there may be a way round through others.
import { groupsOf } from './groups-of.ts';
import type { Found } from './matrix-found.ts';
import type { Grain, Link } from './matrix-links.ts';
import { type NodeTable, toNodeTable } from './node-table.ts';

/** Sets of peers that are looked at, those of most nodes first: groups have few, scattered failures one a node. */
const PEER_SETS_MAX = 24;
const ROUNDS_MAX = 8;
/** A group has to explain so many times more than the one node with the most bad links does. */
const WORTH = 1.5;
/** And at least this part of all bad ways: coincidences are groups too, but explain nothing. */
const PART_MIN = 0.15;

type Block = { from: number[]; to: number[]; isMutual: boolean; ways: number };

/** The blocks that explain most, one after the other, as long as they say more than naming a single node would. */
export function findBlocks(open: Link[], grain: Grain): Found[] {
  const found: Found[] = [];
  let left = open;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const block = left.some((link) => link.isBad) ? bestBlock(toNodeTable(left, grain)) : undefined;
    if (block === undefined) break;
    const links = left.filter((link) => link.isBad && grain.has(link) && isWithin(block, grain, link));
    const taken = new Set(links);
    left = left.filter((link) => !taken.has(link));
    const parts = groupsOf(links, grain, [block.from, block.to]);
    const groups = block.isMutual ? parts.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0)) : parts;
    found.push({ kind: block.isMutual ? 'groups' : 'one-way', grain: grain.kind, scope: 'both', groups, links });
  }
  return found;
}

function bestBlock(table: NodeTable): Block | undefined {
  const isCut = (a: number, b: number) => table.isBad(a, b) && !table.isGood(a, b);
  // What one way is explained already says nothing against the other.
  const isCutBothWays = (a: number, b: number) =>
    (table.isBad(a, b) || table.isBad(b, a)) && !table.isGood(a, b) && !table.isGood(b, a);
  const [best] = [
    ...blocksOf(table.count, isCutBothWays).map((block) => ({ ...block, isMutual: true })),
    ...blocksOf(table.count, isCut).map((block) => ({ ...block, isMutual: false })),
  ]
    .map((block) => ({ ...block, ways: block.from.length * block.to.length * (block.isMutual ? 2 : 1) }))
    .toSorted((a, b) => b.ways - a.ways || Number(b.isMutual) - Number(a.isMutual));
  const counts = countBad(table);
  const all = counts.reduce((sum, count) => sum + count, 0) / 2;
  return best !== undefined && best.ways > WORTH * Math.max(...counts) && best.ways >= PART_MIN * all
    ? best
    : undefined;
}

/** Bad ways to and from each node. */
function countBad({ count, isBad }: NodeTable): number[] {
  const nodes = Array.from({ length: count }, (_, node) => node);
  return nodes.map((node) => nodes.reduce((sum, peer) => sum + ways(isBad, node, peer), 0));
}

const ways = (isBad: NodeTable['isBad'], a: number, b: number): number => Number(isBad(a, b)) + Number(isBad(b, a));

/** For each set of peers that several nodes miss, all nodes that miss it. Sets of nodes are the bits of a number. */
function blocksOf(count: number, isCut: (from: number, to: number) => boolean): { from: number[]; to: number[] }[] {
  const nodes = Array.from({ length: count }, (_, node) => node);
  const missed = nodes.map((from) =>
    nodes.reduce((bits, to) => (isCut(from, to) ? bits | (1n << BigInt(to)) : bits), 0n),
  );
  const byBits = [...Map.groupBy(missed, (bits) => bits)].filter(([bits]) => bits !== 0n);
  const sets = byBits
    .toSorted((a, b) => b[1].length - a[1].length)
    .slice(0, PEER_SETS_MAX)
    .map(([bits]) => bits);
  const shared = new Set(sets.flatMap((left, index) => sets.slice(index).map((right) => left & right)));
  return [...shared].flatMap((bits) => {
    const to = nodes.filter((node) => ((bits >> BigInt(node)) & 1n) === 1n);
    const from = to.length < 2 ? [] : nodes.filter((node) => ((missed[node] ?? 0n) & bits) === bits);
    return from.length < 2 ? [] : [{ from, to }];
  });
}

function isWithin({ from, to, isMutual }: Block, grain: Grain, link: Link): boolean {
  const [start, end] = [grain.nodes[link.from] ?? -1, grain.nodes[link.to] ?? -1];
  return (from.includes(start) && to.includes(end)) || (isMutual && to.includes(start) && from.includes(end));
}
