// Text in SVG: one line, escaped, in the one font that there is.
import { toOneLine } from './escape-mrkdwn.ts';
import { drawable } from './heat-map-letters.ts';

export const INK = '#1d1c1d';

/** `x` and `y` in pixels, `y` of the line that letters stand on. `anchor: 'end'`: the text ends at `x`. */
export type TextPlace = { x: number; y: number; size: number; fill?: string; isBold?: boolean; anchor?: 'end' };

/** A text element. */
export function textAt({ x, y, size, fill = INK, isBold = false, anchor }: TextPlace, text: string): string {
  const place = `x="${x.toFixed(1)}" y="${y.toFixed(1)}"${anchor === undefined ? '' : ' text-anchor="end"'}`;
  const look = `font-size="${size}" fill="${fill}"${isBold ? ' font-weight="700"' : ''}`;
  return `<text ${place} ${look}>${escapeXml(drawable(toOneLine(text)))}</text>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
