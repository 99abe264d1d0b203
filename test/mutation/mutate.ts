// Tries mutants: node test/mutation/mutate.ts --set NAME | --room domain | --room app | FILES, with --static, --budget MS.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTATION_SETS } from './mutation-sets.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STRYKER = join(ROOT, 'test/mutation/node_modules/@stryker-mutator/core/bin/stryker.js');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: 'string' },
    room: { type: 'string' },
    static: { type: 'boolean', default: false },
    budget: { type: 'string' },
    tests: { type: 'string', multiple: true },
  },
});

const base = JSON.parse(readFileSync(join(ROOT, 'test/mutation/stryker.config.json'), 'utf8'));
const set = values.set === undefined ? undefined : MUTATION_SETS[values.set];
if (values.set !== undefined && set === undefined) {
  throw new Error(`there is no set ${values.set}, only ${Object.keys(MUTATION_SETS).join(', ')}`);
}
const files = values.room === undefined ? (set?.files ?? positionals) : [`shared/${values.room}/**/*.ts`];
const config = {
  ...base,
  mutate: files.length === 0 ? base.mutate : files,
  ignoreStatic: !values.static,
  inProcess: {
    tests: values.tests ?? set?.tests ?? base.inProcess.tests,
    budgetMs: values.budget === undefined ? base.inProcess.budgetMs : Number(values.budget),
  },
  thresholds: { high: 100, low: set?.floor ?? 80, break: set?.floor ?? null },
};

const file = join(ROOT, 'dist/mutation-config.json');
mkdirSync(join(ROOT, 'dist'), { recursive: true });
writeFileSync(file, JSON.stringify(config));
process.chdir(ROOT);
// In this process, so that stopping it stops all of it.
process.argv.splice(1, process.argv.length, STRYKER, 'run', file);
await import(STRYKER);
