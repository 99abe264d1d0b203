// Names that the picture's font has no letters for: never an empty box, and never two names that look the same.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawable } from '../../shared/slack/heat-map-letters.ts';
import { heatMapSvg } from '../../shared/slack/heat-map-svg.ts';
import { readFontLetters } from '../support/font-letters.ts';
import { readHeatMap } from '../support/read-heat-map.ts';
import { aHeatMapInput, LOST, someEnds, someMatrix } from './a-matrix.ts';

const FONTS = ['DejaVuSansMono.ttf', 'DejaVuSansMono-Bold.ttf'].map(readFontLetters);
const isInFont = (character: string) => FONTS.every((letters) => letters.has(character.codePointAt(0) ?? -1));

it('draws nothing that one of the two fonts has no glyph for, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(Array.from(drawable(text)).filter((character) => !isInFont(character))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
  const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code));
  expect(all.filter((character) => Array.from(drawable(character)).some((one) => !isInFont(one)))).toEqual([]);
});

it.each([
  { text: 'esx01.zürich.example', drawn: 'esx01.zürich.example', why: 'what the font has stays' },
  { text: 'сервер-7', drawn: 'сервер-7', why: 'Cyrillic too' },
  { text: 'ＥＳＸ０１', drawn: 'ESX01', why: 'wide letters have plain ones' },
  { text: 'Việt', drawn: 'Viet', why: 'a letter with an accent too many is a plain one' },
  { text: '東京01', drawn: '**01', why: 'one for each character' },
  { text: 'a👩‍🚒b', drawn: 'a*b', why: 'also of those that are made of several' },
])('shows "$text" as "$drawn": $why', ({ text, drawn }) => {
  expect(drawable(text)).toBe(drawn);
});

it('numbers the names as the text matrix does, and explains the sign, where a name can not be drawn', () => {
  const ends = someEnds(2).map((end, index) => ({ ...end, host: index === 0 ? '東京' : '大阪' }));
  const cells = someMatrix(ends, 'routed', () => LOST);
  const texts = readHeatMap(heatMapSvg(aHeatMapInput(cells)).svg).texts.map(({ text }) => text);
  expect(texts).toEqual(
    expect.arrayContaining(['1 ** vmk2', '2 ** vmk2', 'a letter not in this font: see matrix.csv']),
  );
});

it('numbers no names and explains nothing where all of them can be drawn', () => {
  const cells = someMatrix(someEnds(2), 'routed', () => LOST);
  const texts = readHeatMap(heatMapSvg(aHeatMapInput(cells)).svg).texts.map(({ text }) => text);
  expect(texts.join('\n')).not.toContain('not in this font');
  expect(texts).toContain('esx01 vmk2');
});
