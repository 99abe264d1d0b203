import { CELL_MARKS } from '../domain/cell-mark.ts';
import type { MatrixGrid } from '../domain/matrix-grid.ts';
import { cellsAt } from './heat-map-cells.ts';
import type { Sizes } from './heat-map-layout.ts';
import { MARK_LOOKS } from './heat-map-marks.ts';
import type { Part } from './heat-map-part.ts';
import { PLACEHOLDER } from './heat-map-letters.ts';
import { textAt } from './heat-map-svg-text.ts';

/** The marks that the picture has, with how many cells have each, the bad ones first. `hasPlaceholders`: names have letters
 * that the font has not. */
export function legendPart(
  grids: MatrixGrid[],
  { margin, text }: Sizes,
  { hasPlaceholders = false }: { hasPlaceholders?: boolean } = {},
): Part {
  const marks = grids.flatMap((grid) => grid.marks.flat());
  const swatch = Math.round(text * 1.3);
  const entries = CELL_MARKS.flatMap((mark) => {
    const count = marks.filter((one) => one === mark).length;
    const draw = (y: number) => cellsAt(mark, [{ x: margin, y }], swatch);
    return count === 0 ? [] : [{ words: `${count} ${MARK_LOOKS[mark].words}`, draw }];
  });
  if (grids.some(({ suspects }) => suspects.length > 0)) {
    const draw = (y: number) => `<rect x="${margin}" y="${y}" width="${swatch}" height="${swatch}"/>`;
    entries.push({ words: 'black name: look at this adapter first', draw });
  }
  if (hasPlaceholders) {
    const draw = (y: number) =>
      textAt({ x: margin + swatch * 0.3, y: y + text, size: text, isBold: true }, PLACEHOLDER);
    // Short: on a phone the picture is about fifty characters wide.
    entries.push({ words: 'a letter not in this font: see matrix.csv', draw });
  }
  const line = Math.round(text * 1.6);
  const rows = entries.map(({ words, draw }, index) => {
    const place = { x: margin + swatch * 1.5, y: index * line + text, size: text };
    return `${draw(index * line)}${textAt(place, words)}`;
  });
  return { svg: rows.join('\n'), height: entries.length * line };
}
