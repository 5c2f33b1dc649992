// `npm run oracle [-- OPTION...]`: our analysis of policies against Cilium's own packages. --help says more.
// Ends with 0 when they agree, 1 when not, 2 when it could not be asked.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = path.join(root, 'artifacts', `oracle-${process.pid}.mjs`);
try {
  await build({
    entryPoints: [path.join(root, 'test/oracle/main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const { main } = await import(pathToFileURL(bundle));
  process.exitCode = await main(root, process.argv.slice(2), process.env);
} finally {
  rmSync(bundle, { force: true });
}
