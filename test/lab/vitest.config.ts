import { defineConfig } from 'vitest/config';

/** The real kernel and the real load tools: one file at a time, since two loads at once would measure each other. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/lab/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
