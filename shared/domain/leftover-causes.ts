// Bad paths that nothing larger explains: many at one host in one sentence, then pair by pair.
import { isAsExpected, resultText } from './cell.ts';
import { nameHosts } from './host-names.ts';
import type { Cell, CellResult, Endpoint } from './matrix.ts';
import type { Explanation, Suspects } from './matrix-causes.ts';
import type { Link } from './matrix-links.ts';
import type { MatrixNames } from './matrix-names.ts';

/** Fewer are told path by path. */
const STAR_MIN = 4;
const STAR_PEERS_MIN = 3;
/** More hosts than that are told path by path again. */
const STARS_MAX = 12;
/** So many, of which no host has even this part, are all over the place. */
const SCATTERED_MIN = 40;
const SCATTERED_PART = 0.15;

/** Explains each of `left`; `tested` are all links that should be reachable. */
export function explainLeftovers(left: Link[], tested: Link[], names: MatrixNames): Explanation[] {
  const found: Explanation[] = [];
  let open = left;
  for (let round = 0; round < STARS_MAX; round += 1) {
    const [host, count] = worstHost(open);
    if (open.length >= SCATTERED_MIN && count < SCATTERED_PART * open.length) {
      return [...found, explainScattered(open)];
    }
    if (host === undefined) break;
    const mine = open.filter(({ cell }) => touches(cell, host));
    open = open.filter(({ cell }) => !touches(cell, host));
    found.push(explainStar(host, mine, tested, names));
  }
  return [...found, ...explainPairs(open, tested, names)];
}

function worstHost(open: Link[]): [host: string | undefined, count: number] {
  const peers = new Map<string, string[]>();
  const add = (host: string, peer: string) => void (peers.get(host)?.push(peer) ?? peers.set(host, [peer]));
  for (const { cell } of open) {
    add(cell.from.host, cell.to.host);
    add(cell.to.host, cell.from.host);
  }
  const [worst] = [...peers]
    .filter(([, own]) => own.length >= STAR_MIN && new Set(own).size >= STAR_PEERS_MIN)
    .toSorted((a, b) => b[1].length - a[1].length);
  return [worst?.[0], worst?.[1].length ?? 0];
}

function explainScattered(links: Link[]): Explanation {
  const hosts = new Set(links.flatMap(({ cell }) => [cell.from.host, cell.to.host]));
  const sentence =
    `${links.length} paths fail here and there (${troublesText(links)}), at ${hosts.size} hosts and at none of them ` +
    'much more than at the others: look at what the hosts share, as the links between the switches.';
  const cells = new Map(links.map(({ cell }) => [cell, 'here and there']));
  return { sentence, cells, suspects: { sources: [], destinations: [] } };
}

function explainStar(host: string, links: Link[], tested: Link[], names: MatrixNames): Explanation {
  const cells = links.map(({ cell }) => cell);
  const [isOut, isIn] = [cells.some((cell) => cell.from.host === host), cells.some((cell) => cell.to.host === host)];
  const isOf = ({ from, to }: Cell) => (isOut && from.host === host) || (isIn && to.host === host);
  const of = tested.filter(({ cell }) => isOf(cell)).length;
  const way = isOut && isIn ? 'to and from' : isOut ? 'from' : 'to';
  const peers = nameHosts(cells.map(({ from, to }) => names.host(from.host === host ? to.host : from.host)));
  const sentence =
    `${cells.length} of ${of} paths ${way} ${names.host(host)} fail (${troublesText(links)}), those with ${peers}: ` +
    'one of its uplinks or of the links behind it may be wrong.';
  const { sources, destinations } = bothEnds(cells);
  const isIts = (end: Endpoint) => end.host === host;
  return {
    sentence,
    cells: new Map(cells.map((cell) => [cell, `some paths of ${names.host(host)}`])),
    suspects: { sources: sources.filter(isIts), destinations: destinations.filter(isIts) },
  };
}

/** "54 lose packets, 11 do not answer", or "they do not answer". */
function troublesText(links: Link[]): string {
  const byTrouble = [...Map.groupBy(links, ({ cell }) => troubleText(cell.result))];
  return byTrouble.map(([text, own]) => (byTrouble.length === 1 ? `they ${text}` : `${own.length} ${text}`)).join(', ');
}

function troubleText(result: CellResult): string {
  if (result.kind === 'mtu') return 'pass only smaller packets';
  if (result.kind === 'lossy') return 'lose packets';
  return result.kind === 'refused' ? "can't be sent" : 'do not answer';
}

