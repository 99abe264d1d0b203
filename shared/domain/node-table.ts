import type { Grain, Link } from './matrix-links.ts';

/** What is between each two nodes, from the first to the second: good links, bad ones, both or none. */
export type NodeTable = {
  count: number;
  isGood: (from: number, to: number) => boolean;
  isBad: (from: number, to: number) => boolean;
};

const GOOD = 1;
const BAD = 2;

/** Links within a node count for nothing. */
export function toNodeTable(links: Link[], { nodes, count, has }: Grain): NodeTable {
  const table = new Uint8Array(count * count);
  for (const link of links) {
    const [from, to] = [nodes[link.from] ?? -1, nodes[link.to] ?? -1];
    if (from < 0 || to < 0 || from === to || !has(link)) continue;
    const place = from * count + to;
    table[place] = (table[place] ?? 0) | (link.isBad ? BAD : GOOD);
  }
  const at = (from: number, to: number) => table[from * count + to] ?? 0;
  return {
    count,
    isGood: (from, to) => (at(from, to) & GOOD) !== 0,
    isBad: (from, to) => (at(from, to) & BAD) !== 0,
  };
}
