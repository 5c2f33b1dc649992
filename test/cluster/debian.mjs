// The machine's own programs that nodes need, from Debian's packages.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { NotHere, run } from './commands.mjs';

/** Programs and the packages that hold them. */
const packages = {
  busybox: 'busybox',
  conntrack: 'conntrack',
  containerd: 'containerd',
  ctr: 'containerd',
  ethtool: 'ethtool',
  ip: 'iproute2',
  iperf3: 'iperf3',
  ipset: 'ipset',
  iptables: 'iptables',
  nft: 'nftables',
  nsenter: 'util-linux',
  runc: 'runc',
  sockperf: 'sockperf',
  '/usr/lib/cni/ptp': 'containernetworking-plugins',
};

/** Absolute path of a program; undefined where it is not installed. */
export function programPath(name, env) {
  const folders = [
    ...(env.PATH ?? '').split(path.delimiter).filter(Boolean),
    '/usr/sbin',
    '/usr/bin',
    '/sbin',
    '/bin',
  ];
  const files = path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const missing = (env) => Object.keys(packages).filter((name) => programPath(name, env) === undefined);

/** Installs what is missing. Throws {@link NotHere}. */
export async function installPrograms({ env, report }) {
  const wanted = [...new Set(missing(env).map((name) => packages[name]))];
  if (wanted.length === 0) return;
  if (programPath('apt-get', env) === undefined) {
    throw new NotHere(`${wanted.join(', ')} are not installed, and this is not a Debian.`);
  }
  report(`Installing Debian's packages ${wanted.join(', ')}`);
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' } };
  const apt = (...args) => run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], options);
  try {
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', ...wanted);
  } catch (error) {
    const why =
      error.message.split('\n').find((line) => line.startsWith('E: ')) ?? error.message.split('\n')[0];
    throw new NotHere(`Debian's packages ${wanted.join(', ')} could not be installed: ${why}`);
  }
  const still = missing(env);
  if (still.length > 0)
    throw new NotHere(`Debian's packages were installed and hold no ${still.join(', ')}.`);
}
