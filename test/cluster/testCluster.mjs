// Starts Kubernetes clusters on this machine, breaks them on purpose and takes them down. What they are: README.md.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NotHere, run } from './commands.mjs';
import { buildKit } from './kit.mjs';
import { networkTaken, whyNoCluster } from './requirements.mjs';
import { clusterHome } from './store.mjs';

const scripts = fileURLToPath(new URL('kubernetes/scripts', import.meta.url));
/** What scripts end with where another process holds a cluster's number. */
const inUse = 9;
const script = (name) => path.join(scripts, `${name}.sh`);

/** The number in CLUSTER_NUMBER, else 0. Numbers run side by side on one machine; each has networks of its own. */
export function clusterNumber(env) {
  const number = Number(env.CLUSTER_NUMBER ?? 0);
  if (Number.isInteger(number) && number >= 0 && number <= 50) return number;
  throw new Error(`CLUSTER_NUMBER is ${env.CLUSTER_NUMBER}, and must be a whole number from 0 to 50.`);
}

/** Variables that the scripts know a cluster by. */
const settingsOf = ({ number, home }) => ({
  ...process.env,
  CLUSTER_NUMBER: String(number),
  CLUSTER_HOME: home,
});

/** A cluster that runs: started by this process, by another, or by hand. */
export function runningCluster({ number, home }) {
  const folder = path.join(home, 'run', String(number));
  const call = (name, args, options) =>
    run(script(name), args, { env: settingsOf({ number, home }), ...options });
  const user = (name) => ({
    kubeconfig: path.join(folder, 'pki', `${name}.kubeconfig`),
    context: `${name}@bench-${number}`,
  });
  return {
    number,
    home,
    folder,
    users: {
      admin: user('admin'),
      reader: user('reader'),
      noExec: user('no-exec'),
      restricted: user('restricted'),
    },
    fault: async (what, state) => void (await call('fault', [what, state])),
    proxyMode: async (mode) => void (await call('proxy-mode', [mode])),
    kubectl: (args, options) => call('run', ['kubectl', ...args], options),
    inNode: (node, command) => call('run', ['node', node, ...command]),
    inPodNetwork: (namespace, pod, command) => call('run', ['pod', namespace, pod, ...command]),
  };
}

/** The Envoy that the lab measures with, brought where it is not there. Throws a Problem where it cannot be had. */
export async function bringEnvoy(report) {
  const lab = createRequire(import.meta.url)('../../dist/lab.js');
  const { env } = process;
  const signal = new AbortController().signal;
  const cacheFolder = lab.defaultCacheFolder(env);
  const tools = await lab.provideTools({ wanted: ['envoy'], cacheFolder, env, signal, report });
  return tools.get('envoy').path;
}

/** Holds the number and takes down what is left of an earlier cluster. Yields what takes the cluster down. */
async function guard(env, number) {
  // In a session of its own, so that what ends this process and all it started does not end the guardian.
  const guardian = spawn(script('guardian'), [], { env, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const ended = new Promise((resolve, reject) => {
    guardian.once('error', reject);
    guardian.once('close', resolve);
  });
  const word = await Promise.race([
    ended,
    new Promise((resolve) => guardian.stdout.once('data', () => resolve('held'))),
  ]);
  if (word === inUse)
    throw new NotHere(`Cluster ${number} is in use. Choose another number with CLUSTER_NUMBER.`);
  if (word === 10) {
    throw new NotHere(
      `Cluster ${number} was started to stay. Take it down with test/cluster/cluster.mjs down, or choose another number with CLUSTER_NUMBER.`,
    );
  }
  if (word !== 'held') throw new Error(`Cluster ${number} could not be guarded: it ended with ${word}.`);
  return async () => {
    guardian.stdin.end();
    const code = await ended;
    if (code !== 0) throw new Error(`Cluster ${number} could not be taken down: it ended with ${code}.`);
  };
}

/**
 * Builds what is not built yet and starts a cluster, which ends with `stop()` or with this process, however that ends;
 * one that `stays` ends with `cluster.mjs down` alone. `envoy` is the program that enforces HTTP rules of policies: the
 * lab's where none is named, none where it is null. Throws {@link NotHere} where this machine cannot have a cluster.
 */
export async function startCluster({
  number = clusterNumber(process.env),
  home = clusterHome(process.env),
  nodes = ['node-a', 'node-b'],
  proxyMode = 'iptables',
  policyEngine = true,
  metrics = true,
  envoy,
  controllers = nodes.length > 0,
  emulated = process.env.CLUSTER_EMULATED ?? '',
  stays = false,
  report = console.error,
} = {}) {
  const reason = await whyNoCluster({ home });
  if (reason) throw new NotHere(`There can be no cluster here: ${reason}.`);
  const kit = await buildKit({ home, env: process.env, report });
  const httpProxy = envoy === undefined ? await bringEnvoy(report) : envoy;
  const env = {
    ...settingsOf({ number, home }),
    CLUSTER_KIT: kit,
    CLUSTER_NODES: nodes.join(' '),
    CLUSTER_PROXY_MODE: proxyMode,
    CLUSTER_POLICY: policyEngine ? 'netpol' : 'none',
    CLUSTER_METRICS: metrics ? 'yes' : 'no',
    CLUSTER_ENVOY: httpProxy ?? '',
    CLUSTER_CONTROLLERS: controllers ? 'yes' : '',
    CLUSTER_EMULATED: emulated,
  };
  const stop = await guard(env, number);
  const began = performance.now();
  try {
    await run(script('down'), [], { env });
    const taken = await networkTaken(number);
    if (taken !== undefined) {
      throw new NotHere(
        `The networks of cluster ${number} are in use here (${taken.trim()}). Choose another number with CLUSTER_NUMBER.`,
      );
    }
    await run(script('up'), [], { env, onLine: report });
    if (stays) await writeFile(path.join(home, 'run', String(number), 'stays'), '');
  } catch (error) {
    await stop();
    throw error;
  }
  report(`Cluster ${number} is up in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  if (stays) await stop();
  return { ...runningCluster({ number, home }), stop };
}

/** Takes a cluster down that was started to stay, or what is left of one. */
export async function stopCluster({ number, home }) {
  await mkdir(path.join(home, 'run'), { recursive: true });
  const lock = path.join(home, 'run', `${number}.lock`);
  try {
    await run('flock', ['--nonblock', '--conflict-exit-code', String(inUse), lock, script('down')], {
      env: settingsOf({ number, home }),
    });
  } catch (error) {
    if (error.ended !== inUse) throw error;
    throw new NotHere(`Cluster ${number} is in use by tests, which take it down.`, { cause: error });
  }
}
