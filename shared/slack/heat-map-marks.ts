// How each mark looks: a fill, a hatch and a glyph, so that colour is never the only one that tells. Colours are those
// of Okabe and Ito, which the colour-blind can tell apart; what is in order is pale, so that in grey failures are dark.
import type { CellMark } from '../domain/cell-mark.ts';

/** `hatch`: strokes of one cell whose side is 100. `glyph`: strokes of the same. `words`: what the legend says. */
export type MarkLook = {
  fill: string;
  ink: string;
  hatch?: { path: string; colour: string; width: number; isDotted?: true };
  glyph: string;
  words: string;
};

const INK = '#000000';
const WHITE = '#ffffff';
const ORANGE = '#e69f00';
const SKY_PALE = '#b9dff5';
const GREEN_PALE = '#cdeae1';
const GREEN_DARK = '#00694d';
const YELLOW = '#f0e442';
const BLUE = '#0072b2';
const VERMILLION = '#d55e00';
const PURPLE = '#cc79a7';

const ring = 'M68 50A18 18 0 1 1 32 50A18 18 0 1 1 68 50';
const dots = [15, 50, 85]
  .flatMap((x) => [15, 85].map((y) => `M${x} ${y}h.1`))
  .concat('M15 50h.1', 'M85 50h.1')
  .join('');

/** The look of every mark. */
export const MARK_LOOKS: Record<CellMark, MarkLook> = {
  lost: { fill: VERMILLION, ink: INK, glyph: 'M26 26L74 74M74 26L26 74', words: 'no answer' },
  mtu: {
    fill: ORANGE,
    ink: INK,
    hatch: { path: 'M0 50L50 0M0 100L100 0M50 100L100 50', colour: '#7a5400', width: 0.07 },
    glyph: 'M28 74V28L50 54L72 28V74',
    words: 'only smaller packets pass (MTU)',
  },
  lossy: {
    fill: YELLOW,
    ink: INK,
    hatch: { path: dots, colour: '#6b6500', width: 0.16, isDotted: true },
    glyph: 'M30 30h.1M70 70h.1M30 72L70 28',
    words: 'loses packets',
  },
  refused: {
    fill: PURPLE,
    ink: INK,
    hatch: { path: 'M0 32L32 0M68 0L100 32M0 68L32 100M68 100L100 68', colour: '#7a2f5d', width: 0.08 },
    glyph: 'M50 20V58M50 78h.1',
    words: 'the host could not send',
  },
  leak: {
    fill: BLUE,
    ink: WHITE,
    hatch: { path: 'M12 2V98M88 2V98', colour: '#56b4e9', width: 0.09 },
    glyph: 'M36 22V76H70',
    words: 'answers and must not (leak)',
  },
  'not-tested': {
    fill: WHITE,
    ink: '#555555',
    hatch: { path: 'M4 4H96V96H4V4', colour: '#999999', width: 0.04 },
    glyph: 'M36 38A14 14 0 1 1 50 52V62M50 78h.1',
    words: 'not tested',
  },
  ok: { fill: GREEN_PALE, ink: GREEN_DARK, glyph: ring, words: 'answers at full size' },
  silent: { fill: SKY_PALE, ink: '#004f7c', glyph: 'M30 50H70', words: 'silent, as it must be' },
  'not-applicable': { fill: '#ececec', ink: '#767676', glyph: 'M50 50h.1', words: 'no path expected' },
};
