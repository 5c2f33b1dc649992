// Builds everything into dist/: `node esbuild.mjs [--watch] [--production]`. Fails when a bundle is over its size budget.
import { rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context, formatMessages } from 'esbuild';
import { thirdPartyNotices } from './notices.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

/** Node entries by the name of their file in dist/. Those marked lazy are loaded by `import()` when first needed. */
const nodeEntries = {
  extension: 'src/extension.ts',
  cli: 'src/cli/main.ts',
};
const lazyEntries = {
  advice: 'src/core/words/advice/main.ts',
  exchange: 'src/store/exchange/main.ts',
  history: 'src/ui/history/main.ts',
  kube: 'src/kube/main.ts',
  lab: 'src/lab/main.ts',
  policy: 'src/core/policy/main.ts',
  cliResults: 'src/cli/results/main.ts',
  results: 'src/ui/panel/main.ts',
  run: 'src/ui/run/main.ts',
  exports: 'src/ui/export/main.ts',
  compare: 'src/ui/compare/main.ts',
  ui: 'src/ui/main.ts',
};
/**
 * Libraries that are files of their own beside the part that needs them: the editor loads each in a turn of its own
 * (`src/ui/editor/loadAnalysis.ts`), and no turn is long.
 */
const libraryEntries = {
  yaml: 'yaml',
  re2js: 're2js',
};
const webEntries = {
  panel: 'webview/panel.ts',
  report: 'webview/report.ts',
};

/**
 * Limits in kB of the minified file. The extension's main bundle is what every window pays for at start. The policy part,
 * loaded for the first manifest, carries a YAML parser (about 120 kB) and RE2 (about 155 kB, its Unicode tables the most).
 */
const budgetsKb = {
  extension: 15,
  advice: 80,
  ui: 150,
  history: 15,
  cli: 270,
  exchange: 110,
  kube: 2000,
  lab: 150,
  policy: 190,
  yaml: 130,
  re2js: 165,
  cliResults: 215,
  results: 100,
  run: 120,
  exports: 100,
  compare: 100,
  panel: 320,
  report: 230,
};

/** Turns `import('../kube/main')` into a require of dist/kube.js, so that a lazy part is a file of its own. */
const lazyParts = {
  name: 'lazy-parts',
  setup(build) {
    const byPath = new Map(Object.entries(lazyEntries).map(([name, file]) => [path.join(root, file), name]));
    build.onResolve({ filter: /^\./ }, (args) => {
      if (args.kind !== 'dynamic-import') return undefined;
      const name = byPath.get(`${path.resolve(args.resolveDir, args.path)}.ts`);
      if (!name)
        return { errors: [{ text: `import('${args.path}') is not one of the lazy entries in esbuild.mjs` }] };
      return { path: `./${name}.js`, external: true };
    });
  },
};

/** Leaves `import ... from 'yaml'` to dist/yaml.js. */
const libraryParts = {
  name: 'library-parts',
  setup(build) {
    build.onResolve({ filter: /^[^.]/ }, ({ path: name, kind }) =>
      kind !== 'entry-point' && name in libraryEntries ? { path: `./${name}.js`, external: true } : undefined,
    );
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  outdir: 'dist',
  minify: true,
  sourcemap: production ? false : 'linked',
  metafile: true,
  logLevel: 'warning',
  // Licences go to ThirdPartyNotices.txt, whole.
  legalComments: 'none',
};
const node = {
  ...common,
  entryPoints: { ...nodeEntries, ...lazyEntries, ...libraryEntries },
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Node reads a file twice that a CommonJS module brings in by import(), the first time for its exports.
  supported: { 'dynamic-import': false },
  external: ['vscode'],
  // The library is ESM only and asks for its own address: give it one in the CommonJS bundle.
  banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': '__importMetaUrl' },
  plugins: [lazyParts, libraryParts],
};
const web = {
  ...common,
  entryPoints: webEntries,
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  loader: { '.css': 'css' },
};

function overBudget() {
  return Object.entries(budgetsKb).flatMap(([name, limit]) => {
    const kb = statSync(path.join(root, 'dist', `${name}.js`)).size / 1000;
    return kb > limit
      ? [`dist/${name}.js is ${kb.toFixed(0)} kB; its budget is ${limit} kB (esbuild.mjs, budgetsKb).`]
      : [];
  });
}

let building = 0;

/** Says when rebuilding begins and ends, errors in between: the task in .vscode/tasks.json reads it. */
const announce = {
  name: 'announce',
  setup(build) {
    build.onStart(() => {
      if (building === 0) console.log('[watch] build started');
      building += 1;
    });
    build.onEnd(async ({ errors, warnings }) => {
      for (const [kind, messages] of Object.entries({ error: errors, warning: warnings })) {
        for (const text of await formatMessages(messages, { kind })) console.error(text);
      }
      building -= 1;
      if (building === 0) console.log('[watch] build finished');
    });
  },
};

if (watch) {
  const inWatch = ({ plugins = [], ...options }) => ({
    ...options,
    minify: false,
    logLevel: 'silent',
    plugins: [...plugins, announce],
  });
  await Promise.all([node, web].map(async (options) => (await context(inWatch(options))).watch()));
} else {
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const built = await Promise.all([node, web].map((options) => build(options)));
  const metafiles = built.map(({ metafile }) => metafile);
  writeFileSync(path.join(root, 'dist', 'ThirdPartyNotices.txt'), thirdPartyNotices(root, metafiles));
  const problems = overBudget();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
}
