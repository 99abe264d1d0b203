// Hosts between which nothing can migrate, although every path that is expected to work does.
import { findGroups } from './find-groups.ts';
import { findDead, findParties } from './find-parties.ts';
import { hostLabels, nameHosts } from './host-names.ts';
import type { Found } from './matrix-found.ts';
import { createGrains, type Grain, type Link, type MatrixIndex } from './matrix-links.ts';

/** Ordered pairs of hosts none of whose adapters should even reach each other. */
export function countApart(index: MatrixIndex): number {
  return pairsOf(index).filter((link) => link.isBad).length;
}

/** The same in at most `most` sentences and one that counts the rest; none where there is nothing to say. */
export function explainApart(index: MatrixIndex, most: number): string[] {
  const pairs = pairsOf(index);
  const [grain] = createGrains(index.ends)(['host']);
  if (grain === undefined || !pairs.some((link) => link.isBad)) return [];
  const labels = hostLabels(index.ends.map(({ host }) => host));
  const hosts = (places: number[]) => [
    ...new Set(places.flatMap((place) => labels.get(index.ends[place]?.host ?? '') ?? [])),
  ];
  const found = joinParties(findApart(pairs, grain)).toSorted((a, b) => b.links.length - a.links.length);
  const told = found.slice(0, most).map((one, place) => `${apartText(one, hosts)}${place === 0 ? WHY : '.'}`);
  const left = found.slice(most).reduce((sum, one) => sum + one.links.length, 0) / 2;
  return left === 0 ? told : [...told, `And ${Math.ceil(left)} more pairs of hosts have no path.`];
}

const WHY =
  ': their vMotion adapters are in different subnets without a gateway, or some hosts still use the default stack. ' +
  'Nothing can migrate between them.';

/** Each ordered pair of hosts, by one of its links; bad where none of them should be reachable. */
function pairsOf({ ends, links }: MatrixIndex): Link[] {
  const hosts = new Map<string, number>();
  for (const { host } of ends) hosts.set(host, hosts.get(host) ?? hosts.size);
  const numbers = ends.map(({ host }) => hosts.get(host) ?? -1);
  const pairs = new Map<number, Link>();
  for (const link of links) {
    const key = (numbers[link.from] ?? -1) * hosts.size + (numbers[link.to] ?? -1);
    const known = pairs.get(key);
    if (known?.isBad === false) continue;
    const isBad = link.cell.expected !== 'reachable';
    if (known === undefined || !isBad) pairs.set(key, { ...link, isBad });
  }
  return [...pairs.values()];
}

function findApart(links: Link[], grain: Grain): Found[] {
  const found: Found[] = [];
  let open = links;
  const finders = [findDead, (left: Link[]) => findParties(left, grain, 'both'), findGroups, findRest];
  for (const finder of finders) {
    const fresh = finder(open, grain);
    const taken = new Set(fresh.flatMap((one) => one.links));
    open = open.filter((link) => !taken.has(link));
    found.push(...fresh);
  }
  return found;
}

/** Host by host, each pair told once. */
function findRest(open: Link[], grain: Grain): Found[] {
  const bad = open.filter((link) => link.isBad);
  const byHost = Map.groupBy(bad, ({ from, to }) => Math.min(grain.nodes[from] ?? 0, grain.nodes[to] ?? 0));
  return [...byHost].map(([node, links]) => {
    const isOwn = (end: number) => grain.nodes[end] === node;
    const groups = [true, false].map((own) =>
      links.flatMap(({ from, to }) => [from, to].filter((end) => isOwn(end) === own)),
    );
    return { kind: 'groups', grain: 'host', scope: 'both', groups, links };
  });
}

/** Hosts that have no path to anybody, in one. */
function joinParties(found: Found[]): Found[] {
  const parties = found.filter(({ kind }) => kind === 'party');
  const [first] = parties;
  if (first === undefined) return found;
  const groups = [parties.flatMap((one) => one.groups.flat())];
  return [
    { ...first, groups, links: parties.flatMap((one) => one.links) },
    ...found.filter((one) => one.kind !== 'party'),
  ];
}

/** The beginning of a sentence. */
function apartText({ kind, groups }: Found, hosts: (places: number[]) => string[]): string {
  const [first = [], second = []] = groups;
  if (kind === 'all') return `No two of ${nameHosts(hosts(first))} have a path to each other`;
  if (kind === 'party')
    return `${nameHosts(hosts(first))} ${hosts(first).length > 1 ? 'have' : 'has'} no path to any other host`;
  if (groups.length > 2) {
    const names = groups.slice(0, 4).map((group) => `(${nameHosts(hosts(group))})`);
    const more = groups.length > 4 ? ' and others' : '';
    return `${groups.length} groups of hosts have no path to each other: ${names.join(', ')}${more}`;
  }
  const [left, right] = [first, second].map((group) => nameHosts(hosts(group)));
  if (!`${left}${right}`.includes(' and ')) return `${left} and ${right} have no path to each other`;
  return `One group (${left}) and another (${right}) have no path to each other`;
}
