import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, Problem } from '../core/problem';

/** One text to be linted, or why it was not read. */
export type LintInput =
  | { readonly file: string; readonly named: boolean; readonly text: string }
  | { readonly file: string; readonly named: boolean; readonly skipped: string };

const endings: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json', '.tpl']);
const skippedFolders: ReadonlySet<string> = new Set(['node_modules', '.git']);
const largestBytes = 5_000_000;
/** Text files hold no zero byte; git and grep tell them apart the same way. */
const looksBinary = (bytes: Buffer): boolean => bytes.subarray(0, 8000).includes(0);

async function readInput(file: string, shown: string, named: boolean): Promise<LintInput> {
  let handle;
  try {
    handle = await open(file, 'r');
    const found = await handle.stat();
    if (!found.isFile()) return { file: shown, named, skipped: 'it is not a file' };
    if (found.size > largestBytes) {
      const megabytes = (found.size / 1e6).toFixed(1);
      return {
        file: shown,
        named,
        skipped: `it has ${megabytes} MB, more than the ${largestBytes / 1e6} MB that are read`,
      };
    }
    const bytes = await handle.readFile();
    if (looksBinary(bytes)) return { file: shown, named, skipped: 'it is binary' };
    return { file: shown, named, text: bytes.toString('utf8') };
  } catch (error) {
    return { file: shown, named, skipped: `it cannot be read: ${messageOf(error)}` };
  } finally {
    await handle?.close();
  }
}

async function* filesUnder(folder: string, shown: string, signal: AbortSignal): AsyncGenerator<LintInput> {
  let children;
  try {
    children = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    yield { file: shown, named: false, skipped: `it cannot be read: ${messageOf(error)}` };
    return;
  }
  for (const child of children.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    signal.throwIfAborted();
    const file = path.join(folder, child.name);
    const name = path.posix.join(shown.split(path.sep).join('/'), child.name);
    if (child.isDirectory()) {
      if (!skippedFolders.has(child.name)) yield* filesUnder(file, name, signal);
    } else if (endings.has(path.extname(child.name).toLowerCase()) && !(await leadsToFolder(file))) {
      // Links to folders are left alone: they may lead in circles.
      yield await readInput(file, name, false);
    }
  }
}

async function leadsToFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * The texts that the paths name: files whatever their ending, folders with all manifests under them, `-` for standard
 * input. Throws a usage {@link Problem} for a path that is not there.
 */
export async function* lintInputs(
  paths: readonly string[],
  cwd: string,
  readStdin: () => Promise<string>,
  signal: AbortSignal,
): AsyncGenerator<LintInput> {
  for (const named of paths) {
    if (named === '-') {
      yield { file: '-', named: true, text: await readStdin() };
      continue;
    }
    const file = path.resolve(cwd, named);
    const found = await stat(file).catch(() => undefined);
    if (!found)
      throw new Problem(
        'usage',
        `There is no file ${named}.`,
        'Name manifests or folders of them, or - for standard input.',
      );
    if (found.isDirectory()) yield* filesUnder(file, named, signal);
    else yield await readInput(file, named, true);
  }
}
