import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { code, escapeMrkdwn, mention } from '../../shared/slack/escape-mrkdwn.ts';
import { cutMrkdwn, cutPlain, fitLines } from '../../shared/slack/fit.ts';
import { fitBlocks, textLength } from '../../shared/slack/fit-blocks.ts';
import { preformatted, section } from '../../shared/slack/blocks.ts';

const SEED = Number(process.env['SEED'] ?? 7);

it.each([
  {
    what: 'mentions and links',
    text: '<!channel> <https://a|b> a & b',
    escaped: '&lt;!channel&gt; &lt;https://a|b&gt; a &amp; b',
  },
  { what: 'line breaks and control characters', text: 'a\r\nb\u0000c', escaped: 'a b c' },
  { what: 'characters that turn the direction of text', text: 'esx\u202E10', escaped: 'esx 10' },
  { what: 'half a character', text: 'a\uD83D', escaped: 'a\uFFFD' },
])('takes the power out of $what', ({ text, escaped }) => {
  expect(escapeMrkdwn(text)).toBe(escaped);
});

it('lets no name end its own monospace', () => {
  expect(code('a`b')).toBe("`a'b`");
});

it('mentions only what is an id of a person', () => {
  expect(mention('U0ANN')).toBe('<@U0ANN>');
  expect(mention('!channel')).toBe('`!channel`');
});

it.each([
  { what: 'a surrogate pair', cut: () => cutPlain('abc🐝d', 5), expected: 'abc…' },
  { what: 'an entity', cut: () => cutMrkdwn('abcd&amp;efgh', 9), expected: 'abcd…' },
  { what: 'a mention', cut: () => cutMrkdwn('hello <@U0ANN> there', 12), expected: 'hello …' },
  { what: 'open monospace', cut: () => cutMrkdwn('see `esx01.lab.local` now', 12), expected: 'see `esx01…`' },
])('never cuts through $what', ({ cut, expected }) => {
  expect(cut()).toBe(expected);
});

it('cuts to the length it was given, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 3, max: 200 }), (text, charsMax) => {
      for (const cut of [cutPlain(text, charsMax), cutMrkdwn(escapeMrkdwn(text), charsMax)]) {
        expect(cut.length).toBeLessThanOrEqual(charsMax);
        expect(cut.isWellFormed()).toBe(true);
      }
    }),
    { seed: SEED },
  );
});

it('says how many lines it left out, and leaves out none that fits', () => {
  const more = (left: number) => `and ${left} more`;
  expect(fitLines(['aaaa', 'bbbb', 'cccc'], { charsMax: 14, more })).toBe('aaaa\nbbbb\ncccc');
  expect(fitLines(['aaaa', 'bbbb', 'cccc', 'dddd', 'eeee'], { charsMax: 23, more })).toBe('aaaa\nbbbb\nand 3 more');
});

it('spreads a long list over as many blocks as it may take, in order and without a gap', () => {
  const lines = Array.from({ length: 150 }, (_, index) => `line ${index}`);
  const more = (left: number) => `and ${left} more`;
  const texts = preformatted('*All*', lines, { charsMax: 400, blocksMax: 3, more }).map((block) =>
    JSON.stringify(block),
  );
  expect(texts).toHaveLength(3);
  const shown = [...texts.join('').matchAll(/line (\d+)/g)].map((match) => Number(match[1]));
  expect(shown).toEqual(Array.from({ length: shown.length }, (_, index) => index));
  expect(texts[2]).toContain(`and ${150 - shown.length} more`);
});

it('shortens the longest section until the message fits, and keeps its monospace closed', () => {
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`);
  const blocks = [section('short'), ...preformatted('*Long*', lines, { charsMax: 3000, more: () => '' })];
  const fitted = fitBlocks(blocks, 300);
  expect(textLength(fitted)).toBeLessThanOrEqual(300);
  expect(fitted[0]).toEqual(section('short'));
  expect(JSON.stringify(fitted[1])).toMatch(/^[^`]*```[^`]*cut here[^`]*```[^`]*$/);
});
