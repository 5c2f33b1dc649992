/**
 * Libraries that the analysis stands on, each a file of its own in dist/ (`libraryEntries` in esbuild.mjs). Who must not hold a thread
 * for long loads them one after the other before the analysis itself, which then finds them there.
 */
export const libraryParts: readonly (() => Promise<unknown>)[] = [
  () => import('yaml'),
  () => import('re2js'),
];
