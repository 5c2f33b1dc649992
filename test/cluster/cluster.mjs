// A cluster by hand: `node test/cluster/cluster.mjs up|down|fault|proxy-mode|stand-ins|kubectl|node|pod ...`.
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
  stand-ins on|off               stand-in agents, which answer as Cilium's are documented to: see agents/agents.yaml
  kubectl ARGUMENT...            kubectl as the administrator
  node NODE COMMAND...           a command on a node
  pod NAMESPACE POD COMMAND...   a program of this machine in the network of a pod
CLUSTER_NUMBER (0 where it is not set) says which cluster, CLUSTER_HOME where all is kept, CLUSTER_EMULATED which
Kubernetes version the control plane behaves as, e.g. 1.32: its own where it is not set.`;

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

/** For a try by hand of what needs agents; tests apply the same manifests themselves. */
function standIns(wanted) {
  const file = (name) => fileURLToPath(new URL(name, import.meta.url));
  const manifests = file('agents/agents.yaml');
  if (wanted === 'off') {
    const map = ['configmap/cilium-stand-in', '--namespace', 'kube-system'];
    return show('run', ['kubectl', 'delete', ...map]) || show('run', ['kubectl', 'delete', '-f', manifests]);
  }
  const outputs = {
    'agent.sh': 'agents/agent.sh',
    'status-on.json': '../unit/agents/documented/cilium-1.19.4-on.json',
    'status-off.json': '../unit/agents/documented/cilium-1.19.4-off.json',
    'maps.json': '../unit/agents/captured/bpftool-7.1-bpffs.json',
  };
  const files = Object.entries(outputs).map(([name, from]) => `--from-file=${name}=${file(from)}`);
  const made = show('run', [
    'kubectl',
    'create',
    'configmap',
    'cilium-stand-in',
    '--namespace=kube-system',
    ...files,
  ]);
  return made || show('run', ['kubectl', 'apply', '-f', manifests]);
}

const commands = {
  up,
  down: async () => {
    await stopCluster(which);
    return 0;
  },
  fault: (...args) => show('fault', args),
  'proxy-mode': (...args) => show('proxy-mode', args),
  'stand-ins': (wanted) => standIns(wanted),
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
