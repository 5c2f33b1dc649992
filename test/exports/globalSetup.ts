import type { TestProject } from 'vitest/node';
import { provide, type ProvidedForExports } from './provide.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    readonly exports: ProvidedForExports;
  }
}

/** Brings what the tests need, once a machine. What cannot be had is said here and skipped there. */
export default async function setup(project: TestProject): Promise<void> {
  const provided = await provide(process.env, (text) => {
    console.log(text);
  });
  for (const [name, one] of Object.entries(provided) as [
    string,
    ProvidedForExports[keyof ProvidedForExports],
  ][])
    if ('whyNot' in one) console.warn(`SKIPPED: exports are not tested with ${name}: ${one.whyNot}`);
  project.provide('exports', provided);
}
