import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './storeProblem';

/**
 * Makes a folder and those above it. Not by `mkdir`'s own `recursive`, which never returns below /proc (Node 20): there a
 * parent exists, and a folder in it is still "not found". Throws the error of the system.
 */
export async function makeFolder(folder: string): Promise<void> {
  const make = async (): Promise<void> => {
    await mkdir(folder).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  };
  try {
    await make();
  } catch (error) {
    const above = path.dirname(folder);
    if (errorCode(error) !== 'ENOENT' || above === folder) throw error;
    await makeFolder(above);
    await make();
  }
}
