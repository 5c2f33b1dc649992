// A real cluster for what is driven on one, and headless runs on it that are killed.
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { NotHere } from '../../cluster/commands.mjs';
import { startCluster } from '../../cluster/testCluster.mjs';
import { runQuietly, spawnOwned } from '../host/processes.mjs';
import { root } from '../state.mjs';
import { until } from './workbench.mjs';

/** What runs on a test cluster are begun with: it pulls no image, and both of its nodes share one machine. */
const benchOptions = [
  ...['--target', 'kube', '--cross-zone', '--cpu', '500m', '--memory', '256Mi'],
  ...['--image', 'fortio=registry.local/fortio:dev', '--image', 'network=registry.local/tools:dev'],
];
/** The shortest that a run can be. */
const shortest = ['--rounds', '1', '--seconds', '1'];
const runBeginsWithinMs = 120_000;

/** The cluster that CILIUM_BENCH_TEST_KUBECONFIG names, else one of our own, or why there is none here. */
export async function provideTestCluster() {
  const given = process.env.CILIUM_BENCH_TEST_KUBECONFIG;
  if (given) return { cluster: clusterOf(given, async () => {}) };
  try {
    const own = await startCluster({ metrics: false, envoy: null, policyEngine: false });
    return { cluster: clusterOf(own.users.admin.kubeconfig, () => own.stop()) };
  } catch (error) {
    // A Problem, and what this machine does not have, are sentences for people; anything else is a defect.
    if (error instanceof NotHere || error.todo !== undefined) return { why: error.message };
    throw error;
  }
}

function clusterOf(kubeconfig, stop) {
  const kube = createRequire(import.meta.url)('../../../dist/kube.js');
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return {
    kubeconfig: readFileSync(kubeconfig, 'utf8'),
    /** The namespaces that runs have there. */
    async benchNamespaces() {
      const { current } = await kube.readContexts(env);
      const client = await kube.openClient(current, env);
      try {
        const labelSelector = 'app.kubernetes.io/managed-by=cilium-bench';
        const { items } = await client.call({ path: '/api/v1/namespaces', query: { labelSelector } });
        return items.map(({ metadata }) => metadata.name);
      } finally {
        client.close();
      }
    },
    /** A headless run of `aa`, killed once it has stored so many samples. Yields it as it was stored then. */
    async killedRun({ samples, state }) {
      const before = new Set(readdirSync(state.runs));
      const command = ['dist/cli.js', 'run', 'aa', ...benchOptions, ...shortest, '--yes'];
      const child = spawnOwned(process.execPath, command, {
        cwd: root,
        env: { ...env, ...state.env, KUBECONFIG: kubeconfig },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
      const ended = once(child, 'exit');
      const stored = () =>
        readdirSync(state.runs)
          .filter((id) => !before.has(id) && existsSync(path.join(state.runs, id, 'run.json')))
          .map((id) => JSON.parse(readFileSync(path.join(state.runs, id, 'run.json'), 'utf8')))[0];
      await until(
        `${samples} samples of a headless run`,
        () => child.exitCode !== null || (stored()?.samples.length ?? 0) >= samples,
        runBeginsWithinMs,
      );
      child.kill('SIGKILL');
      const [code, signal] = await ended;
      if (signal !== 'SIGKILL') throw new Error(`The headless run ended by itself (${code}):\n${said}`);
      return stored();
    },
    /** Puts back what runs left, so that one test that fails does not fail the next. */
    async undo({ env: stateEnv }) {
      const options = { cwd: root, env: { ...env, ...stateEnv, KUBECONFIG: kubeconfig } };
      await runQuietly(process.execPath, ['dist/cli.js', 'undo'], options);
    },
    stop,
  };
}
