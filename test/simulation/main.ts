// npm run simulate -- --seeds 1000 --from 1: plays seeds, shows progress, and shortens the story of the first that fails.
import { parseArgs } from 'node:util';
import { createCoverage } from './coverage.ts';
import { playSeeds } from './play-seeds.ts';
import { shrink } from './shrink.ts';
import type { Outcome } from './simulate.ts';
import { createTally } from './tally.ts';

/** Stories that are printed as they fail; of the others only the seed and what was broken. */
const STORIES_MAX = 3;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string' },
    story: { type: 'boolean', default: false },
    log: { type: 'boolean', default: false },
    coverage: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
    without: { type: 'string', default: '' },
  },
});
const [count, from] = [Number(values.seeds), Number(values.from)];
const workers = values.workers === undefined ? undefined : Number(values.workers);
const isWrong = (number: number | undefined) => number !== undefined && (!Number.isInteger(number) || number < 1);
if ([count, from, workers].some(isWrong)) {
  console.error(
    'usage: npm run simulate -- --seeds N --from N [--workers N] [--story] [--log] [--coverage] [--no-shrink] [--without crash,pause#3]',
  );
  process.exit(2);
}
const tally = createTally();
const coverage = createCoverage();
const without = values.without.split(',').filter((name) => name !== '');
const every = Math.max(100, Math.ceil(count / 100));

function show(outcome: Outcome): void {
  const { seed, error } = outcome;
  tally.add(outcome);
  coverage.add(outcome);
  const isTold = error !== undefined && tally.failures.length <= STORIES_MAX;
  if (values.story || isTold) console.log(`\nseed ${seed}\n  ${outcome.story.join('\n  ')}`);
  if (values.log) console.log([...outcome.log.map((line) => line.trimEnd()), ...outcome.calls].join('\n'));
  if (error !== undefined) console.log(`seed ${seed} FAILED: ${isTold ? error.stack : error.message.slice(0, 200)}`);
  if (tally.seeds % every === 0) console.log(tally.progress(count));
}

await playSeeds({ from, count, without, isWhole: values.log, ...(workers === undefined ? {} : { workers }) }, show);
if (values.coverage) console.log(`\n${coverage.table()}\n`);
console.log(tally.summary());
const [first] = tally.failures;
if (first !== undefined) {
  const replay = `npm run simulate -- --seeds 1 --from ${first.seed} --story --log`;
  console.log(`Replay it with: ${without.length === 0 ? replay : `${replay} --without ${without.join(',')}`}`);
  if (!values['no-shrink'] && without.length === 0) await tellShort(first.seed);
  process.exit(1);
}

async function tellShort(seed: number): Promise<void> {
  const shrunk = await shrink(seed);
  if (shrunk === undefined) {
    console.log(`Seed ${seed} does not fail when it is played alone.`);
    return;
  }
  const { outcome, without: left, runs } = shrunk;
  const happened = outcome.happened.filter((name) => !name.startsWith('command#'));
  console.log(`\nThe short story of seed ${seed}, after ${runs} runs: ${outcome.error?.message}`);
  console.log(`Needed: ${happened.length === 0 ? 'nothing but the commands' : happened.join(', ')}`);
  console.log(`  ${outcome.story.join('\n  ')}`);
  console.log(`Replay it with: npm run simulate -- --seeds 1 --from ${seed} --story --without ${left.join(',')}`);
}
