// Looks for inputs that reach new branches, and keeps them to start from: npm exec -- node test/fuzz/explore.ts TARGET
// [--seconds N] [--seed N] [--out FOLDER]. Prints how far it came; what makes the product fail, or think for more than two
// seconds, is written to FOLDER, and then the exit code is 1. What it finds becomes a case in a test.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom, type Random } from '../support/random.ts';
import { startCoverage } from './coverage.ts';
import { TARGETS } from './explore-targets.ts';

const LONG_MS = 2_000;
const CHARS_MAX = 40_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'fuzz-findings' },
  },
});
const [name = ''] = positionals;
const target = TARGETS[name];
if (target === undefined) {
  console.error(`usage: explore.ts ${Object.keys(TARGETS).join('|')} [--seconds N] [--seed N] [--out FOLDER]`);
  process.exit(2);
}

const random = createRandom(Number(values.seed));
const coverage = await startCoverage(target.covers);
const seen = new Set<string>();
const corpus: string[] = [];
const findings: string[] = [];

/** Answers whether it reached something new. */
async function attempt(text: string): Promise<boolean> {
  const startedAt = performance.now();
  try {
    target?.run(text);
  } catch (error) {
    keep(text, error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error');
  }
  if (performance.now() - startedAt > LONG_MS) keep(text, 'it took too long');
  const before = seen.size;
  for (const key of await coverage.take()) seen.add(key);
  return seen.size > before;
}

function keep(text: string, why: string): void {
  mkdirSync(values.out, { recursive: true });
  const file = join(values.out, `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`);
  writeFileSync(file, text);
  findings.push(file);
  console.log(`${why.slice(0, 200)}: ${file}`);
}

for (const text of await target.corpus()) {
  await attempt(text);
  corpus.push(text);
}
const began = seen.size;
const until = performance.now() + Number(values.seconds) * 1000;
let tried = 0;
while (performance.now() < until && findings.length < 20) {
  const text = change(random.pick(corpus), { random, words: target.words, corpus });
  tried += 1;
  if (await attempt(text)) corpus.push(text);
}
await coverage.stop();
console.log(
  `${name}: ${tried} inputs, ${began} branches of the corpus, ${seen.size} now, ${corpus.length} kept, ${findings.length} findings`,
);
process.exitCode = findings.length > 0 ? 1 : 0;

/** One to four changes at any places. */
function change(text: string, from: { random: Random; words: string[]; corpus: string[] }): string {
  let now = text;
  for (let left = 1 + from.random.below(4); left > 0; left -= 1) now = changeOnce(now, from);
  return now.slice(0, CHARS_MAX);
}

function changeOnce(
  text: string,
  { random, words, corpus }: { random: Random; words: string[]; corpus: string[] },
): string {
  const { below } = random;
  const at = below(text.length + 1);
  const length = 1 + below(below(4) === 0 ? 400 : 8);
  const [before, piece, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
  switch (below(7)) {
    case 0:
      return before + after;
    case 1:
      return before + piece + piece + after;
    case 2:
      return before + random.pick(words) + piece + after;
    case 3:
      return before + random.pick(words) + after;
    case 4:
      return before + String.fromCharCode(below(below(3) === 0 ? 0x1_00_00 : 128)) + after;
    case 5: {
      const other = random.pick(corpus);
      const start = below(other.length + 1);
      return before + other.slice(start, start + length * 4) + after;
    }
    default:
      return before + piece.repeat(1 + below(30)) + after;
  }
}
