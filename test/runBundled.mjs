// Bundles a TypeScript entry with what it imports, packages left out, and gives what it exports to `use`. Builds dist first.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildAll, ensurePackages } from './ensureBuilt.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

export async function runBundled(entry, name, use) {
  // In the project, so that packages resolve from there.
  const bundle = path.join(root, 'artifacts', `${name}-${process.pid}.mjs`);
  process.chdir(root);
  await ensurePackages(console.error);
  await buildAll();
  const { build } = await import('esbuild');
  try {
    await build({
      entryPoints: [entry],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      packages: 'external',
      logLevel: 'warning',
    });
    process.exitCode = await use(await import(pathToFileURL(bundle)));
  } finally {
    rmSync(bundle, { force: true });
  }
}
