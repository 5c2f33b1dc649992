import type { TestProject } from 'vitest/node';
import { startCluster } from './testCluster.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The cluster of this test run: `runningCluster` takes it. */
    readonly cluster: { readonly number: number; readonly home: string };
  }
}

/** One cluster for all test files. It ends with the tests, and with this process when they are killed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster();
  project.provide('cluster', { number: cluster.number, home: cluster.home });
  return () => cluster.stop();
}
