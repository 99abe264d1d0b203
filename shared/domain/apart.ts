// Hosts between which nothing can migrate, although every path that is expected to work does.
import type { Cell } from './matrix.ts';

/** Ordered pairs of hosts none of whose adapters should even reach each other, by the host that has most of them. */
export function findApart(cells: Cell[]): Map<string, string[]> {
  const joined = new Set<string>();
  const all = new Map<string, Set<string>>();
  for (const { from, to, expected } of cells) {
    all.set(from.host, (all.get(from.host) ?? new Set()).add(to.host));
    if (expected === 'reachable') joined.add(`${from.host} ${to.host}`);
  }
  const apart = [...all].map(
    ([host, peers]) => [host, [...peers].filter((peer) => !joined.has(`${host} ${peer}`))] as const,
  );
  return new Map(
    apart
      .filter(([, peers]) => peers.length > 0)
      .toSorted((a, b) => b[1].length - a[1].length)
      .map(([host, peers]) => [host, [...peers]]),
  );
}

/** "esx01 has no path to esx02 and 2 more": each pair told once, by the host that is apart from most others. */
export function apartSentences(apart: Map<string, string[]>): string[] {
  const told = new Set<string>();
  return [...apart].flatMap(([host, peers]) => {
    const fresh = peers.filter((peer) => !told.has(`${peer} ${host}`));
    for (const peer of fresh) told.add(`${host} ${peer}`);
    const [first] = fresh;
    if (first === undefined) return [];
    const more = fresh.length > 1 ? ` and ${fresh.length - 1} more` : '';
    return [
      `${label(host)} has no path to ${label(first)}${more}: their vMotion adapters are in different subnets without a gateway, ` +
        'or some hosts still use the default stack. Nothing can migrate between them.',
    ];
  });
}

const label = (host: string): string => host.split('.')[0] ?? host;
