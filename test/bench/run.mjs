// `npm run bench [-- NAME...]`: the speed figures, a line each, as a ratio beside a peer or a limit of the same run.
// Ends with 0 when none is over.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildAll, ensurePackages } from '../ensureBuilt.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
// In the project, so that packages resolve from there.
const bundle = path.join(root, 'artifacts', `bench-${process.pid}.mjs`);

process.chdir(root);
await ensurePackages(console.error);
await buildAll();
const { build } = await import('esbuild');
try {
  await build({
    entryPoints: ['test/bench/main.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const { bench } = await import(pathToFileURL(bundle));
  process.exitCode = await bench(process.argv.slice(2));
} finally {
  rmSync(bundle, { force: true });
}
