import { open } from 'node:fs/promises';
import { errorCode } from './storeProblem';

/** Makes what was made, renamed or removed in this folder last through a power loss. */
export async function flushFolder(folder: string): Promise<void> {
  let handle;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    // Windows opens no folders, and some network file systems flush none: the work itself has been done.
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(errorCode(error) ?? '')) throw error;
  } finally {
    await handle?.close();
  }
}
