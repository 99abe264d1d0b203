// The cells of a matrix as a picture has them: rows and columns in order, a mark where they meet, whom to suspect.
import { BAD_MARKS, type CellMark, markOf } from './cell-mark.ts';
import { isIpv6 } from './ip-network.ts';
import type { Cell, Endpoint } from './matrix.ts';
import { type Explanation, explainMatrix } from './matrix-causes.ts';
import { indexMatrix } from './matrix-links.ts';
import { compareNaturally } from './natural-order.ts';

export type IpFamily = 'IPv4' | 'IPv6';

/**
 * One address family. `marks[row][column]` is undefined where there is no path, as within a host. `groups` has the
 * island of each end, or the same number for all of them where paths lead from one to another. `suspects` are the ends
 * that the verdict blames, the one that explains most before the others; `suspectRows` those that fail as a source,
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
  const causes = explainMatrix(indexMatrix(cells));
  const byFamily = Map.groupBy(cells, (cell): IpFamily => (isIpv6(cell.from.address) ? 'IPv6' : 'IPv4'));
  return (['IPv4', 'IPv6'] as const).flatMap((family) => {
    const own = byFamily.get(family);
    return own === undefined ? [] : [toGrid(family, own, endsMax, causes)];
  });
}

function toGrid(family: IpFamily, cells: Cell[], endsMax: number, causes: Explanation[]): MatrixGrid {
  // Islands as blocks: a leak is then a mark in a field where all else is silent.
  const isApart = cells.every((cell) => cell.from.island === cell.to.island || cell.expected !== 'reachable');
  const groupOf = (end: Endpoint) => (isApart ? end.island : 1);
  const all = endsOf(cells);
  const ends = pickEnds(all, cells, endsMax).toSorted(
    (a, b) => groupOf(a) - groupOf(b) || compareNaturally(a.host, b.host) || compareNaturally(a.device, b.device),
  );
  const marks = toMarks(ends, cells);
  const leftOut = all.length - ends.length;
  return { family, ends, groups: ends.map(groupOf), marks, ...toBlamed(ends, causes), leftOut };
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

/** Where more than this part of the ends is suspect, naming them tells nothing. */
const SUSPECT_PART = 0.75;

type Blamed = Pick<MatrixGrid, 'suspects' | 'suspectRows' | 'suspectColumns'>;

/** Whom the verdict blames, so that the picture and its words never name different ends. */
function toBlamed(ends: Endpoint[], causes: Explanation[]): Blamed {
  const indexOf = new Map(ends.map((end, index) => [keyOf(end), index]));
  const placesOf = (blamed: Endpoint[]) => blamed.flatMap((end) => indexOf.get(keyOf(end)) ?? []);
  const suspectRows = new Set(causes.flatMap(({ suspects }) => placesOf(suspects.sources)));
  const suspectColumns = new Set(causes.flatMap(({ suspects }) => placesOf(suspects.destinations)));
  const all = causes.flatMap(({ suspects }) => placesOf([...suspects.sources, ...suspects.destinations]));
  const suspects = [...new Set(all)];
  return suspects.length > ends.length * SUSPECT_PART
    ? { suspects: [], suspectRows: new Set(), suspectColumns: new Set() }
    : { suspects, suspectRows, suspectColumns };
}
