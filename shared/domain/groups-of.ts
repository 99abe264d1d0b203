import type { Grain, Link } from './matrix-links.ts';

/** The ends of these nodes that the links touch, a group for each part: nobody is named whose paths are not meant. */
export function groupsOf(links: Link[], grain: Grain, parts: readonly number[][]): number[][] {
  const touched = new Set(links.flatMap(({ from, to }) => [from, to]));
  return parts.map((part) => {
    const nodes = new Set(part);
    return [...grain.nodes.entries()].flatMap(([end, node]) => (touched.has(end) && nodes.has(node) ? [end] : []));
  });
}
