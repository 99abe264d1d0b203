// What stands in a heat map's SVG and where, read by a parser that takes nothing but well-formed XML.
import { SaxesParser } from 'saxes';

type Tag = { name: string; attributes: Record<string, string> };
type Place = { x: number; y: number };

/** A square of the grid or of the legend: its mark and its corners in the picture. */
export type DrawnCell = { mark: string; left: number; top: number; side: number };
/** `end`: where the line ends to the right, as long as it is not turned. */
export type DrawnText = { text: string; isBold: boolean; isTurned: boolean; fill: string; end: number; y: number };

export type DrawnHeatMap = {
  width: number;
  height: number;
  /** In the order of their marks. */
  cells: DrawnCell[];
  /** How many glyphs of each mark, those of the legend among them. */
  glyphs: Record<string, number>;
  texts: DrawnText[];
  /** Names in white on black. */
  suspects: string[];
};

const CHARACTER_WIDTH = 0.603;

/** Throws for XML that is not well-formed. */
export function readHeatMap(svg: string): DrawnHeatMap {
  const drawn: DrawnHeatMap = { width: 0, height: 0, cells: [], glyphs: {}, texts: [], suspects: [] };
  const open: Tag[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    open.push({ name, attributes });
    if (name === 'svg')
      Object.assign(drawn, { width: Number(attributes['width']), height: Number(attributes['height']) });
    if (name === 'path') readPath(open, drawn);
    if (name === 'text') drawn.texts.push(readText(open));
  });
  parser.on('text', (text) => {
    const last = drawn.texts.at(-1);
    if (open.at(-1)?.name !== 'text' || last === undefined) return;
    last.text += text;
    const attributes = attributesOf(open);
    if (attributes['text-anchor'] === undefined)
      last.end += lengthOf(text) * CHARACTER_WIDTH * Number(attributes['font-size']);
    if (open.some((tag) => tag.attributes['class'] === 'suspect')) drawn.suspects.push(last.text);
  });
  parser.on('closetag', () => open.pop());
  parser.write(svg).close();
  return drawn;
}

function readPath(open: Tag[], drawn: DrawnHeatMap): void {
  const { class: kind, d = '' } = attributesOf(open);
  const mark = open.find((tag) => tag.attributes['data-mark'] !== undefined)?.attributes['data-mark'];
  if (mark === undefined) return;
  const origin = originOf(open);
  const squares = [...d.matchAll(/M(-?[\d.]+) (-?[\d.]+)h(-?[\d.]+)v\3h-\3z/g)].map(([, x, y, side]) => ({
    mark,
    left: origin.x + Number(x),
    top: origin.y + Number(y),
    side: Number(side),
  }));
  if (kind === 'fill') drawn.cells.push(...squares);
  const strokes = GLYPH_STROKES[mark];
  if (strokes === undefined) throw new Error(`unknown mark ${mark}`);
  if (kind === 'glyph') drawn.glyphs[mark] = (drawn.glyphs[mark] ?? 0) + d.split('M').slice(1).length / strokes;
}

/** How many strokes make the glyph of a mark. */
const GLYPH_STROKES: Record<string, number> = {
  lost: 2,
  mtu: 1,
  lossy: 3,
  refused: 2,
  leak: 1,
  'not-tested': 2,
  ok: 1,
  silent: 1,
  'not-applicable': 1,
};

function readText(open: Tag[]): DrawnText {
  const attributes = attributesOf(open);
  const origin = originOf(open);
  return {
    text: '',
    isBold: attributes['font-weight'] === '700',
    isTurned: open.some((tag) => tag.attributes['transform']?.includes('rotate') === true),
    fill: attributes['fill'] ?? '',
    end: origin.x + Number(attributes['x']),
    y: origin.y + Number(attributes['y']),
  };
}

function originOf(open: Tag[]): Place {
  let [x, y] = [0, 0];
  for (const { attributes } of open) {
    const [, dx, dy] = /translate\((-?[\d.]+) (-?[\d.]+)\)/.exec(attributes['transform'] ?? '') ?? [];
    x += Number(dx ?? 0);
    y += Number(dy ?? 0);
  }
  return { x, y };
}

function attributesOf(open: Tag[]): Record<string, string> {
  return open.at(-1)?.attributes ?? {};
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
