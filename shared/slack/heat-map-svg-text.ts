// Text in SVG: one line, escaped, in the one font that there is.
import { toOneLine } from './escape-mrkdwn.ts';

export const INK = '#1d1c1d';

/** `x` and `y` in pixels, `y` of the line that letters stand on. `anchor: 'end'`: the text ends at `x`. */
export type TextPlace = { x: number; y: number; size: number; fill?: string; isBold?: boolean; anchor?: 'end' };

/** A text element. */
export function textAt({ x, y, size, fill = INK, isBold = false, anchor }: TextPlace, text: string): string {
  const place = `x="${x.toFixed(1)}" y="${y.toFixed(1)}"${anchor === undefined ? '' : ' text-anchor="end"'}`;
  const look = `font-size="${size}" fill="${fill}"${isBold ? ' font-weight="700"' : ''}`;
  return `<text ${place} ${look}>${escapeXml(text)}</text>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// XML 1.0 has two characters less than Unicode.
function escapeXml(text: string): string {
  return toOneLine(text)
    .replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
