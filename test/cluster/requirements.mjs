// What a machine must give besides programs: asked before anything is built or installed.
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from './commands.mjs';

/** Folders of the machine that a node has for itself: what lies there cannot be seen in a node. */
const hidden = ['/run', '/sys', '/var/lib', '/var/log'];

function isWritable(file) {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function whyNoControlGroups() {
  const missing = ['cpu', 'memory', 'pids'].filter((name) => !isWritable(`/sys/fs/cgroup/${name}/tasks`));
  if (missing.length === 0) return undefined;
  if (existsSync('/sys/fs/cgroup/cgroup.controllers')) {
    return 'this machine has control groups of version 2 alone, and nodes are made with those of version 1';
  }
  return `the control groups ${missing.join(', ')} cannot be written`;
}

/** Namespaces, and a mount of the kind that containers have, on the disk where they will be. */
async function whyNoContainers(home) {
  await mkdir(home, { recursive: true });
  const folder = await mkdtemp(path.join(home, '.trying-'));
  const tries = `mkdir lower upper work merged && mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged`;
  try {
    const namespaces = ['--mount', '--pid', '--uts', '--ipc', '--net', '--cgroup', '--fork'];
    await run('unshare', [...namespaces, 'sh', '-c', tries], { cwd: folder });
    return undefined;
  } catch (error) {
    return `namespaces or overlay mounts are not to be had (${error.message.trim().split('\n').at(-1)})`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two nodes and a control plane hold 28 inotify instances. */
const inotifyInstances = 32;

/** Of this user in this user namespace: the kernel's limit is theirs (inotify(7), user_namespaces(7)). */
function usedInotifyInstances() {
  const ours = readlinkSync('/proc/self/ns/user');
  const ofProcess = (pid) => {
    const folder = `/proc/${pid}`;
    try {
      if (statSync(folder).uid !== process.getuid() || readlinkSync(`${folder}/ns/user`) !== ours) return 0;
      const open = readdirSync(`${folder}/fd`).map((fd) => readlinkSync(`${folder}/fd/${fd}`));
      return open.filter((target) => target === 'anon_inode:inotify').length;
    } catch {
      return 0; // It ended meanwhile.
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.reduce((sum, pid) => sum + ofProcess(pid), 0);
}

function whyNoWatchers() {
  const most = Number(readFileSync('/proc/sys/fs/inotify/max_user_instances', 'utf8'));
  const used = usedInotifyInstances();
  if (most - used >= inotifyInstances) return undefined;
  return `it needs ${inotifyInstances} inotify instances, and ${used} of ${most} are in use: sysctl -w fs.inotify.max_user_instances=${most * 4}`;
}

/** Who has the networks of a cluster's number already: the first route into them; undefined where nobody has. */
export async function networkTaken(number) {
  const first = 90 + 3 * number;
  const routes = (await run('ip', ['-4', 'route', 'show', 'table', 'all'])).split('\n');
  return routes.find((route) => {
    const second = Number(/^(?:\w+ )?10\.(\d+)\./.exec(route)?.[1] ?? NaN);
    return second >= first && second < first + 3;
  });
}

/** Why there can be no cluster on this machine; undefined where there can. */
export async function whyNoCluster({ home }) {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (!['x64', 'arm64'].includes(process.arch)) return `there are no images for ${process.arch}`;
  if (process.getuid() !== 0) return 'it needs root, for namespaces, control groups and mounts';
  const below = hidden.find((folder) => `${home}/`.startsWith(`${folder}/`));
  if (below !== undefined) return `its folder ${home} lies below ${below}, which nodes have for themselves`;
  return whyNoControlGroups() ?? whyNoWatchers() ?? (await whyNoContainers(home));
}
