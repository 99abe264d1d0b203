// What the cells of a matrix mean: counts, a verdict in words and the likely cause of what failed.
import { countApart, explainApart } from './apart.ts';
import { endText, isAsExpected, resultText } from './cell.ts';
import type { Cell, MatrixSummary } from './matrix.ts';
import { type Explanation, explainMatrix } from './matrix-causes.ts';
import { indexMatrix } from './matrix-links.ts';

/** A table row in Slack for each failure, up to this many. */
const FAILURES_MAX = 20;
/** Causes that are told; a person reads no more, and the row stays small however many paths fail. */
const CAUSES_MAX = 8;
const APART_MAX = 2;
/** ESXi's words may be long. */
const RESULT_CHARS = 160;

/**
 * Counts only cells that had something to prove. The verdict has at most twelve sentences, and the failures at most
 * twenty rows, some of each cause; the same cells in another order give the same.
 */
export function judgeMatrix(cells: Cell[]): MatrixSummary {
  const tested = cells.filter((cell) => cell.expected !== 'not-applicable');
  const wrong = tested.filter((cell) => !isAsExpected(cell));
  const failed = wrong.filter((cell) => cell.expected === 'reachable');
  const index = indexMatrix(cells);
  const causes = explainMatrix(index);
  return {
    pairs: tested.length,
    ok: tested.length - wrong.length,
    failed: failed.length,
    unexpected: wrong.length,
    apart: countApart(index),
    atEveryFailure: hostsOfAll(wrong),
    verdict: [...toVerdict(tested, failed.length, causes), ...explainApart(index, APART_MAX)],
    failures: toFailures(causes),
  };
}

function toVerdict(tested: Cell[], failed: number, causes: Explanation[]): string[] {
  if (tested.length === 0) return ['No path to test: fewer than two hosts have an adapter that carries vMotion.'];
  if (causes.length === 0) return [successText(tested)];
  const told = causes.slice(0, CAUSES_MAX).map(({ sentence }) => sentence);
  const left = causes.slice(CAUSES_MAX).reduce((sum, { cells }) => sum + cells.size, 0);
  return [
    ...(failed > 0
      ? [failed === 1 ? `1 of ${tested.length} paths fails.` : `${failed} of ${tested.length} paths fail.`]
      : []),
    ...told,
    ...(left === 0
      ? []
      : [`And ${left} more ${left === 1 ? 'path is' : 'paths are'} not as expected: see the matrix.`]),
  ];
}

function hostsOfAll([first, ...others]: Cell[]): string[] {
  if (first === undefined) return [];
  const hosts = [first.from.host, first.to.host];
  return hosts.filter((host) => others.every(({ from, to }) => from.host === host || to.host === host));
}

/** Some of each cause, most of the one that explains most. */
function toFailures(causes: Explanation[]): MatrixSummary['failures'] {
  const inOrder = causes.map(({ cells }) => [...cells]);
  const longest = Math.max(0, ...inOrder.map((cells) => cells.length));
  const chosen: [Cell, string][][] = inOrder.map(() => []);
  let room = FAILURES_MAX;
  for (let turn = 0; turn < longest && room > 0; turn += 1) {
    for (const [index, cells] of inOrder.entries()) {
      const next = cells[turn];
      if (next === undefined || room === 0) continue;
      chosen[index]?.push(next);
      room -= 1;
    }
  }
  return chosen.flat().map(([{ from, to, result }, cause]) => ({
    from: endText(from),
    to: endText(to),
    result: resultText(result).slice(0, RESULT_CHARS),
    cause,
  }));
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
