// The heat map as SVG: rows are sources, columns destinations.
import { type MatrixGrid, toGrids } from '../domain/matrix-grid.ts';
import { gridHeight, gridPart } from './heat-map-grid.ts';
import { cellSides, ENDS_MAX, FONT_FAMILY, lengthOf, SIDE_MAX, type Sizes, sizesOf } from './heat-map-layout.ts';
import { legendPart } from './heat-map-legend.ts';
import { drawable } from './heat-map-letters.ts';
import type { Part } from './heat-map-part.ts';
import { endLabels, type HeatMapInput } from './heat-map-text.ts';
import { titlePart } from './heat-map-title.ts';

/** The picture as well-formed SVG, and its size in pixels. */
export function heatMapSvg(input: HeatMapInput): { svg: string; width: number; height: number } {
  const named = toGrids(input.cells, ENDS_MAX).map((grid) => {
    const names = endLabels(grid.ends, input.cells);
    const isWhole = names.every((name) => drawable(name) === name);
    return { grid, isWhole, labels: isWhole ? names : names.map(numbered) };
  });
  const grids = named.map(({ grid }) => grid);
  const labelChars = Math.max(0, ...named.flatMap(({ labels }) => labels.map(lengthOf)));
  const hasHeading = grids.length > 1;
  const hosts = new Set(input.cells.flatMap(({ from, to }) => [from.host, to.host])).size;
  const about = { ...input, hosts, suspects: suspectsOf(named) };
  const hasPlaceholders = drawable(input.cluster) !== input.cluster || named.some(({ isWhole }) => !isWhole);
  const around = (sizes: Sizes) => ({
    title: titlePart(about, sizes),
    legend: legendPart(grids, sizes, { hasPlaceholders }),
  });
  const heightOf = (sizes: Sizes) => {
    const { title, legend } = around(sizes);
    const rows = grids.reduce((sum, grid) => sum + gridHeight(grid, { sizes, hasHeading }), 0);
    return Math.ceil(title.height + rows + legend.height + sizes.margin);
  };
  const sizes = pickSizes(grids, { labelChars, heightOf });
  const { title, legend } = around(sizes);
  const drawn = named.map(({ grid, labels }) => gridPart(grid, { labels, sizes, hasHeading }));
  const { width } = sizes;
  const height = heightOf(sizes);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONT_FAMILY}">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${stack([title, ...drawn, legend])}
</svg>`;
  return { svg, width, height };
}

/** Two names of which little can be drawn may look the same: their number in the text matrix tells them apart. */
function numbered(name: string, index: number): string {
  return `${index + 1} ${drawable(name)}`;
}

type Named = { grid: MatrixGrid; labels: string[] };

function suspectsOf(named: Named[]): string[] {
  return named.flatMap(({ grid: { family, suspects }, labels }) => {
    const names = suspects.map((index) => labels[index] ?? '');
    return named.length > 1 ? names.map((name) => `${name} ${family}`) : names;
  });
}

type Fit = { labelChars: number; heightOf: (sizes: Sizes) => number };

/** The largest cells with which the picture is not too high. */
function pickSizes(grids: MatrixGrid[], { labelChars, heightOf }: Fit): Sizes {
  const sizes = cellSides(grids).map((cell) => sizesOf(grids, { cell, labelChars }));
  const fitting = sizes.find((one) => heightOf(one) <= SIDE_MAX) ?? sizes.at(-1);
  if (fitting === undefined) throw new Error('no side of a cell to try');
  return fitting;
}

function stack(parts: Part[]): string {
  let y = 0;
  const moved = parts.map(({ svg, height }) => {
    const group = `<g transform="translate(0 ${y})">\n${svg}\n</g>`;
    y += height;
    return group;
  });
  return moved.join('\n');
}
