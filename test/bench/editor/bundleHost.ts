import path from 'node:path';
import { build } from 'esbuild';

/** Bundles the stand-in of the extension host into a file; the policy analysis stays the bundle of its own that it is. */
export async function bundleHost(outfile: string): Promise<void> {
  await build({
    entryPoints: ['test/bench/editor/host.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // As the extension is built.
    supported: { 'dynamic-import': false },
    minify: true,
    alias: { vscode: path.resolve('test/bench/editor/vscodeStandIn.ts') },
    logLevel: 'warning',
    plugins: [
      {
        name: 'policy-bundle',
        setup(bundling) {
          bundling.onResolve({ filter: /core\/policy\/main$/ }, () => ({
            path: path.resolve('dist/policy.js'),
            external: true,
          }));
          bundling.onResolve({ filter: /^(yaml|re2js)$/ }, ({ path: name }) => ({
            path: path.resolve(`dist/${name}.js`),
            external: true,
          }));
        },
      },
    ],
  });
}
