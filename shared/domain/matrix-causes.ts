// Why paths of a matrix fail: the likely cause of each, in words.
import { endText, isAsExpected, resultText } from './cell.ts';
import type { Cell, Endpoint } from './matrix.ts';

/** `short` for a table, `sentence` for the verdict. */
export type Cause = { short: string; sentence: string };

/**
 * Blames as little as explains as much: first an adapter all of whose paths fail, as long as it has several peers; then
 * single directions; then single paths.
 */
export function findCauses(tested: Cell[], failed: Cell[]): Map<Cell, Cause> {
  const causes = new Map<Cell, Cause>();
  let open = failed;
  for (const end of suspects(tested, new Set(failed))) {
    const mine = open.filter((cell) => touches(cell, end));
    if (mine.length === 0) continue;
    const cause = causeOfEnd(end, mine);
    for (const cell of mine) causes.set(cell, cause);
    open = open.filter((cell) => !touches(cell, end));
  }
  const byPath = new Map(open.length === 0 ? [] : tested.map((cell) => [pathText(cell.from, cell.to), cell]));
  for (const cell of open) causes.set(cell, causeOfPath(cell, byPath.get(pathText(cell.to, cell.from))));
  return causes;
}

type Tally = { end: Endpoint; paths: number; failures: number; peers: Set<string> };

/** Adapters of which every path fails, the one with most failures first. Those of one explained away are not suspects. */
function suspects(tested: Cell[], failed: ReadonlySet<Cell>): Endpoint[] {
  const found: Endpoint[] = [];
  let open = tested.filter((cell) => cell.expected === 'reachable');
  for (;;) {
    const [worst] = tally(open, failed)
      // With a single peer nobody can tell which of the two is to blame.
      .filter((one) => one.failures > 0 && one.failures === one.paths && one.peers.size >= 2)
      .toSorted((a, b) => b.failures - a.failures);
    if (worst === undefined) return found;
    found.push(worst.end);
    open = open.filter((cell) => !touches(cell, worst.end));
  }
}

function tally(cells: Cell[], failed: ReadonlySet<Cell>): Tally[] {
  const tallies = new Map<string, Tally>();
  const count = (cell: Cell, end: Endpoint, peer: Endpoint) => {
    const key = keyOf(end);
    const one = tallies.get(key) ?? { end, paths: 0, failures: 0, peers: new Set<string>() };
    tallies.set(key, one);
    one.paths += 1;
    one.failures += failed.has(cell) ? 1 : 0;
    one.peers.add(peer.host);
  };
  for (const cell of cells) {
    count(cell, cell.from, cell.to);
    count(cell, cell.to, cell.from);
  }
  return [...tallies.values()];
}

function causeOfEnd(end: Endpoint, cells: Cell[]): Cause {
  const name = endText(end);
  const sizes = cells.flatMap((cell) => (cell.result.kind === 'mtu' ? [cell.result.mtuBytes] : []));
  if (sizes.length === cells.length) {
    const most = Math.max(...sizes);
    const short = `MTU at ${name}`;
    return {
      short,
      sentence: `Every path to and from ${name} (${end.address}) lets only ${most} bytes through, not ${end.mtuBytes}: look for a switch port or uplink of ${end.host} that is not set to jumbo frames.`,
    };
  }
  const isRouted = cells.every((cell) => cell.from.gateway !== undefined && cell.to.gateway !== undefined);
  const where =
    isRouted && end.gateway !== undefined
      ? `its gateway ${end.gateway}, its uplink or its VLAN`
      : 'its uplink, its VLAN or the switch port behind it';
  return {
    short: isRouted ? `gateway or VLAN of ${name}` : `uplink or VLAN of ${name}`,
    sentence: `No path to or from ${name} (${end.address}) works, while others do: look at ${where}.`,
  };
}

function causeOfPath(cell: Cell, back: Cell | undefined): Cause {
  const [from, to] = [endText(cell.from), endText(cell.to)];
  const isOneWay = back !== undefined && isAsExpected(back);
  if (cell.result.kind === 'mtu') {
    const short = isOneWay ? 'MTU in one direction' : 'MTU on this path';
    return { short, sentence: `${from} -> ${to} lets only ${cell.result.mtuBytes} bytes through.` };
  }
  if (isOneWay) {
    return {
      short: 'one direction only',
      sentence: `${from} -> ${to} fails, while ${to} -> ${from} works: look for a filter on the way.`,
    };
  }
  return { short: 'this path only', sentence: `${from} -> ${to} ${resultText(cell.result)}.` };
}

const keyOf = (end: Endpoint): string => `${end.host} ${end.device} ${end.address}`;
const pathText = (from: Endpoint, to: Endpoint): string => `${keyOf(from)} > ${keyOf(to)}`;

function touches(cell: Cell, end: Endpoint): boolean {
  return isEnd(cell.from, end) || isEnd(cell.to, end);
}

function isEnd(a: Endpoint, b: Endpoint): boolean {
  return keyOf(a) === keyOf(b);
}
