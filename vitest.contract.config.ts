import { defineConfig } from 'vitest/config';

/** The client against govmomi's vcsim, and govmomi's govc against the simulated vCenter. Needs Go to build both. */
export default defineConfig({
  test: {
    include: ['test/contract/**/*.test.ts'],
    globalSetup: ['test/contract/build-tools.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
