// `npm start [-- OPTION...]`: makes a fresh clone ready and measures what the example policy costs on this machine.
// Options go to `cilium-bench run`. Only Node's own modules here, since there may be no others yet.
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(fileURLToPath(import.meta.url));
const leastNode = 20;

/** What is run when nothing else is asked for. An option that is given replaces the one here. */
const defaults = [
  ['--policy', path.relative(process.cwd(), path.join(root, 'examples', 'shop-l7.yaml'))],
  ['--target', 'lab'],
  ['--profile', 'quick'],
  ['--yes'],
];
const sources = ['src', 'webview', 'package.json', 'package-lock.json', 'esbuild.mjs', 'tsconfig.json'];
/** Without these there is no run and no report. */
const neededParts = ['cli.js', 'lab.js', 'policy.js', 'report.js', 'report.css'];

/** Time of the latest change below a path, in ms. A folder counts as well: it changes when a file is removed. */
function latestChange(file) {
  const stats = statSync(file);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(file).map((name) => latestChange(path.join(file, name))));
}

function isBuilt() {
  try {
    const built = neededParts.map((name) => statSync(path.join(root, 'dist', name)).mtimeMs);
    const changed = sources.map((name) => latestChange(path.join(root, name)));
    return Math.min(...built) > Math.max(...changed);
  } catch {
    return false;
  }
}

async function main(given) {
  if (Number(process.versions.node.split('.')[0]) < leastNode) {
    console.error(
      `Node ${leastNode} or newer is needed, and this is ${process.versions.node}. Install one from nodejs.org.`,
    );
    process.exitCode = 2;
    return;
  }
  const { buildAll, ensurePackages } = await import('./test/ensureBuilt.mjs');
  try {
    await ensurePackages(console.error);
    if (!isBuilt()) {
      console.error('Building');
      await buildAll();
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 3;
    return;
  }
  const kept = defaults.filter(
    ([name]) => !given.some((word) => word === name || word.startsWith(`${name}=`)),
  );
  // Those of the building end the process at once; the command line has a lab to take down.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
  // In this process, so that signals, the terminal and the exit code are the command line's own.
  const cli = path.join(root, 'dist', 'cli.js');
  process.argv = [process.execPath, cli, 'run', 'policy-overhead', ...kept.flat(), ...given];
  createRequire(import.meta.url)(cli);
}

await main(process.argv.slice(2));
