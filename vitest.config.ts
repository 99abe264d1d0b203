import { defineConfig } from 'vitest/config';

/** The suite that needs nothing but Node and npm. Contract and page tests have configurations of their own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/contract/**', 'test/page/**', '**/node_modules/**'],
    setupFiles: ['test/support/pin-seed.ts'],
    // Generous: two cores may be busy with something else, and no test here is about time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
