import { lstat, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, Problem } from '../../core/problem';
import type { LeftOut, SourceFile } from '../../core/result/import/source';
import { limits, megabytes } from './limits';
import { isZip, readZip } from './readZip';

/** The texts of what was named: a file, all files below a folder, or those of a zip archive. */
export interface Source {
  /** The file's or folder's own name. */
  readonly name: string;
  readonly files: readonly SourceFile[];
  readonly leftOut: readonly LeftOut[];
}

const deepest = 8;

function unreadable(file: string, error: unknown): Problem {
  return new Problem(
    'usage',
    `${file} cannot be read: ${messageOf(error)}.`,
    'Name a file, a folder or a zip archive.',
    {
      cause: error,
    },
  );
}

/** Throws for what is larger than that; the reason is the rest of a sentence that begins with the file's name. */
async function bytesOf(file: string, most: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Error('it is no file');
    if (found.size > most) throw new Error(`it is larger than ${megabytes(most)}`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Paths of the files below a folder, relative to it. Links are not followed, dotted names are others' business. */
async function filesBelow(root: string): Promise<{ readonly paths: string[]; readonly leftOut: LeftOut[] }> {
  const paths: string[] = [];
  const leftOut: LeftOut[] = [];
  const walk = async (below: string, depth: number): Promise<void> => {
    const children = await readdir(path.join(root, below), { withFileTypes: true });
    for (const child of children.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const at = below === '' ? child.name : `${below}/${child.name}`;
      if (child.name.startsWith('.')) continue;
      if (child.isSymbolicLink()) leftOut.push({ file: at, reason: 'is a link, which is not followed' });
      else if (child.isDirectory() && depth < deepest) await walk(at, depth + 1);
      else if (child.isDirectory())
        leftOut.push({ file: at, reason: `lies more than ${deepest} folders deep` });
      else if (child.isFile()) paths.push(at);
      if (paths.length > limits.files)
        throw new Problem(
          'usage',
          `${root} holds more than ${limits.files} files.`,
          'Name the folder that holds the results alone.',
        );
    }
  };
  await walk('', 0);
  return { paths, leftOut };
}

async function readFolder(root: string): Promise<Omit<Source, 'name'>> {
  const { paths, leftOut } = await filesBelow(root);
  const files: SourceFile[] = [];
  let total = 0;
  for (const at of paths) {
    try {
      const most = Math.min(limits.fileBytes, limits.totalBytes - total);
      const bytes = await bytesOf(path.join(root, at), most);
      total += bytes.length;
      files.push({ path: at, text: textOf(bytes) });
    } catch (error) {
      leftOut.push({ file: at, reason: `was left out: ${messageOf(error)}` });
    }
  }
  return { files, leftOut };
}

/** Throws a usage {@link Problem} where nothing can be read, or an archive is not to be trusted. */
export async function readSource(file: string): Promise<Source> {
  const name = path.basename(file);
  try {
    if ((await lstat(file)).isDirectory()) return { name, ...(await readFolder(file)) };
    const bytes = await bytesOf(file, limits.archiveBytes);
    if (!isZip(bytes)) return { name, files: [{ path: name, text: textOf(bytes) }], leftOut: [] };
    const files = readZip(bytes, file).filter((one) => !/(?:^|\/)(?:\.|__MACOSX\/)/.test(one.path));
    return { name, files: files.map((one) => ({ path: one.path, text: textOf(one.bytes) })), leftOut: [] };
  } catch (error) {
    throw error instanceof Problem ? error : unreadable(file, error);
  }
}
