// Groups of hosts, adapters or subnets between which no path is good, as two racks with a gap between them.
import { joinSets } from './join-sets.ts';
import type { Found } from './matrix-found.ts';
import type { Grain, Link } from './matrix-links.ts';
import { findBlocks } from './find-blocks.ts';
import { groupsOf } from './groups-of.ts';
import { type NodeTable, toNodeTable } from './node-table.ts';

/** More kinds of nodes than this are no segments of one network any more. */
const SEGMENTS_MAX = 16;

/** What falls into groups as soon as bad links are taken away, and groups that only don't reach each other. */
export function findGroups(open: Link[], grain: Grain): Found[] {
  const found = findSplit(open, grain);
  const explained = new Set(found.flatMap(({ links }) => links));
  return [
    ...found,
    ...findBlocks(
      open.filter((link) => !explained.has(link)),
      grain,
    ),
  ];
}

/** Subnets or islands, each of which is a group whatever happens within. */
export function findSegments(open: Link[], grain: Grain): Found[] {
  if (grain.count > SEGMENTS_MAX || !open.some((link) => link.isBad)) return [];
  return findBetween(
    open,
    grain,
    Array.from({ length: grain.count }, (_, node) => [node]),
  );
}

function findSplit(open: Link[], grain: Grain): Found[] {
  if (!open.some((link) => link.isBad)) return [];
  const table = toNodeTable(open, grain);
  const isJoint = (a: number, b: number) =>
    (table.isGood(a, b) || table.isGood(b, a)) && !table.isBad(a, b) && !table.isBad(b, a);
  const roots = joinSets(grain.count, (join) => {
    for (let a = 0; a < grain.count; a += 1) for (let b = a + 1; b < grain.count; b += 1) if (isJoint(a, b)) join(a, b);
  });
  const parts = [...Map.groupBy(roots.keys(), (node) => roots[node] ?? node).values()];
  return findBetween(
    open,
    grain,
    parts.filter((part) => part.length > 1),
  );
}

/** All groups at once if no two of them reach each other; else two by two. */
function findBetween(open: Link[], grain: Grain, parts: number[][]): Found[] {
  const table = toNodeTable(open, grain);
  const pairs = parts.flatMap((left, index) => parts.slice(index + 1).map((right) => [left, right] as const));
  const apart = pairs.filter(([left, right]) => isCut(table, left, right) && isCut(table, right, left));
  const toFound = (kind: 'groups' | 'one-way', parts: readonly number[][]): Found => {
    const links = linksBetween(open, grain, parts, kind);
    return { kind, grain: grain.kind, scope: 'both', groups: groupsOf(links, grain, parts), links };
  };
  if (parts.length > 2 && apart.length === pairs.length) return [toFound('groups', parts)];
  const oneWay = [...pairs, ...pairs.map(([left, right]) => [right, left] as const)].filter(
    ([left, right]) => isCut(table, left, right) && !isCut(table, right, left),
  );
  return [...apart.map((pair) => toFound('groups', pair)), ...oneWay.map((pair) => toFound('one-way', pair))];
}

function isCut(table: NodeTable, from: number[], to: number[]): boolean {
  const ways = from.flatMap((a) => to.map((b) => [a, b] as const));
  return ways.some(([a, b]) => table.isBad(a, b)) && !ways.some(([a, b]) => table.isGood(a, b));
}

function linksBetween(open: Link[], grain: Grain, parts: readonly number[][], kind: 'groups' | 'one-way'): Link[] {
  const groupOf = new Map(parts.flatMap((part, index) => part.map((node) => [node, index] as const)));
  return open.filter((link) => {
    const from = groupOf.get(grain.nodes[link.from] ?? -1);
    const to = groupOf.get(grain.nodes[link.to] ?? -1);
    if (!link.isBad || from === undefined || to === undefined) return false;
    return kind === 'groups' ? from !== to : from < to;
  });
}
