import { appendFileSync, writeFileSync } from 'node:fs';

/** Of Stryker's result, what a line has. */
type Result = {
  fileName: string;
  status: string;
  mutatorName: string;
  replacement?: string;
  location: { start: { line: number; column: number }; end: { line: number; column: number } };
};

const FILE = 'dist/mutation.ndjson';

/** Writes one line of JSON for each mutant as soon as it was tried: a long run that is broken off has said what it found. */
export function createLineReporter() {
  writeFileSync(FILE, '');
  return {
    onMutantTested: ({ fileName, status, mutatorName, replacement, location: { start, end } }: Result) => {
      const at = [start.line, start.column, end.line, end.column];
      appendFileSync(FILE, `${JSON.stringify({ fileName, status, mutatorName, replacement, at })}\n`);
    },
  };
}
