// The test matrix: the verdict in words first, then the picture or the text of every cell, then the failures.
import type { KnownBlock } from '@slack/types';
import type { Look } from '../../app/report-show.ts';
import type { Job } from '../../domain/job.ts';
import type { Cell, MatrixSummary } from '../../domain/matrix.ts';
import { lines, preformatted } from '../blocks.ts';
import { escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { heatMapAltText } from '../heat-map-text.ts';
import { LIMITS } from '../limits.ts';
import { tableBlocks } from '../rich-blocks.ts';
import { heatMapInput } from './heat-map-input.ts';
import { renderMatrixText } from './matrix-text.ts';

/** Blocks about a tested matrix. Without cells the picture is left out, the verdict never. */
export function matrixBlocks(job: Job, summary: MatrixSummary, cells: Cell[], look: Look): KnownBlock[] {
  const not = summary.unexpected === 0 ? '' : `, ${summary.unexpected} not`;
  const totals = `*Paths:* ${summary.ok} of ${summary.pairs} as expected${not}`;
  const verdict = summary.verdict.map((sentence) => escapeMrkdwn(cutPlain(sentence, 500)));
  return [lines([totals, ...verdict], more), ...pictureBlocks(job, cells, look), ...failureBlocks(summary, look)];
}

function failureBlocks({ failures }: MatrixSummary, { style }: Look): KnownBlock[] {
  const rows = failures.map((one) => [one.from, one.to, one.result, one.cause].map((cell) => cutPlain(cell, 120)));
  const title = '*What failed*';
  const head = ['from', 'to', 'result', 'cause'];
  return tableBlocks(style, { title, head, rows, room: { more } });
}

/** The heat map once Slack has it, and until then, or where it can't be drawn, every cell as a character. */
function pictureBlocks(job: Job, cells: Cell[], { picture }: Look): KnownBlock[] {
  const input = heatMapInput(job, cells);
  if (picture !== undefined && input !== undefined) {
    const altText = cutPlain(heatMapAltText(input), LIMITS.altTextChars);
    return [{ type: 'image', slack_file: { id: picture }, alt_text: altText }];
  }
  const rows = renderMatrixText(cells);
  return rows === undefined ? [] : preformatted('*From (rows) to (columns)*', rows, { more, charsMax: 3000 });
}

function more(left: number): string {
  return `... and ${left} more`;
}
