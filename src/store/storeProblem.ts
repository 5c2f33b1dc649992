import path from 'node:path';
import { messageOf, Problem } from '../core/problem';

/** The system's name of an error, e.g. `ENOSPC`; undefined for errors of another origin. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Turns what the file system refused into a sentence with what to do. */
export function storeProblem(error: unknown, file: string): Problem {
  if (error instanceof Problem) return error;
  const folder = path.dirname(file);
  const elsewhere = 'or name another folder (--store DIR; in VS Code the setting Store Folder).';
  switch (errorCode(error) ?? '') {
    case 'ENOSPC':
      return new Problem(
        'no-result',
        `The disk is full: ${file} cannot be written.`,
        `Free some space, ${elsewhere}`,
        {
          cause: error,
        },
      );
    case 'EDQUOT':
      return new Problem(
        'no-result',
        `Your disk quota is used up: ${file} cannot be written.`,
        `Free some space, ${elsewhere}`,
        {
          cause: error,
        },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Problem('usage', `${file} may not be written.`, `Make ${folder} writable, ${elsewhere}`, {
        cause: error,
      });
    case 'ENOTDIR':
    case 'EEXIST':
      return new Problem(
        'usage',
        `${folder} is not a folder that runs can be kept in.`,
        'Name a folder with --store DIR.',
        {
          cause: error,
        },
      );
    default:
      return new Problem(
        'no-result',
        `${file} cannot be written: ${messageOf(error)}.`,
        `Look at the disk, ${elsewhere}`,
        {
          cause: error,
        },
      );
  }
}
