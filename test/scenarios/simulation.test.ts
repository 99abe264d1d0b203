import { describe, expect, it } from 'vitest';
import { simulate } from '../simulation/simulate.ts';

const SEEDS = 200;
/** Seeds a test: a failing one is named by its test, and vitest can share them between workers. */
const BLOCK = 25;
const only = process.env['SEED'];

describe('whole jobs under crashes, lost answers and repeated messages', () => {
  const blocks =
    only === undefined ? Array.from({ length: SEEDS / BLOCK }, (_, index) => index * BLOCK + 1) : [Number(only)];
  it.each(blocks)('keep every promise from seed %i on', { timeout: 300_000 }, async (from) => {
    for (let seed = from; seed < from + (only === undefined ? BLOCK : 1); seed += 1) {
      const { error, story } = await simulate(seed);
      expect(error, `seed ${seed} (replay: SEED=${seed} npm test -- simulation)\n${story.join('\n')}`).toBeUndefined();
    }
  });
});
