// Builds the program of test/oracle/program for each Cilium version and prints where it is:
// `node test/oracle/build.mjs [1.20] [1.19] [1.18]`. Needs Go and a module proxy, once: a version takes some six minutes of
// one core, is built at the lowest priority and kept by the hash of its sources.
import { mkdir, readFile, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { NotHere, run, withLock } from '../cluster/commands.mjs';
import { findGo, leastGo } from '../cluster/go.mjs';
import { keep, keyOf, removeOld } from '../cluster/store.mjs';

const sources = fileURLToPath(new URL('program', import.meta.url));

/** The module file of each Cilium version, the build tag of what differs in it, newest first. */
const versions = {
  1.18: { modfile: 'go-1.18.mod', tag: 'cilium118' },
  1.19: { modfile: 'go-1.19.mod', tag: 'cilium119' },
  '1.20': { modfile: 'go.mod', tag: 'cilium120' },
};

/** The first Go that fetches another one by itself. */
const firstWithToolchains = '1.21.0';

/** `cilium-bench-tests/oracle` under the user's cache folder; ORACLE_HOME names another. */
function oracleHome(env) {
  if (env.ORACLE_HOME) return path.resolve(env.ORACLE_HOME);
  const xdg = env.XDG_CACHE_HOME;
  const cache = xdg && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache');
  return path.join(cache, 'cilium-bench-tests', 'oracle');
}

/** Yields `(args) => output`: a Go that is new enough, or an older one that fetches it through the module proxy. */
async function goOf(env) {
  const least = leastGo([sources]);
  const found = await findGo(least, env).catch(async (error) => {
    if (!(error instanceof NotHere)) throw error;
    return { ...(await findGo(firstWithToolchains, env)), toolchain: `go${least}` };
  });
  const program = path.join((await found.go(['env', 'GOROOT'], { cwd: sources })).trim(), 'bin', 'go');
  const goEnv = {
    ...env,
    GOTOOLCHAIN: found.toolchain ?? 'local',
    GOWORK: 'off',
    CGO_ENABLED: '0',
    GOFLAGS: '-mod=readonly -buildvcs=false -trimpath',
  };
  return {
    version: found.toolchain ?? found.version,
    go: (args) => run(program, args, { cwd: sources, env: goEnv }),
  };
}

async function keyOfVersion({ modfile, tag }) {
  const files = (await readdir(sources)).filter(
    (file) => file.endsWith('.go') || file === modfile || file === modfile.replace(/mod$/, 'sum'),
  );
  const contents = await Promise.all(files.sort().map((file) => readFile(path.join(sources, file))));
  return keyOf(tag, ...files.flatMap((file, index) => [file, contents[index]]));
}

/** Yields the path of the program of each version. Throws {@link NotHere} where there is no Go. */
export async function buildOracles(wanted, env, say) {
  const home = oracleHome(env);
  const store = path.join(home, 'kept');
  await mkdir(store, { recursive: true });
  return withLock(path.join(home, 'lock'), async () => {
    const programs = {};
    for (const version of wanted) {
      const { modfile, tag } = versions[version];
      const folder = await keep(
        store,
        `cilium-${version}`,
        await keyOfVersion(versions[version]),
        async (into) => {
          const { go, version: goVersion } = await goOf(env);
          say(`building the oracle of Cilium ${version} with Go ${goVersion}: some minutes, once`);
          const output = path.join(into, 'oracle');
          await go([
            'build',
            '-p',
            '1',
            '-modfile',
            modfile,
            '-tags',
            tag,
            '-ldflags',
            '-s -w',
            '-o',
            output,
            '.',
          ]);
        },
      );
      programs[version] = path.join(folder, 'oracle');
    }
    await removeOld(store, Date.now());
    return programs;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const named = process.argv.slice(2);
  const wanted = named.length > 0 ? named : ['1.20', '1.19', '1.18'];
  const unknown = wanted.filter((version) => !(version in versions));
  try {
    if (unknown.length > 0) throw new NotHere(`There is no oracle of Cilium ${unknown.join(', ')}.`);
    // Children inherit it: whoever works on this machine does not notice the build.
    os.setPriority(19);
    console.log(JSON.stringify(await buildOracles(wanted, process.env, console.error), null, 2));
  } catch (error) {
    if (!(error instanceof NotHere)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
