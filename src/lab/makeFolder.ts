import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolderWith } from '../core/makeFolder';

const isFolder = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Makes a folder and those above it. Throws the error of the system, also where `recursive` never returns. */
export const makeFolder = (folder: string): Promise<void> =>
  makeFolderWith({ mkdir: (one) => mkdir(one), isFolder, parentOf: (one) => path.dirname(one) }, folder);
