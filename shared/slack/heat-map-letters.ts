// Which characters the picture's font has. What it has not would be drawn as an empty box that says nothing.

/** Blocks of DejaVu Sans Mono 2.37 without a gap, in both weights, as code points. */
const DRAWN: readonly (readonly [first: number, last: number])[] = [
  [0x20, 0x7e],
  [0xa0, 0x1c3],
  [0x250, 0x2b9],
  [0x3a3, 0x3ce],
  [0x3f0, 0x45f],
  [0x531, 0x556],
  [0x561, 0x587],
  [0x10d0, 0x10fc],
  [0x2190, 0x2213],
  [0x2500, 0x262f],
];
/** Of blocks that have gaps. */
const DRAWN_BESIDE = new Set('ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ…–—‘’“”•€™');

/** Stands for one character that the font has not; the legend says so. */
export const PLACEHOLDER = '*';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The text in characters that the picture can show: wide and accented letters become plain ones where that is all they
 * lack, everything else the placeholder, one for each character that a person sees. */
export function drawable(text: string): string {
  return Array.from(segmenter.segment(text), ({ segment }) => toDrawn(segment)).join('');
}

function toDrawn(character: string): string {
  for (const form of [character.normalize('NFC'), character.normalize('NFKC'), withoutMarks(character)]) {
    if (form !== '' && Array.from(form).every(isDrawn)) return form;
  }
  return PLACEHOLDER;
}

function withoutMarks(character: string): string {
  return character.normalize('NFKD').replaceAll(/\p{M}/gu, '');
}

function isDrawn(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return DRAWN_BESIDE.has(character) || DRAWN.some(([first, last]) => code >= first && code <= last);
}
