import { defineConfig } from 'vitest/config';

/** A Kubernetes cluster of two nodes, started once for all files: one file at a time, since some break it on purpose. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/cluster/**/*.test.ts'],
    globalSetup: ['test/cluster/globalSetup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