function explainPairs(open: Link[], tested: Link[], names: MatrixNames): Explanation[] {
  if (open.length === 0) return [];
  const hostsKey = ({ cell }: Link) => sortedKey(cell.from.host, cell.to.host);
  const byHosts = Map.groupBy(open, hostsKey);
  const all = Map.groupBy(tested, hostsKey);
  return [...byHosts].flatMap(([key, links]) => {
    const others = all.get(key) ?? [];
    const isOneTrouble = new Set(links.map(({ cell }) => troubleText(cell.result))).size === 1;
    const [first] = links;
    if (first !== undefined && isOneTrouble && links.length > 2 && links.length === others.length) {
      return [explainBothWays(links, names.host(first.cell.from.host), names.host(first.cell.to.host))];
    }
    const oneWay = isOneTrouble ? explainOneWay(links, others, names) : undefined;
    if (oneWay !== undefined) return [oneWay];
    const byEnds = Map.groupBy(links, ({ from, to }) => `${Math.min(from, to)} ${Math.max(from, to)}`);
    return [...byEnds.values()].flatMap((own) => explainEnds(own, others, names));
  });
}

/** All paths from one host to another, of several. */
function explainOneWay(links: Link[], others: Link[], names: MatrixNames): Explanation | undefined {
  const [first] = links;
  if (first === undefined || links.length < 2) return undefined;
  const isThere = ({ cell }: Link) => cell.from.host === first.cell.from.host;
  const there = others.filter(isThere).length;
  const isBackGood = others.every((link) => isThere(link) || isAsExpected(link.cell));
  if (!isBackGood || !links.every(isThere) || links.length !== there || there === others.length) return undefined;
  const [from, to] = [names.host(first.cell.from.host), names.host(first.cell.to.host)];
  const sentence =
    `${there === 2 ? 'Both' : `All ${there}`} paths ${from} -> ${to} fail (${troublesText(links)}), while those back work: look for a filter or ` +
    'a smaller MTU on the way.';
  const cells = links.map(({ cell }) => cell);
  return { sentence, cells: new Map(cells.map((cell) => [cell, 'one direction only'])), suspects: bothEnds(cells) };
}

function explainEnds(links: Link[], others: Link[], names: MatrixNames): Explanation[] {
  const [there, back] = links;
  if (there !== undefined && back !== undefined && troubleText(there.cell.result) === troubleText(back.cell.result)) {
    return [explainBothWays(links, names.end(there.cell.from), names.end(there.cell.to))];
  }
  return links.map(({ cell, from, to }) =>
    explainPath(cell, others.find((other) => other.from === to && other.to === from)?.cell, names),
  );
}

function explainBothWays(links: Link[], left: string, right: string): Explanation {
  const [kind] = links.map(({ cell }) => cell.result.kind);
  const sizes = links.flatMap(({ cell }) => (cell.result.kind === 'mtu' ? [cell.result.mtuBytes] : []));
  const shared = (short: string, what: string): Explanation => ({
    sentence: `${left} and ${right} ${what}.`,
    cells: new Map(links.map(({ cell }) => [cell, short])),
    suspects: bothEnds(links.map(({ cell }) => cell)),
  });
  if (kind === 'mtu') {
    return shared('MTU on this path', `reach each other only with packets up to ${Math.max(...sizes)} bytes`);
  }
  return shared('this path only', kind === 'lossy' ? 'lose packets between them' : 'do not reach each other');
}

function explainPath(cell: Cell, back: Cell | undefined, names: MatrixNames): Explanation {
  const [from, to] = [names.end(cell.from), names.end(cell.to)];
  const isOneWay = back !== undefined && isAsExpected(back);
  const suspects = bothEnds([cell]);
  const told = (short: string, sentence: string) => ({ sentence, cells: new Map([[cell, short]]), suspects });
  if (cell.result.kind === 'mtu') {
    const short = isOneWay ? 'MTU in one direction' : 'MTU on this path';
    const rest = isOneWay ? ', the way back takes full size' : '';
    return told(short, `${from} -> ${to} lets only ${cell.result.mtuBytes} bytes through${rest}.`);
  }
  const short = isOneWay ? 'one direction only' : 'this path only';
  if (isOneWay && cell.result.kind === 'lost') {
    return told(short, `${from} -> ${to} fails, while ${to} -> ${from} works: look for a filter on the way.`);
  }
  return told(short, `${from} -> ${to} ${resultText(cell.result).slice(0, 160)}.`);
}

/** Of a path that fails by itself, nobody can tell which end is to blame. */
const bothEnds = (cells: Cell[]): Suspects => ({
  sources: cells.map(({ from }) => from),
  destinations: cells.map(({ to }) => to),
});

const touches = ({ from, to }: Cell, host: string): boolean => from.host === host || to.host === host;
const sortedKey = (a: string, b: string): string => (a < b ? `${a}\n${b}` : `${b}\n${a}`);
