// `npm test [-- TIER...]`: makes a fresh clone ready, runs every tier that can run here, and ends with one line
// `N passed, N failed, N skipped`. Counts come from the tools' own reports. Ends with 0 only when nothing failed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll, ensurePackages } from './ensureBuilt.mjs';
import { whyNoNamespaces } from './labHere.mjs';
import { endKindly, spawnOwned } from './vscode/host/processes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(path.join(os.tmpdir(), 'cilium-bench-test-'));
process.once('exit', () => rmSync(reports, { recursive: true, force: true }));
const minutes = 60_000;
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

/** @typedef {{passed: number, failed: number, skipped: number, reason?: string}} Counts */

/** Runs one command with its output shown. Yields its exit code, or what ended it. */
async function show(command, args, timeoutMs) {
  const child = spawnOwned(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void endKindly(child);
  }, timeoutMs);
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  clearTimeout(timer);
  return late ? `it took longer than ${timeoutMs / minutes} min` : code;
}

function report(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const broke = (why) => ({ passed: 0, failed: 1, skipped: 0, reason: `broke off: ${why}` });
const cannotRun = (reason) => ({ passed: 0, failed: 0, skipped: 1, reason });

async function check() {
  const parts = {
    types: [bin('tsc'), ['--noEmit']],
    'webview types': [bin('tsc'), ['--noEmit', '-p', 'webview']],
    lint: [bin('eslint'), ['--max-warnings', '0', '.']],
    format: [bin('prettier'), ['--check', '--log-level', 'warn', '.']],
    'dead code': [bin('knip'), []],
  };
  const failed = [];
  for (const [name, [command, args]] of Object.entries(parts)) {
    const ended = await show(command, args, 5 * minutes);
    console.log(`${ended === 0 ? '✓' : '✗'} ${name}${ended === 0 ? '' : ` (${ended})`}`);
    if (ended !== 0) failed.push(name);
  }
  return {
    passed: Object.keys(parts).length - failed.length,
    failed: failed.length,
    skipped: 0,
    ...(failed.length > 0 ? { reason: failed.join(', ') } : {}),
  };
}

async function vitest(config, timeoutMs, ...args) {
  const file = path.join(reports, `${config.replaceAll('/', '-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const ended = await show(bin('vitest'), ['run', '--config', config, ...reporters, ...args], timeoutMs);
  const found = report(file);
  if (!found) return broke(ended === 0 ? 'no report' : ended);
  // A file that could not be loaded has failed and holds no test.
  const unloaded = found.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = found.numFailedTests + unloaded;
  return {
    passed: found.numPassedTests,
    // An error outside any test shows in the exit code alone.
    failed: failed === 0 && ended !== 0 ? 1 : failed,
    skipped: found.numPendingTests + found.numTodoTests,
    ...(failed === 0 && ended !== 0 ? { reason: `vitest ended with ${ended}` } : {}),
  };
}

async function lab() {
  const reason = await whyNoNamespaces();
  if (reason) return cannotRun(reason);
  const file = path.join(reports, 'lab-tools.json');
  const ended = await show(process.execPath, ['test/labTools.mjs', '--counts', file], 10 * minutes);
  const provided = report(file);
  if (!provided) return broke(`the tools of the lab were not brought (${ended})`);
  if (provided.cannotRun) return cannotRun(provided.cannotRun);
  return vitest('test/lab/vitest.config.ts', 15 * minutes);
}

/** What the test cluster is started from. The first time on a machine it builds all of Kubernetes. */
async function prepareCluster() {
  const file = path.join(reports, 'cluster.json');
  const ended = await show(process.execPath, ['test/cluster/prepare.mjs', '--counts', file], 40 * minutes);
  return { ended, prepared: report(file) };
}

async function cluster() {
  const { ended, prepared } = await prepareCluster();
  if (!prepared) return broke(`what the cluster is started from was not built (${ended})`);
  if (prepared.cannotRun) return cannotRun(prepared.cannotRun);
  // A machine that others use too takes half as long again.
  return vitest('test/cluster/vitest.config.ts', 35 * minutes);
}

async function ui() {
  // Here, where it may take its time. A machine that can have no cluster skips what is driven on one, and says why.
  await prepareCluster();
  return script('test/vscode/ui/run.mjs', 30 * minutes);
}

async function script(file, timeoutMs) {
  const counts = path.join(reports, `${path.basename(file)}.json`);
  const ended = await show(process.execPath, [file, '--counts', counts], timeoutMs);
  const found = report(counts);
  if (!found) return broke(ended === 0 ? 'no count' : ended);
  if (found.cannotRun) return cannotRun(found.cannotRun);
  if (ended !== 0 && found.failed === 0) return { ...found, failed: 1, reason: `ended with ${ended}` };
  return found;
}

/** In the order they run: the quickest to say no first. */
const tiers = {
  check,
  unit: () => vitest('test/unit/vitest.config.ts', 15 * minutes, '--coverage'),
  lab,
  cluster,
  exports: () => vitest('test/exports/vitest.config.ts', 8 * minutes),
  vscode: () => script('test/vscode/inHost.mjs', 12 * minutes),
  ui,
};

function line(name, { passed, failed, skipped, reason, seconds }) {
  if (passed + failed === 0 && reason) return `${name} skipped: ${reason}`;
  const parts = [`${passed} passed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped > 0) parts.push(`${skipped} skipped`);
  const took = seconds === undefined ? '' : ` in ${seconds} s`;
  return `${name} ${parts.join(', ')}${took}${reason ? ` (${reason})` : ''}`;
}

/** What one tier counts, with all that goes wrong in it counted against it. */
async function countsOf(tier) {
  try {
    const counts = await tier();
    return counts.passed + counts.failed + counts.skipped === 0 ? broke('it ran no test') : counts;
  } catch (error) {
    console.error(error);
    return broke(error.message.split('\n')[0]);
  }
}

async function runTier(name, tier) {
  console.log(`\n── ${name} ──`);
  const began = Date.now();
  return { ...(await countsOf(tier)), seconds: Math.round((Date.now() - began) / 1000) };
}

async function main() {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !Object.hasOwn(tiers, name));
  if (unknown.length > 0) {
    console.error(`There is no tier ${unknown.join(', ')}. The tiers are ${Object.keys(tiers).join(', ')}.`);
    return 2;
  }
  const results = new Map();
  const began = Date.now();
  try {
    await ensurePackages(console.log);
    await buildAll();
  } catch (error) {
    console.error(error.message);
    results.set('build', broke('npm run build fails'));
  }
  for (const [name, tier] of Object.entries(tiers)) {
    if (asked.length === 0 || asked.includes(name)) results.set(name, await runTier(name, tier));
  }
  const sum = (what) => [...results.values()].reduce((total, counts) => total + counts[what], 0);
  console.log(`\n${[...results].map(([name, counts]) => line(name, counts)).join('\n')}`);
  console.log(`took ${Math.round((Date.now() - began) / 1000)} s`);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return sum('failed') > 0 ? 1 : 0;
}

process.exitCode = await main();
