// What a cell of a matrix comes to, in one of nine words: for a picture, a table or a file.
import { isAsExpected } from './cell.ts';
import type { Cell } from './matrix.ts';

/** `leak`: answers though declared unreachable. `silent`: does not, as declared. The others as in `CellResult`. */
export const CELL_MARKS = [
  'lost',
  'mtu',
  'lossy',
  'refused',
  'leak',
  'not-tested',
  'ok',
  'silent',
  'not-applicable',
] as const;
export type CellMark = (typeof CELL_MARKS)[number];

/** Marks that somebody has to look at. A path that was not tested says nothing about the network. */
export const BAD_MARKS: ReadonlySet<CellMark> = new Set(['lost', 'mtu', 'lossy', 'refused', 'leak']);

/** The mark of a cell. */
export function markOf(cell: Cell): CellMark {
  const { expected, result } = cell;
  if (expected === 'not-applicable') return 'not-applicable';
  if (result.kind === 'not-tested') return 'not-tested';
  if (expected === 'unreachable') return isAsExpected(cell) ? 'silent' : 'leak';
  return result.kind;
}
