import { judgeMatrix } from './judge-matrix.ts';
import type { Cell, MatrixSummary } from './matrix.ts';
import { type MatrixRow, matrixRows } from './matrix-rows.ts';

/**
 * A tested matrix as a JSON document. `summary` has the counts and the verdict in words, one sentence each; `paths` one
 * entry for each ordered pair. `schema` grows when a field changes its meaning or goes.
 */
export type MatrixDocument = {
  schema: 1;
  summary: Pick<MatrixSummary, 'pairs' | 'ok' | 'failed' | 'unexpected' | 'verdict'>;
  paths: MatrixRow[];
};

/** The whole matrix: `JSON.stringify` loses nothing of it. */
export function matrixJson(cells: Cell[]): MatrixDocument {
  const { pairs, ok, failed, unexpected, verdict } = judgeMatrix(cells);
  return { schema: 1, summary: { pairs, ok, failed, unexpected, verdict }, paths: matrixRows(cells) };
}
