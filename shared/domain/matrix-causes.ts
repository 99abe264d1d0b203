// Why paths of a matrix are not as expected: as few likely causes as explain all of them, in words.
import { causeShort } from './cause-short.ts';
import { causeSentence } from './cause-words.ts';
import { explainLinks } from './explain-links.ts';
import { explainLeftovers } from './leftover-causes.ts';
import type { Cell, Endpoint } from './matrix.ts';
import { togetherKey } from './found-facts.ts';
import type { Found } from './matrix-found.ts';
import type { Layer, LayerKind } from './matrix-layer.ts';
import { createGrains, type Grains, indexMatrix, type Link, type MatrixIndex } from './matrix-links.ts';
import { createMatrixNames, type MatrixNames } from './matrix-names.ts';

/**
 * One likely cause. `sentence` for the verdict; `cells` the paths it explains, each with a few words for a table;
 * `suspects` the ends to look at first, none where it lies between them or at all of them.
 */
export type Explanation = { sentence: string; cells: Map<Cell, string>; suspects: Suspects };

/** Ends that may be wrong where they send, and where they are sent to. */
export type Suspects = { sources: Endpoint[]; destinations: Endpoint[] };

const NOBODY: Suspects = { sources: [], destinations: [] };

/**
 * Explains every path that is not as expected, each once, what explains most first. Blames as little as explains as
 * much: whole networks, then hosts, gateways, adapters, first both ways, then one; then groups; then hosts some of whose
 * paths fail; then single paths. Each kind of trouble is looked at by itself: no answer, loss, packet size, leaks between
 * islands. The order of the cells makes no difference.
 */
export function explainMatrix({ ends, links }: MatrixIndex): Explanation[] {
  const tested = links.filter(({ cell }) => cell.expected !== 'not-applicable');
  if (!tested.some((link) => link.isBad)) return [];
  const names = createMatrixNames(ends);
  const grains = createGrains(ends);
  const found: Explanation[] = [];
  const explained = new Set<Cell>();
  const openOf = (some: Link[]) => some.filter(({ cell, isBad }) => isBad && !explained.has(cell));
  const layers = toLayers(tested);
  const silent = layers[0]?.links ?? [];
  for (const layer of layers) {
    for (const one of explainLayer(layer, ends, grains, names, openOf(silent))) {
      for (const cell of one.cells.keys()) explained.add(cell);
      found.push(one);
    }
  }
  found.push(...explainRest(openOf(tested), tested, names));
  return found.toSorted((a, b) => b.cells.size - a.cells.size);
}

/** The likely cause of each path that is not as expected, in a few words. */
export function findCauses(cells: Cell[]): Map<Cell, string> {
  return new Map(explainMatrix(indexMatrix(cells)).flatMap(({ cells }) => [...cells]));
}

const isSilent = ({ result }: Cell): boolean => result.kind === 'lost' || result.kind === 'refused';
const isTested = ({ result }: Cell): boolean => result.kind !== 'not-tested';

/** What is bad in a layer was good enough in those before, so that each path is bad in one of them. */
const LAYERS: { kind: LayerKind; isPart: (cell: Cell) => boolean; isBad: (cell: Cell) => boolean }[] = [
  { kind: 'silent', isPart: (cell) => cell.expected === 'reachable' && isTested(cell), isBad: isSilent },
  {
    kind: 'loss',
    isPart: (cell) => cell.expected === 'reachable' && isTested(cell) && !isSilent(cell),
    isBad: ({ result }) => result.kind === 'lossy',
  },
  {
    kind: 'size',
    isPart: ({ expected, result }) => expected === 'reachable' && (result.kind === 'ok' || result.kind === 'mtu'),
    isBad: ({ result }) => result.kind === 'mtu',
  },
  {
    kind: 'leak',
    isPart: (cell) => cell.expected === 'unreachable' && isTested(cell),
    isBad: (cell) => !isSilent(cell),
  },
];

