import { defineConfig } from 'vitest/config';

/** Pure code only. `vscode` is not installed as a module, so a stray import of it fails here. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/unit/**/*.test.ts'],
    // Against what never ends, not against what is slow: simulations and real processes on a busy machine take their time.
    testTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/core/**', 'src/store/**', 'src/cli/**', 'src/lab/**', 'src/kube/**'],
      reporter: ['text-summary'],
    },
  },
});
