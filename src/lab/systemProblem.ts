import { messageOf, Problem } from '../core/problem';

const known: Readonly<Record<string, { readonly what: string; readonly todo: string }>> = {
  ENOSPC: { what: 'The disk is full', todo: 'Free disk space, then start the run again.' },
  EDQUOT: { what: 'The disk quota is used up', todo: 'Free disk space, then start the run again.' },
  ENOMEM: { what: 'There is not enough memory', todo: 'End other programs, then start the run again.' },
  EMFILE: { what: 'Too many files are open', todo: 'Raise the limit (ulimit -n), then start the run again.' },
  EAGAIN: {
    what: 'No more processes can be started',
    todo: 'End other programs, or raise the limit (ulimit -u).',
  },
  EROFS: { what: 'The file system is read-only', todo: 'Set TMPDIR to a folder that can be written.' },
  EACCES: { what: 'Access was denied', todo: 'Check the rights of the file or program that is named.' },
  ENOENT: { what: 'A file or program is not there', todo: 'Run the preflight to see what is missing.' },
};

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** An error of the system in the words of a {@link Problem}; every other one as it is. */
export function systemProblem(error: unknown): unknown {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  const words = code === null ? undefined : known[code];
  if (words === undefined) return error;
  return new Problem('target', `${words.what} (${messageOf(error)}).`, words.todo, { cause: error });
}
