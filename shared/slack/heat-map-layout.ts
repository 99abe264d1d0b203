// Where everything in the heat map stands, in pixels. No text is measured: each character of the font is as wide.
import type { MatrixGrid } from '../domain/matrix-grid.ts';

export const FONT_FAMILY = 'DejaVu Sans Mono';

/** Pixels of the picture's longer side, at most. */
export const SIDE_MAX = 4096;

/** The advance of a character of DejaVu Sans Mono, as part of its size. */
export const CHARACTER_WIDTH = 0.603;

/** Rows of a grid. 64 hosts with two adapters. */
export const ENDS_MAX = 128;

const CELL_MIN = 6;
const CELL_MAX = 40;
const GRID_WIDTH = 1600;
const WIDTH_MIN = 640;
/** Text of the title is this part of the width: 11 pixels where Slack shows the picture 360 pixels wide on a phone. */
const TITLE_PART = 32;

export type Sizes = { width: number; margin: number; cell: number; text: number; label: number; labelLength: number };

/** Sides of a cell to try, in pixels, the best first. The last always leaves room for everything else. */
export function cellSides(grids: MatrixGrid[]): number[] {
  const most = Math.max(1, ...grids.map(({ ends }) => ends.length));
  const best = Math.min(CELL_MAX, Math.floor(GRID_WIDTH / most));
  return Array.from({ length: best - CELL_MIN + 1 }, (_, index) => best - index);
}

/** The sizes that go with a cell's side, for all grids of a picture. `labelChars`: the length of the longest name. */
export function sizesOf(grids: MatrixGrid[], { cell, labelChars }: { cell: number; labelChars: number }): Sizes {
  const label = Math.min(20, Math.floor(cell * 0.85));
  const labelLength = Math.ceil(Math.max(8, labelChars) * CHARACTER_WIDTH * label + label);
  const inner = labelLength + Math.max(0, ...grids.map((grid) => offsetsOf(grid, cell).at(-1) ?? 0));
  const width = Math.max(WIDTH_MIN, Math.ceil(inner * 1.06));
  return { width, margin: Math.floor(width * 0.025), cell, text: Math.round(width / TITLE_PART), label, labelLength };
}

/** Characters of a text as it is drawn. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** Where each row begins, and at the end where the last one ends: hosts are a little apart, islands more. */
export function offsetsOf({ ends, groups }: MatrixGrid, cell: number): number[] {
  const hasSeveral = ends.some((_, index) => index > 0 && isSameHost(index));
  const offsets = [0];
  for (const index of ends.keys()) {
    const begin = offsets.at(-1) ?? 0;
    offsets.push(begin + cell + gapAfter(index));
  }
  return offsets;

  function isSameHost(index: number): boolean {
    return ends[index]?.host === ends[index - 1]?.host && groups[index] === groups[index - 1];
  }
  function gapAfter(index: number): number {
    if (index === ends.length - 1) return 0;
    if (groups[index + 1] !== groups[index]) return Math.ceil(cell / 2);
    return hasSeveral && !isSameHost(index + 1) ? Math.ceil(cell / 10) : 0;
  }
}
