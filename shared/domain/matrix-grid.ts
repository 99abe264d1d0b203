// The cells of a matrix as a picture has them: rows and columns in order, a mark where they meet, whom to suspect.
import { BAD_MARKS, type CellMark, markOf } from './cell-mark.ts';
import { isIpv6 } from './ip-network.ts';
import type { Cell, Endpoint } from './matrix.ts';
import { compareNaturally } from './natural-order.ts';

export type IpFamily = 'IPv4' | 'IPv6';

/**
 * One address family. `marks[row][column]` is undefined where there is no path, as within a host. `groups` has the
 * island of each end, or the same number for all of them where paths lead from one to another. `suspects` are the ends
 * to look at first, the one that explains most before the others; `suspectRows` those that fail as a source,
 * `suspectColumns` as a destination. `leftOut` counts ends without a row.
 */
export type MatrixGrid = {
  family: IpFamily;
  ends: Endpoint[];
  groups: number[];
  marks: (CellMark | undefined)[][];
  suspects: number[];
  suspectRows: ReadonlySet<number>;
  suspectColumns: ReadonlySet<number>;
  leftOut: number;
};

/** A grid for each address family that has cells, with up to `endsMax` ends: where there are more, those that fail. */
export function toGrids(cells: Cell[], endsMax: number): MatrixGrid[] {
  const byFamily = Map.groupBy(cells, (cell): IpFamily => (isIpv6(cell.from.address) ? 'IPv6' : 'IPv4'));
  return (['IPv4', 'IPv6'] as const).flatMap((family) => {
    const own = byFamily.get(family);
    return own === undefined ? [] : [toGrid(family, own, endsMax)];
  });
}

function toGrid(family: IpFamily, cells: Cell[], endsMax: number): MatrixGrid {
  // Islands as blocks: a leak is then a mark in a field where all else is silent.
  const isApart = cells.every((cell) => cell.from.island === cell.to.island || cell.expected !== 'reachable');
  const groupOf = (end: Endpoint) => (isApart ? end.island : 1);
  const all = endsOf(cells);
  const ends = pickEnds(all, cells, endsMax).toSorted(
    (a, b) => groupOf(a) - groupOf(b) || compareNaturally(a.host, b.host) || compareNaturally(a.device, b.device),
  );
  const marks = toMarks(ends, cells);
  return { family, ends, groups: ends.map(groupOf), marks, ...findSuspects(marks), leftOut: all.length - ends.length };
}

const keyOf = (end: Endpoint): string => JSON.stringify([end.host, end.device, end.address]);

function endsOf(cells: Cell[]): Endpoint[] {
  const byKey = new Map<string, Endpoint>();
  for (const { from, to } of cells) byKey.set(keyOf(from), from).set(keyOf(to), to);
  return [...byKey.values()];
}

function pickEnds(ends: Endpoint[], cells: Cell[], endsMax: number): Endpoint[] {
  if (ends.length <= endsMax) return ends;
  const failures = new Map<string, number>();
  for (const cell of cells) {
    if (!BAD_MARKS.has(markOf(cell))) continue;
    for (const key of [keyOf(cell.from), keyOf(cell.to)]) failures.set(key, (failures.get(key) ?? 0) + 1);
  }
  const countOf = (end: Endpoint) => failures.get(keyOf(end)) ?? 0;
  return ends.toSorted((a, b) => countOf(b) - countOf(a) || compareNaturally(a.host, b.host)).slice(0, endsMax);
}

function toMarks(ends: Endpoint[], cells: Cell[]): MatrixGrid['marks'] {
  const indexOf = new Map(ends.map((end, index) => [keyOf(end), index]));
  const marks = ends.map(() => Array.from<CellMark | undefined>({ length: ends.length }));
  for (const cell of cells) {
    const row = marks[indexOf.get(keyOf(cell.from)) ?? -1];
    const column = indexOf.get(keyOf(cell.to));
    if (row !== undefined && column !== undefined) row[column] = markOf(cell);
  }
  return marks;
}

type Place = { row: number; column: number };

/** A pair that fails both ways has two failures at each end, which blames neither more than the other. */
const PAIR_FAILURES = 2;
const SUSPECT_PART = 0.75;

type Suspects = Pick<MatrixGrid, 'suspects' | 'suspectRows' | 'suspectColumns'>;

/** Ends that explain most failures, until only single pairs are left; of those, source and destination. */
function findSuspects(marks: MatrixGrid['marks']): Suspects {
  const rows = new Set<number>();
  const columns = new Set<number>();
  const inOrder = new Set<number>();
  const suspect = (side: Set<number>, end: number) => {
    side.add(end);
    inOrder.add(end);
  };
  let open = badPlaces(marks);
  // Each round blames at least one end.
  for (let round = 0; round < marks.length; round += 1) {
    const counts = countByEnd(open);
    const most = Math.max(0, ...counts.values());
    if (most <= PAIR_FAILURES) break;
    const isBlamed = (end: number) => counts.get(end) === most;
    for (const { row, column } of open) {
      if (isBlamed(row)) suspect(rows, row);
      if (isBlamed(column)) suspect(columns, column);
    }
    open = open.filter(({ row, column }) => !isBlamed(row) && !isBlamed(column));
  }
  for (const { row, column } of open) {
    suspect(rows, row);
    suspect(columns, column);
  }
  // Where nearly all are suspect, as between two halves of a cluster, naming them tells nothing.
  if (inOrder.size > marks.length * SUSPECT_PART) {
    return { suspects: [], suspectRows: new Set(), suspectColumns: new Set() };
  }
  return { suspects: [...inOrder], suspectRows: rows, suspectColumns: columns };
}

function badPlaces(marks: MatrixGrid['marks']): Place[] {
  return marks.flatMap((cells, row) =>
    cells.flatMap((mark, column) => (mark !== undefined && BAD_MARKS.has(mark) ? [{ row, column }] : [])),
  );
}

function countByEnd(places: Place[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { row, column } of places) {
    counts.set(row, (counts.get(row) ?? 0) + 1);
    counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return counts;
}
