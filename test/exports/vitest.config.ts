import { defineConfig } from 'vitest/config';

/** What is exported, read by the programs that it is for. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/exports/**/*.test.ts'],
    globalSetup: ['test/exports/globalSetup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