function toLayers(tested: Link[]): Layer[] {
  return LAYERS.map(({ kind, isPart, isBad }) => ({
    kind,
    links: tested.flatMap((link) => (isPart(link.cell) ? [{ ...link, isBad: isBad(link.cell) }] : [])),
    others: tested.filter(({ cell }) => cell.expected === 'reachable' && !isPart(cell)),
  }));
}

function explainLayer(
  layer: Layer,
  ends: Endpoint[],
  grains: Grains,
  names: MatrixNames,
  silent: Link[],
): Explanation[] {
  const found = explainLinks(layer.links, grains, layer.kind === 'leak');
  const whole = layer.kind === 'loss' ? withSilent(found, silent) : found;
  const together = Map.groupBy(whole.entries(), ([place, one]) =>
    one.kind === 'party' ? togetherKey(layer, one) : String(place),
  );
  return [...together.values()].flatMap((entries) => {
    const all = entries.map(([, one]) => one);
    const shorts = all.flatMap((one) => {
      const short = causeShort(layer.kind, one, names);
      return one.links.map(({ cell }) => [cell, short] as const);
    });
    const [first] = all;
    if (first === undefined) return [];
    const groups = first.kind === 'party' ? [all.flatMap((one) => one.groups.flat())] : first.groups;
    const joined = { ...first, groups, links: all.flatMap((one) => one.links) };
    const sentence = causeSentence(layer, joined, names);
    return [{ sentence, cells: new Map(shorts), suspects: suspectsOf(joined, ends) }];
  });
}

/** A gateway's adapters are not to blame for it. */
function suspectsOf({ kind, grain, scope, groups }: Found, ends: Endpoint[]): Suspects {
  if (kind !== 'party' || grain === 'gateway') return NOBODY;
  const own = groups.flat().flatMap((place) => ends[place] ?? []);
  return { sources: scope === 'in' ? [] : own, destinations: scope === 'out' ? [] : own };
}

/** Where whatever answers loses packets, what does not answer at all has lost them all. */
function withSilent(found: Found[], silent: Link[]): Found[] {
  const taken = new Set<Link>();
  return found.map((one) => {
    if (one.kind !== 'party') return one;
    const ends = new Set(one.groups.flat());
    const mine = silent.filter(
      (link) =>
        !taken.has(link) && ((one.scope !== 'in' && ends.has(link.from)) || (one.scope !== 'out' && ends.has(link.to))),
    );
    for (const link of mine) taken.add(link);
    return { ...one, links: [...one.links, ...mine] };
  });
}

/** Single paths, and what can't be explained: leaks here and there, paths that nobody tested. */
function explainRest(left: Link[], tested: Link[], names: MatrixNames): Explanation[] {
  const untested = left.filter(({ cell }) => !isTested(cell));
  const leaks = left.filter(({ cell }) => isTested(cell) && cell.expected === 'unreachable');
  const failed = left.filter(({ cell }) => isTested(cell) && cell.expected === 'reachable');
  const reachable = tested.filter(({ cell }) => cell.expected === 'reachable');
  const leak = leaks.length === 1 ? '1 path answers' : `${leaks.length} paths answer`;
  const gap = untested.length === 1 ? '1 path was' : `${untested.length} paths were`;
  return [
    ...explainLeftovers(failed, reachable, names),
    ...explainTogether(leaks, names, 'leak between islands', `${leak} that must not: the islands are not separate`),
    ...explainTogether(untested, names, 'not tested', `${gap} not tested`),
  ];
}

const PAIRS_SHOWN = 3;

function explainTogether(links: Link[], names: MatrixNames, short: string, what: string): Explanation[] {
  if (links.length === 0) return [];
  const pairs = links.slice(0, PAIRS_SHOWN).map(({ cell }) => `${names.end(cell.from)} -> ${names.end(cell.to)}`);
  const more = links.length > PAIRS_SHOWN ? ` and ${links.length - PAIRS_SHOWN} more` : '';
  const cells = new Map(links.map(({ cell }) => [cell, short]));
  return [{ sentence: `${what} (${pairs.join(', ')}${more}).`, cells, suspects: NOBODY }];
}
