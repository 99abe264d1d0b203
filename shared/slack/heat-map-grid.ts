import { CELL_MARKS, type CellMark } from '../domain/cell-mark.ts';
import type { MatrixGrid } from '../domain/matrix-grid.ts';
import { cellsAt } from './heat-map-cells.ts';
import { CHARACTER_WIDTH, lengthOf, offsetsOf, type Sizes } from './heat-map-layout.ts';
import type { Part } from './heat-map-part.ts';
import { INK, textAt } from './heat-map-svg-text.ts';

export type GridOptions = { labels: string[]; sizes: Sizes; hasHeading: boolean };

/** The height of the part, known before it is drawn. */
export function gridHeight(grid: MatrixGrid, { sizes, hasHeading }: Omit<GridOptions, 'labels'>): number {
  return Math.round(topOf(sizes, hasHeading) + (offsetsOf(grid, sizes.cell).at(-1) ?? 0) + sizes.text * 1.5);
}

function topOf({ text, labelLength }: Sizes, hasHeading: boolean): number {
  return (hasHeading ? text * 2 : text) + labelLength;
}

/** The cells of one address family with the names of their rows and columns. */
export function gridPart(grid: MatrixGrid, { labels, sizes, hasHeading }: GridOptions): Part {
  const { cell, label, labelLength, margin, text } = sizes;
  const left = margin + labelLength;
  const top = topOf(sizes, hasHeading);
  const offsets = offsetsOf(grid, cell);
  const height = gridHeight(grid, { sizes, hasHeading });
  const corner = { x: left - label / 2, size: label, isBold: true, anchor: 'end' } as const;
  const texts = [
    hasHeading ? textAt({ x: margin, y: text * 2, size: text, isBold: true }, grid.family) : '',
    textAt({ ...corner, y: top - label * 1.7 }, 'to →'),
    textAt({ ...corner, y: top - label * 0.5 }, 'from ↓'),
    leftOutText(grid, { x: margin, y: height - text * 0.5, size: text * 0.8 }),
  ];
  const names = labels.flatMap((name, index) => {
    const centre = (offsets[index] ?? 0) + cell / 2;
    const row = { at: `translate(${left} ${top + centre})`, isSuspect: grid.suspectRows.has(index) };
    const column = { at: `translate(${left + centre} ${top}) rotate(90)`, isSuspect: grid.suspectColumns.has(index) };
    return [nameAt(name, row, sizes), nameAt(name, column, sizes)];
  });
  const cells = CELL_MARKS.map((mark) => {
    const corners = placesOf(grid, mark).map(([row, column]) => ({
      x: left + (offsets[column] ?? 0),
      y: top + (offsets[row] ?? 0),
    }));
    return corners.length === 0 ? '' : cellsAt(mark, corners, cell);
  });
  return { svg: [...texts, ...names, ...cells].filter(Boolean).join('\n'), height };
}

function placesOf({ marks }: MatrixGrid, mark: CellMark): [row: number, column: number][] {
  return marks.flatMap((cells, row) =>
    cells.flatMap((one, column): [number, number][] => (one === mark ? [[row, column]] : [])),
  );
}

function leftOutText({ leftOut, ends }: MatrixGrid, at: { x: number; y: number; size: number }): string {
  if (leftOut === 0) return '';
  return textAt(at, `${ends.length} of ${ends.length + leftOut} adapters; the others fail least`);
}

/** A name that ends before the grid, its middle at the origin; of an adapter to look at, white on black. */
function nameAt(name: string, { at, isSuspect }: { at: string; isSuspect: boolean }, { label, cell }: Sizes): string {
  const length = Math.ceil(lengthOf(name) * label * CHARACTER_WIDTH + label * 0.8);
  const back = isSuspect ? `<rect x="${-length}" y="${-cell / 2}" width="${length}" height="${cell - 1}"/>` : '';
  const fill = isSuspect ? '#ffffff' : INK;
  const text = textAt({ x: label * -0.4, y: label * 0.36, size: label, fill, anchor: 'end', isBold: isSuspect }, name);
  return `<g class="${isSuspect ? 'suspect' : 'name'}" transform="${at}">${back}${text}</g>`;
}
