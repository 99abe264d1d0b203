import { defineConfig } from 'vitest/config';

/** What kills a mutant: the tests of the two rooms that are mutated, without those that start processes or servers. */
export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts', 'test/app/**/*.test.ts', 'test/scenarios/whole-jobs.test.ts'],
    setupFiles: ['test/support/pin-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
