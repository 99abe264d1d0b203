// The words of the heat map: its title, its labels and the text for those who can't see it.
import { endText, isAsExpected, resultText } from '../domain/cell.ts';
import { hostLabels } from '../domain/host-names.ts';
import type { Cell, Endpoint, MatrixSummary } from '../domain/matrix.ts';
import { toOneLine } from './escape-mrkdwn.ts';
import { cutPlain } from './fit.ts';

/** What the picture is about. `word`: the state in capitals, with the count of paths. `at`: when it was tested, ISO. */
export type HeatMapInput = {
  cluster: string;
  jobId: string;
  at: string;
  word: string;
  summary: MatrixSummary;
  cells: Cell[];
};

/** Slack takes no longer alt text: https://docs.slack.dev/reference/block-kit/blocks/image-block */
export const ALT_TEXT_MAX = 2000;

/** The whole result in words, and as many of the paths that are not as expected as there is room for. */
export function heatMapAltText({ cluster, jobId, at, word, summary, cells }: HeatMapInput): string {
  const head = `${word}: vMotion paths of ${cutPlain(cluster, 100)}, ${utcText(at)}, job ${jobId}.`;
  const counts = `${summary.ok} of ${summary.pairs} paths are as expected.`;
  const story = cutPlain([head, counts, ...summary.verdict].map(toOneLine).join(' '), ALT_TEXT_MAX / 2);
  const wrong = cells.filter((cell) => cell.expected !== 'not-applicable' && !isAsExpected(cell));
  return wrong.length === 0 ? story : `${story} Not as expected: ${listed(wrong, ALT_TEXT_MAX - story.length - 18)}`;
}

function listed(cells: Cell[], charsMax: number): string {
  const more = (left: number) => ` and ${left} more.`;
  const room = charsMax - more(cells.length).length;
  let text = '';
  for (const [index, cell] of cells.entries()) {
    const one = `${index === 0 ? '' : '; '}${pathText(cell)}`;
    if (text.length + one.length > room) return `${text}${more(cells.length - index)}`;
    text += one;
  }
  return `${text}.`;
}

function pathText({ from, to, result }: Cell): string {
  return toOneLine(
    `${cutPlain(endText(from), 80)} -> ${cutPlain(endText(to), 80)} ${cutPlain(resultText(result), 120)}`,
  );
}

/** "2026-11-21 10:00 UTC". */
export function utcText(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const HOST_CHARS = 24;
const DEVICE_CHARS = 8;

/** "esx01 vmk2" for each end: the host's first label where that names one host. Long names lose their middle. */
export function endLabels(ends: Endpoint[], all: Cell[]): string[] {
  const labels = hostLabels(all.flatMap(({ from, to }) => [from.host, to.host]));
  return ends.map(({ host, device }) => {
    const name = labels.get(host) ?? host;
    return `${cutMiddle(toOneLine(name), HOST_CHARS)} ${cutMiddle(toOneLine(device), DEVICE_CHARS)}`;
  });
}

/** Keeps both ends of a name: its number is often the last that is in it. */
function cutMiddle(text: string, charsMax: number): string {
  const characters = Array.from(text);
  if (characters.length <= charsMax) return text;
  const head = Math.floor((charsMax - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - charsMax).join('')}`;
}

/** At most `linesMax` lines of at most `charsMax` characters; the last ends with an ellipsis if there is more. */
export function wrapText(text: string, charsMax: number, linesMax: number): string[] {
  const lines: string[] = [];
  let line: string[] = [];
  for (const word of toOneLine(text)
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((one) => pieces(one, charsMax))) {
    if (line.length > 0 && line.length + 1 + word.length > charsMax) {
      lines.push(line.join(''));
      line = [];
    }
    line.push(...(line.length > 0 ? [' '] : []), ...word);
  }
  if (line.length > 0) lines.push(line.join(''));
  if (lines.length <= linesMax) return lines;
  const last = Array.from(lines[linesMax - 1] ?? '').slice(0, charsMax - 1);
  return [...lines.slice(0, linesMax - 1), `${last.join('')}…`];
}

function pieces(word: string, charsMax: number): string[][] {
  const characters = Array.from(word);
  const count = Math.ceil(characters.length / charsMax);
  return Array.from({ length: count }, (_, index) => characters.slice(index * charsMax, (index + 1) * charsMax));
}
