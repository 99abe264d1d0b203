import { defineConfig } from 'vitest/config';

/** The lab's page in a real Chromium: npm run test:page. CHROMIUM names its executable where it is elsewhere. */
export default defineConfig({
  test: {
    include: ['test/page/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 1,
  },
});
