// What the cells of a matrix mean: counts, a verdict in words and the likely cause of what failed.
import { apartSentences, findApart } from './apart.ts';
import type { Cell, CellResult, Endpoint, MatrixSummary } from './matrix.ts';

/** A table row in Slack for each failure, up to this many. */
const FAILURES_MAX = 20;

export function isAsExpected(cell: Cell): boolean {
  const { kind } = cell.result;
  if (cell.expected === 'not-applicable') return true;
  if (cell.expected === 'reachable') return kind === 'ok';
  return kind === 'lost' || kind === 'refused';
}

/** Counts only cells that had something to prove. */
export function judgeMatrix(cells: Cell[]): MatrixSummary {
  const tested = cells.filter((cell) => cell.expected !== 'not-applicable');
  const wrong = tested.filter((cell) => !isAsExpected(cell));
  const failed = wrong.filter((cell) => cell.expected === 'reachable');
  const leaks = wrong.filter((cell) => cell.expected === 'unreachable');
  const causes = findCauses(tested, failed);
  const apart = findApart(cells);
  return {
    pairs: tested.length,
    ok: tested.length - wrong.length,
    failed: failed.length,
    unexpected: wrong.length,
    apart: [...apart.values()].reduce((sum, peers) => sum + peers.length, 0),
    verdict: [...toVerdict(tested, failed, leaks, causes), ...apartSentences(apart)],
    failures: wrong.slice(0, FAILURES_MAX).map((cell) => ({
      from: endText(cell.from),
      to: endText(cell.to),
      result: resultText(cell.result),
      cause: cell.expected === 'unreachable' ? 'leak between islands' : (causes.get(cell)?.short ?? 'this path only'),
    })),
  };
}

type Cause = { short: string; sentence: string };

function toVerdict(tested: Cell[], failed: Cell[], leaks: Cell[], causes: Map<Cell, Cause>): string[] {
  if (tested.length === 0) return ['No path to test: fewer than two hosts have an adapter that carries vMotion.'];
  if (failed.length + leaks.length === 0) return [successText(tested)];
  const lines: string[] = [];
  if (failed.length > 0) lines.push(`${failed.length} of ${tested.length} paths fail.`);
  lines.push(...new Set([...causes.values()].map((cause) => cause.sentence)));
  if (leaks.length > 0) {
    const pairs = leaks.slice(0, 3).map((cell) => `${endText(cell.from)} -> ${endText(cell.to)}`);
    lines.push(`${leaks.length} paths answer that must not: the islands are not separate (${pairs.join(', ')}).`);
  }
  return lines;
}

function successText(tested: Cell[]): string {
  const reachable = tested.filter((cell) => cell.expected === 'reachable');
  const separate = tested.length - reachable.length;
  const sizes = [...new Set(reachable.map((cell) => (cell.result.kind === 'ok' ? cell.result.mtuBytes : 0)))].sort(
    (a, b) => a - b,
  );
  const paths = reachable.length === 1 ? 'The one path answers' : `All ${reachable.length} paths answer`;
  const text = `${paths} at ${sizes.join(' or ')} bytes with don't-fragment.`;
  return separate === 0 ? text : `${text} ${separate} paths between islands are silent, as they must be.`;
}

/**
 * Blames as little as explains as much: first an adapter all of whose paths fail, as long as it has several peers; then
 * single directions; then single paths.
 */
function findCauses(tested: Cell[], failed: Cell[]): Map<Cell, Cause> {
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
    const key = `${end.host} ${end.device}`;
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

/** "esx01 vmk2": the host's first label is enough to read, and its full name stands in the plan. */
export function endText(end: { host: string; device: string }): string {
  return `${end.host.split('.')[0]} ${end.device}`;
}

export function resultText(result: CellResult): string {
  switch (result.kind) {
    case 'ok':
      return `answers at ${result.mtuBytes} bytes`;
    case 'mtu':
      return `answers only up to ${result.mtuBytes} bytes`;
    case 'lossy':
      return `loses packets (${result.received} of ${result.sent} answered)`;
    case 'lost':
      return 'does not answer';
    case 'refused':
      return `can't be sent: ${result.reason}`;
    case 'not-tested':
      return 'was not tested';
    default:
      throw new Error(`unknown result ${result satisfies never}`);
  }
}

const pathText = (from: Endpoint, to: Endpoint): string => `${from.host} ${from.device} > ${to.host} ${to.device}`;

function touches(cell: Cell, end: Endpoint): boolean {
  return isEnd(cell.from, end) || isEnd(cell.to, end);
}

function isEnd(a: Endpoint, b: Endpoint): boolean {
  return a.host === b.host && a.device === b.device;
}
