// npm run simulate -- --seeds 1000 --from 1: plays seeds, shows progress, and shortens the story of the first that fails.
import { parseArgs } from 'node:util';
import { createCoverage } from './coverage.ts';
import { playSeeds } from './play-seeds.ts';
import { shrink } from './shrink.ts';
import type { Outcome } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    story: { type: 'boolean', default: false },
    log: { type: 'boolean', default: false },
    coverage: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
    without: { type: 'string', default: '' },
  },
});
const [count, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(from)) {
  console.error(
    'usage: npm run simulate -- --seeds N --from N [--story] [--log] [--coverage] [--no-shrink] [--without crash,pause#3]',
  );
  process.exit(2);
}
const states = new Map<string, number>();
const failures: number[] = [];
const begin = Date.now();
const coverage = createCoverage();
const without = values.without.split(',').filter((name) => name !== '');
let crashes = 0;
let done = 0;

function show(outcome: Outcome): void {
  const { seed } = outcome;
  crashes += outcome.crashes;
  coverage.add(outcome);
  for (const state of outcome.states) states.set(state, (states.get(state) ?? 0) + 1);
  if (values.story || (outcome.error !== undefined && failures.length < 3))
    console.log(`\nseed ${seed}\n  ${outcome.story.join('\n  ')}`);
  if (values.log) console.log([...outcome.log.map((line) => line.trimEnd()), ...outcome.calls].join('\n'));
  if (outcome.error !== undefined) {
    failures.push(seed);
    console.log(`seed ${seed} FAILED: ${outcome.error.message}`);
    if (failures.length <= 3) console.log(outcome.error.stack);
  }
  done += 1;
  if (done % 100 === 0 || done === count) {
    const rate = (done / ((Date.now() - begin) / 1000)).toFixed(0);
    console.log(`${done} of ${count} seeds, ${failures.length} failed, ${crashes} crashes, ${rate} seeds/s`);
  }
}

await playSeeds({ from, count, without }, show);
console.log(
  [...states]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, number]) => `${state} ${number}`)
    .join(', '),
);
if (values.coverage) console.log(`\n${coverage.table()}`);
const [first] = failures;
if (first !== undefined) {
  const replay = `npm run simulate -- --seeds 1 --from ${first} --story --log`;
  console.log(`Replay it with: ${without.length === 0 ? replay : `${replay} --without ${without.join(',')}`}`);
  if (!values['no-shrink'] && without.length === 0) await tellShort(first);
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
