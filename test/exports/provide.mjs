// Programs and packages of others that exports are tested with: Prometheus with promtool, the Pushgateway, and Grafana's own
// code. Found on PATH, else brought once to the user's cache folder; nothing is installed on the machine.
import { cp, mkdir, readFile, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NotHere, run, withLock } from '../cluster/commands.mjs';
import { programPath } from '../cluster/debian.mjs';
import { keep, keyOf, removeOld } from '../cluster/store.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const grafanaFiles = path.join(here, 'grafana');

/** The program of each name, and the Debian package that holds it. */
const programs = {
  promtool: { names: ['promtool'], debian: 'prometheus' },
  prometheus: { names: ['prometheus'], debian: 'prometheus' },
  pushgateway: { names: ['pushgateway', 'prometheus-pushgateway'], debian: 'prometheus-pushgateway' },
};

const unpackedName = 'unpacked';

/** `cilium-bench-tests/exports` under the user's cache folder. */
function exportsHome(env) {
  const xdg = env.XDG_CACHE_HOME;
  const cache = xdg && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache');
  return path.join(cache, 'cilium-bench-tests', 'exports');
}

const found = (names, env) => names.map((name) => programPath(name, env)).find((file) => file !== undefined);

/** Debian's packages, unpacked into a folder: no root needed, and no service is started. */
async function unpackDebian(packages, into, env) {
  const options = { cwd: into, env: { ...env, LC_ALL: 'C' } };
  const download = () => run('apt-get', ['-q', 'download', ...packages], options);
  // Without lists, or with old ones, there is nothing to download.
  await download().catch(async () => {
    await run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', 'update'], options);
    await download();
  });
  for (const file of (await readdir(into)).filter((name) => name.endsWith('.deb')))
    // Below the kept folder: unpacking gives a folder the package's own date, and by its date a kept one is removed.
    await run('dpkg-deb', ['-x', file, unpackedName], options);
}

async function prometheusPrograms(store, env, say) {
  const missing = Object.values(programs).filter(({ names }) => found(names, env) === undefined);
  let unpacked = env;
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(({ debian }) => debian))];
    if (programPath('apt-get', env) === undefined)
      throw new NotHere(`${packages.join(', ')} are not installed, and this is not a Debian`);
    const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
    const folder = await keep(store, 'prometheus', keyOf(release, os.arch(), ...packages), (into) => {
      say(`Bringing Debian's ${packages.join(', ')}`);
      return unpackDebian(packages, into, env);
    });
    unpacked = { PATH: [env.PATH ?? '', path.join(folder, unpackedName, 'usr', 'bin')].join(path.delimiter) };
  }
  return Object.fromEntries(
    Object.entries(programs).map(([key, { names, debian }]) => {
      const file = found(names, unpacked);
      if (file === undefined) throw new NotHere(`Debian's ${debian} holds no ${names[0]}`);
      return [key, file];
    }),
  );
}

/** The folder whose `node_modules` has Grafana's packages. */
async function grafanaPackages(store, env, say) {
  const files = ['package.json', 'package-lock.json'];
  const contents = await Promise.all(files.map((file) => readFile(path.join(grafanaFiles, file))));
  return keep(store, 'grafana', keyOf(...contents), async (into) => {
    say("Bringing Grafana's packages");
    for (const file of files) await cp(path.join(grafanaFiles, file), path.join(into, file));
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--loglevel=error'];
    await run('npm', ['ci', ...quiet], { cwd: into, env });
  });
}

/** What came, or why it cannot be had here. */
async function orWhyNot(bringing) {
  try {
    return { here: await bringing };
  } catch (error) {
    return {
      whyNot:
        error.message.split('\n').find((line) => line.startsWith('E: ')) ?? error.message.split('\n')[0],
    };
  }
}

/** Yields `{prometheus, grafana}`, each `{here}` or `{whyNot}`. */
export async function provide(env, say) {
  const store = path.join(exportsHome(env), 'kept');
  await mkdir(store, { recursive: true });
  return withLock(path.join(store, '..', 'lock'), async () => {
    const provided = {
      prometheus: await orWhyNot(prometheusPrograms(store, env, say)),
      grafana: await orWhyNot(grafanaPackages(store, env, say)),
    };
    await removeOld(store, Date.now());
    return provided;
  });
}
