// `npm run acceptance -- --context NAME [OPTION...]`: every scenario that a cluster can run, in its shortest form, with a look at
// validity, undo and leftovers. Options of `cilium-bench run` go along; `--record NAME` keeps the outcome for README's table.
// Ends with 0 when nothing failed. It makes pods and Services on that cluster and takes them away again.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildAll, ensurePackages } from '../ensureBuilt.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
// In the project, so that packages resolve from there.
const bundle = path.join(root, 'artifacts', `acceptance-${process.pid}.mjs`);

process.chdir(root);
await ensurePackages(console.error);
await buildAll();
const { build } = await import('esbuild');
try {
  await build({
    entryPoints: ['test/acceptance/main.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const { acceptance } = await import(pathToFileURL(bundle));
  process.exitCode = await acceptance(process.argv.slice(2), root);
} finally {
  rmSync(bundle, { force: true });
}
