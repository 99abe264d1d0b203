// npm run simulate -- --seeds 1000 --from 1: plays seeds, shows progress, and tells the story of the first that fails.
import { parseArgs } from 'node:util';
import { playSeeds } from './play-seeds.ts';
import type { Outcome } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    story: { type: 'boolean', default: false },
    log: { type: 'boolean', default: false },
  },
});
const [count, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(from)) {
  console.error('usage: npm run simulate -- --seeds N --from N [--story] [--log]');
  process.exit(2);
}
const states = new Map<string, number>();
const failures: number[] = [];
const begin = Date.now();
let crashes = 0;
let done = 0;

function show(outcome: Outcome): void {
  const { seed } = outcome;
  crashes += outcome.crashes;
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

await playSeeds({ from, count }, show);
console.log(
  [...states]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, number]) => `${state} ${number}`)
    .join(', '),
);
if (failures.length > 0) {
  console.log(`Replay one with: npm run simulate -- --seeds 1 --from ${failures[0]} --story`);
  process.exit(1);
}
