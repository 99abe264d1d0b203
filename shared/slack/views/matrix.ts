// The test matrix: the verdict in words first, then the failures, then, for few hosts, every cell.
import type { KnownBlock } from '@slack/types';
import type { Cell, MatrixSummary } from '../../domain/matrix.ts';
import { lines, preformatted } from '../blocks.ts';
import { escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { renderMatrixText } from './matrix-text.ts';
import { alignRows } from './names.ts';

/** Blocks about a tested matrix. Without cells the picture is left out, the verdict never. */
export function matrixBlocks(summary: MatrixSummary, cells: Cell[]): KnownBlock[] {
  const not = summary.unexpected === 0 ? '' : `, ${summary.unexpected} not`;
  const totals = `*Paths:* ${summary.ok} of ${summary.pairs} as expected${not}`;
  const verdict = summary.verdict.map((sentence) => escapeMrkdwn(cutPlain(sentence, 500)));
  return [lines([totals, ...verdict], more), ...failureBlocks(summary), ...pictureBlocks(cells)];
}

function failureBlocks({ failures }: MatrixSummary): KnownBlock[] {
  if (failures.length === 0) return [];
  const rows = failures.map((failure) => [failure.from, failure.to, failure.result, cutPlain(failure.cause, 120)]);
  return preformatted('*What failed*', alignRows([['from', 'to', 'result', 'cause'], ...rows], 36), { more });
}

function pictureBlocks(cells: Cell[]): KnownBlock[] {
  const rows = renderMatrixText(cells);
  return rows === undefined ? [] : preformatted('*From (rows) to (columns)*', rows, { more, charsMax: 3000 });
}

function more(left: number): string {
  return `... and ${left} more`;
}
