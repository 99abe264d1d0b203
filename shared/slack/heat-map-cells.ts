import type { CellMark } from '../domain/cell-mark.ts';
import { glyphAt } from './heat-map-glyph.ts';
import { MARK_LOOKS } from './heat-map-marks.ts';

const ROUND = 'stroke-linecap="round" stroke-linejoin="round"';

/** Fill, hatch and glyph of cells with one mark, given their upper left corners and the side of a cell in pixels: each
 * one path for all of them, since thousands of elements take seconds to draw. */
export function cellsAt(mark: CellMark, corners: { x: number; y: number }[], cell: number): string {
  const { fill, ink, hatch, glyph } = MARK_LOOKS[mark];
  const side = cell - 1;
  const squares = corners.map(({ x, y }) => `M${x} ${y}h${side}v${side}h${-side}z`).join('');
  const strokes = (path: string) => corners.map((corner) => glyphAt(path, { ...corner, side })).join('');
  const width = (part: number) => Math.max(1, Math.round(cell * part * 10) / 10);
  const paths = [`<path class="fill" fill="${fill}" d="${squares}"/>`];
  if (hatch !== undefined) {
    const ends = hatch.isDotted === true ? ` ${ROUND}` : '';
    const stroke = `stroke="${hatch.colour}" stroke-width="${width(hatch.width)}"${ends}`;
    paths.push(`<path class="hatch" fill="none" ${stroke} d="${strokes(hatch.path)}"/>`);
  }
  const stroke = `stroke="${ink}" stroke-width="${width(0.11)}" ${ROUND}`;
  paths.push(`<path class="glyph" fill="none" ${stroke} d="${strokes(glyph)}"/>`);
  return `<g data-mark="${mark}">${paths.join('')}</g>`;
}
