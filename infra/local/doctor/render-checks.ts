import type { Check } from './check.ts';

const WORDS: Record<Check['state'], string> = { ok: 'OK  ', warn: 'WARN', fail: 'FAIL' };

/** A line for each, what to do under each that is not in order, and the sum. */
export function renderChecks(checks: Check[]): string {
  const width = Math.min(44, Math.max(0, ...checks.map(({ about }) => about.length)));
  const lines = checks.flatMap(({ about, state, what, remedy }) => {
    const line = `${WORDS[state]}  ${about.padEnd(width)}  ${what}`;
    return remedy === undefined ? [line] : [line, `      ${' '.repeat(width)}  -> ${remedy}`];
  });
  return `${lines.join('\n')}\n\n${sumUp(checks)}\n`;
}

function sumUp(checks: Check[]): string {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed > 0) return `${failed} of ${checks.length} checks failed.`;
  return warned > 0 ? `All in order, but for ${warned} to look at.` : `All ${checks.length} checks are in order.`;
}
