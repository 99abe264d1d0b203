import { defineConfig } from 'vitest/config';

/** The suite that needs nothing but Node and npm. Contract and page tests have configurations of their own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/contract/**', 'test/page/**', 'node_modules/**'],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
