// What the cells of a matrix mean: counts, a verdict in words and the likely cause of what failed.
import { apartSentences, findApart } from './apart.ts';
import { endText, isAsExpected, resultText } from './cell.ts';
import type { Cell, MatrixSummary } from './matrix.ts';
import { type Cause, findCauses } from './matrix-causes.ts';

/** A table row in Slack for each failure, up to this many. */
const FAILURES_MAX = 20;

/** Counts only cells that had something to prove. */
export function judgeMatrix(cells: Cell[]): MatrixSummary {
  const tested = cells.filter((cell) => cell.expected !== 'not-applicable');
  const wrong = tested.filter((cell) => !isAsExpected(cell));
  const failed = wrong.filter((cell) => cell.expected === 'reachable');
  const leaks = wrong.filter((cell) => cell.expected === 'unreachable');
  const causes = findCauses(tested, failed);
  const apart = findApart(cells);
  return {
    pairs: tested.length,
    ok: tested.length - wrong.length,
    failed: failed.length,
    unexpected: wrong.length,
    apart: [...apart.values()].reduce((sum, peers) => sum + peers.length, 0),
    verdict: [...toVerdict(tested, failed, leaks, causes), ...apartSentences(apart)],
    failures: wrong.slice(0, FAILURES_MAX).map((cell) => ({
      from: endText(cell.from),
      to: endText(cell.to),
      result: resultText(cell.result),
      cause: cell.expected === 'unreachable' ? 'leak between islands' : (causes.get(cell)?.short ?? 'this path only'),
    })),
  };
}

function toVerdict(tested: Cell[], failed: Cell[], leaks: Cell[], causes: Map<Cell, Cause>): string[] {
  if (tested.length === 0) return ['No path to test: fewer than two hosts have an adapter that carries vMotion.'];
  if (failed.length + leaks.length === 0) return [successText(tested)];
  const lines: string[] = [];
  if (failed.length > 0) lines.push(`${failed.length} of ${tested.length} paths fail.`);
  lines.push(...new Set([...causes.values()].map((cause) => cause.sentence)));
  if (leaks.length > 0) {
    const pairs = leaks.slice(0, 3).map((cell) => `${endText(cell.from)} -> ${endText(cell.to)}`);
    lines.push(`${leaks.length} paths answer that must not: the islands are not separate (${pairs.join(', ')}).`);
  }
  return lines;
}

function successText(tested: Cell[]): string {
  const reachable = tested.filter((cell) => cell.expected === 'reachable');
  const separate = tested.length - reachable.length;
  const sizes = [...new Set(reachable.map((cell) => (cell.result.kind === 'ok' ? cell.result.mtuBytes : 0)))].sort(
    (a, b) => a - b,
  );
  const paths = reachable.length === 1 ? 'The one path answers' : `All ${reachable.length} paths answer`;
  const text = `${paths} at ${sizes.join(' or ')} bytes with don't-fragment.`;
  return separate === 0 ? text : `${text} ${separate} paths between islands are silent, as they must be.`;
}
