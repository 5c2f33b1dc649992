import { readFileSync, readdirSync, statSync } from 'node:fs';
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

/**
 * Nothing for a folder. At once: to hand a small file to another thread and back costs several times what reading it does.
 */
function readInput(file: string, shown: string, named: boolean): LintInput | undefined {
  try {
    const found = statSync(file);
    if (found.isDirectory()) return undefined;
    if (!found.isFile()) return { file: shown, named, skipped: 'it is not a file' };
    if (found.size > largestBytes) {
      const megabytes = (found.size / 1e6).toFixed(1);
      return {
        file: shown,
        named,
        skipped: `it has ${megabytes} MB, more than the ${largestBytes / 1e6} MB that are read`,
      };
    }
    const bytes = readFileSync(file);
    if (looksBinary(bytes)) return { file: shown, named, skipped: 'it is binary' };
    return { file: shown, named, text: bytes.toString('utf8') };
  } catch (error) {
    return { file: shown, named, skipped: `it cannot be read: ${messageOf(error)}` };
  }
}

function* filesUnder(folder: string, shown: string): Generator<LintInput> {
  let children;
  try {
    children = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    yield { file: shown, named: false, skipped: `it cannot be read: ${messageOf(error)}` };
    return;
  }
  for (const child of children.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, child.name);
    const name = path.posix.join(shown.split(path.sep).join('/'), child.name);
    if (child.isDirectory()) {
      if (!skippedFolders.has(child.name)) yield* filesUnder(file, name);
      continue;
    }
    if (!endings.has(path.extname(child.name).toLowerCase())) continue;
    const input = readInput(file, name, false);
    // Links to folders are left alone: they may lead in circles.
    if (input) yield input;
  }
}

/** Undefined where nothing is. */
function leadsToFolder(file: string): boolean | undefined {
  try {
    return statSync(file).isDirectory();
  } catch {
    return undefined;
  }
}

/** So many files are read before others have their turn, such as an interruption. */
const filesAtOnce = 50;
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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
  let read = 0;
  for (const named of paths) {
    if (named === '-') {
      yield { file: '-', named: true, text: await readStdin() };
      continue;
    }
    const file = path.resolve(cwd, named);
    const isFolder = leadsToFolder(file);
    if (isFolder === undefined)
      throw new Problem(
        'usage',
        `There is no file ${named}.`,
        'Name manifests or folders of them, or - for standard input.',
      );
    for (const input of isFolder ? filesUnder(file, named) : [readInput(file, named, true)]) {
      if (input) yield input;
      read += 1;
      if (read % filesAtOnce === 0) await nextTurn();
      signal.throwIfAborted();
    }
  }
}
