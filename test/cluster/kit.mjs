// The kit: all that a cluster is started from. Built from Go modules and Debian's packages, and kept.
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, statfs, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NotHere, withLock } from './commands.mjs';
import { installPrograms } from './debian.mjs';
import { findGo, leastGo } from './go.mjs';
import { images } from './images.mjs';
import { keep, keyOf, keyOfFolder, removeOld } from './store.mjs';

const sources = fileURLToPath(new URL('kubernetes', import.meta.url));
const modules = ['kube', 'pause', 'coredns', 'metrics', 'crds'].map((name) => path.join(sources, name));

/** As `catalogue` in src/lab/tools has it: pods and lab measure with the same one. */
const fortio = 'fortio.org/fortio@v1.68.0';

/** What Go's module and build caches and the kit take on an empty machine, in bytes; measured, and half as much again. */
const neededBytes = 12e9;

/** `-ldflags` that tell Kubernetes' programs their version, which is that of their module. */
function kubernetesFlags() {
  const version = /k8s\.io\/kubernetes v((\d+)\.(\d+)\.\d+)/.exec(
    readFileSync(path.join(sources, 'kube', 'go.mod'), 'utf8'),
  );
  const [, whole, major, minor] = version;
  const facts = {
    gitVersion: `v${whole}`,
    gitMajor: major,
    gitMinor: minor,
    gitCommit: 'none',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
  };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((where) =>
    Object.entries(facts).map(([name, value]) => `-X ${where}.${name}=${value}`),
  );
}

/** A program of one of our modules. */
function program(name, folder, flags = []) {
  const cwd = path.join(sources, folder);
  return {
    name,
    key: async () => keyOf(await keyOfFolder(cwd), flags.join(' ')),
    // Apart from the build, so that a registry that cannot be reached is told from code that does not compile.
    fetch: (go) => go(['list', '-deps', '.'], { cwd }),
    build: (go, folder) =>
      go(['build', '-ldflags', ['-s -w', ...flags].join(' '), '-o', path.join(folder, name), '.'], { cwd }),
  };
}

/** In the order they are made: the one that takes longest first. */
const parts = [
  program('kube', 'kube', kubernetesFlags()),
  program('pause', 'pause'),
  program('coredns', 'coredns'),
  program('metrics-server', 'metrics'),
  {
    name: 'fortio',
    key: async () => keyOf(fortio),
    fetch: (go) => go(['mod', 'download', fortio], { cwd: os.tmpdir() }),
    build: (go, folder, env) =>
      go(['install', '-ldflags', '-s -w', fortio], { cwd: os.tmpdir(), env: { ...env, GOBIN: folder } }),
  },
  {
    name: 'cilium-crds',
    key: () => keyOfFolder(path.join(sources, 'crds')),
    fetch: (go) => ciliumModule(go),
    build: async (go, folder) => {
      const crds = path.join(await ciliumModule(go), 'pkg/k8s/apis/cilium.io/client/crds');
      const files = (await readdir(crds, { recursive: true })).filter((file) => file.endsWith('.yaml'));
      const into = path.join(folder, 'cilium-crds');
      await mkdir(into);
      for (const file of files)
        await copyFile(path.join(crds, file), path.join(into, file.replaceAll('/', '-')));
    },
  },
];

/** Where Go keeps the module of Cilium. Its definitions are Apache-2.0, as all of it but the programs in the kernel. */
async function ciliumModule(go) {
  const answer = await go(['mod', 'download', '-json', 'github.com/cilium/cilium'], {
    cwd: path.join(sources, 'crds'),
  });
  return JSON.parse(answer).Dir;
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(0)} s`;

async function build({ name, fetch, build }, go, folder, { env, report }) {
  const began = performance.now();
  try {
    await fetch(go);
  } catch (error) {
    throw new NotHere(`The Go modules of ${name} could not be fetched: ${lastLine(error.message)}`);
  }
  report(`Fetched the modules of ${name} in ${seconds(began)}, building it`);
  const fetched = performance.now();
  await build(go, folder, env);
  report(`Built ${name} in ${seconds(fetched)}`);
}

const lastLine = (text) => text.trim().split('\n').at(-1);

async function checkSpace(folder) {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= neededBytes) return;
  throw new NotHere(
    `Building the cluster's programs takes ${neededBytes / 1e9} GB, and ${(bavail * bsize) / 1e9} GB are free in ${folder}.`,
  );
}

/**
 * Makes what is not there yet and yields the kit's folder: `bin/`, `images/`, `cilium-crds/`. The same sources give the
 * same folder, at once. `report` takes a short sentence on what goes on and how long it took.
 * Throws {@link NotHere} where Go, a module or a package is not to be had here.
 */
export async function buildKit({ home, env, report }) {
  const store = path.join(home, 'store');
  await mkdir(store, { recursive: true });
  return withLock(path.join(home, 'store.lock'), async () => {
    await installPrograms({ env, report });
    const { go, version } = await findGo(leastGo(modules), env);
    const made = new Map();
    let isNew = false;
    const keepPart = async (part) => {
      const key = keyOf(await part.key(), version, process.arch);
      const folder = await keep(store, part.name, key, async (work) => {
        if (!isNew) await checkSpace(store);
        isNew = true;
        await build(part, go, work, { env, report });
      });
      made.set(part.name, path.join(folder, part.name));
    };
    for (const part of parts) await keepPart(part);

    const bin = new Map([...made].filter(([name]) => name !== 'cilium-crds'));
    const packed = new Map();
    for (const { name, key, pack } of await images(bin, env)) {
      packed.set(`${name}.tar`, path.join(await keep(store, `image-${name}`, key, pack), `${name}.tar`));
    }
    const targets = [...made.values(), ...packed.values()];
    const kit = await keep(store, 'kit', keyOf(...targets), async (work) => {
      await symlink(made.get('cilium-crds'), path.join(work, 'cilium-crds'));
      await link(path.join(work, 'bin'), bin);
      await link(path.join(work, 'images'), packed);
    });
    if (isNew) await removeOld(store, Date.now());
    return kit;
  });
}

async function link(folder, files) {
  await mkdir(folder);
  for (const [name, target] of files) await symlink(target, path.join(folder, name));
}
