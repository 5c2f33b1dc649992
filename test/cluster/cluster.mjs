// A cluster by hand: `node test/cluster/cluster.mjs up|down|fault|proxy-mode|kubectl|node|pod ...`.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll, ensurePackages } from '../ensureBuilt.mjs';
import { NotHere } from './commands.mjs';
import { clusterHome } from './store.mjs';
import { clusterNumber, runningCluster, startCluster, stopCluster } from './testCluster.mjs';

const usage = `node test/cluster/cluster.mjs COMMAND
  up [iptables|nftables]         start a cluster that stays
  down                           take it down
  fault WHAT on|off              break a part of it, or mend it: see kubernetes/scripts/fault.sh
  proxy-mode iptables|nftables   start kube-proxy anew in this mode
  kubectl ARGUMENT...            kubectl as the administrator
  node NODE COMMAND...           a command on a node
  pod NAMESPACE POD COMMAND...   a program of this machine in the network of a pod
CLUSTER_NUMBER (0 where it is not set) says which cluster, CLUSTER_HOME where all is kept.`;

const which = { number: clusterNumber(process.env), home: clusterHome(process.env) };
const scripts = fileURLToPath(new URL('kubernetes/scripts/', import.meta.url));

/** Runs a script with this terminal. */
function show(name, args) {
  const env = { ...process.env, CLUSTER_NUMBER: String(which.number), CLUSTER_HOME: which.home };
  return spawnSync(path.join(scripts, `${name}.sh`), args, { stdio: 'inherit', env }).status ?? 1;
}

async function up(proxyMode = 'iptables') {
  await ensurePackages(console.error);
  await buildAll();
  await startCluster({ ...which, proxyMode, stays: true });
  for (const { kubeconfig, context } of Object.values(runningCluster(which).users)) {
    console.log(`${context}: ${kubeconfig}`);
  }
  return 0;
}

const commands = {
  up,
  down: async () => {
    await stopCluster(which);
    return 0;
  },
  fault: (...args) => show('fault', args),
  'proxy-mode': (...args) => show('proxy-mode', args),
  kubectl: (...args) => show('run', ['kubectl', ...args]),
  node: (...args) => show('run', ['node', ...args]),
  pod: (...args) => show('run', ['pod', ...args]),
};

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name ?? '')) {
  console.error(usage);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await commands[name](...args);
  } catch (error) {
    // A Problem, and a machine that cannot have a cluster, are sentences for people; anything else is a defect.
    console.error(error instanceof NotHere || error.todo !== undefined ? error.message : error);
    process.exitCode = 3;
  }
}
