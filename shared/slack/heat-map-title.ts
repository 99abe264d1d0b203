import { CHARACTER_WIDTH, type Sizes } from './heat-map-layout.ts';
import type { Part } from './heat-map-part.ts';
import { textAt } from './heat-map-svg-text.ts';
import { type HeatMapInput, utcText, wrapText } from './heat-map-text.ts';

const GREEN = '#00694d';
const RED = '#8a1c00';
const TITLE_LINES = 2;
const VERDICT_LINES = 7;
const SUSPECTS_MAX = 4;
const LINE = 1.35;

/** `hosts`: how many take part. `suspects`: names of the adapters to look at first. */
export type TitleInput = Omit<HeatMapInput, 'cells'> & { hosts: number; suspects: string[] };

/** The state in words, which cluster, when, and what is wrong: all that can be read of a large picture on a phone. */
export function titlePart(input: TitleInput, sizes: Sizes): Part {
  const band = bandPart(input, sizes);
  const { margin, text } = sizes;
  const charsMax = charsOf(sizes, text);
  const about = wrapText(`${input.hosts} hosts, ${utcText(input.at)}, ${input.jobId}`, charsMax, 2).map((line) => ({
    line,
    isBold: false,
  }));
  const suspects = wrapText(suspectText(input), charsMax, 2).map((line) => ({ line, isBold: true }));
  const verdict = verdictLines(input, charsMax).map((line) => ({ line, isBold: false }));
  const lines = [...about, ...suspects, ...verdict];
  const under = lines.map(({ line, isBold }, index) =>
    textAt({ x: margin, y: band.height + text * (1.5 + index * LINE), size: text, isBold }, line),
  );
  // Whole pixels keep the edges of cells below sharp.
  return { svg: [band.svg, ...under].join('\n'), height: Math.ceil(band.height + text * (1.5 + lines.length * LINE)) };
}

function bandPart({ cluster, word, summary }: TitleInput, sizes: Sizes): Part {
  const size = Math.round(sizes.text * 1.25);
  const lines = wrapText(`${word} - ${cluster}`, charsOf(sizes, size), TITLE_LINES);
  const height = Math.ceil(size * (lines.length * LINE + 0.8));
  const texts = lines.map((line, index) =>
    textAt({ x: sizes.margin, y: size * (1.4 + index * LINE), size, fill: '#ffffff', isBold: true }, line),
  );
  const fill = summary.unexpected === 0 ? GREEN : RED;
  return { svg: `<rect width="${sizes.width}" height="${height}" fill="${fill}"/>${texts.join('')}`, height };
}

function charsOf({ width, margin }: Sizes, size: number): number {
  return Math.floor((width - 2 * margin) / (size * CHARACTER_WIDTH));
}

function suspectText({ suspects }: TitleInput): string {
  if (suspects.length === 0) return '';
  const more = suspects.length > SUSPECTS_MAX ? ` and ${suspects.length - SUSPECTS_MAX} more` : '';
  return `Look first at: ${suspects.slice(0, SUSPECTS_MAX).join(', ')}${more}`;
}

function verdictLines({ word, summary }: TitleInput, charsMax: number): string[] {
  // "2 of 56 paths fail." says nothing more under "FAILED 2 of 56 paths".
  const fresh = summary.verdict.filter((sentence) => !word.includes(sentence.replace(/ fail\.$/, '')));
  // Each sentence has at least one line.
  const lines = fresh.slice(0, VERDICT_LINES + 1).flatMap((sentence) => wrapText(sentence, charsMax, 4));
  return lines.length > VERDICT_LINES ? [...lines.slice(0, VERDICT_LINES - 1), '… more in the message'] : lines;
}
