/** What a folder is made with. */
export interface FolderSystem {
  /** Makes one folder, as Node's `mkdir` without `recursive`. */
  mkdir(folder: string): Promise<unknown>;
  isFolder(file: string): Promise<boolean>;
  parentOf(folder: string): string;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/**
 * Makes a folder and those above it. Not by `mkdir`'s own `recursive`, which never returns below /proc (Node 20): there a
 * parent exists, and a folder in it is still "not found". Throws the error of the system.
 */
export async function makeFolderWith(system: FolderSystem, folder: string): Promise<void> {
  const make = async (): Promise<void> => {
    await system.mkdir(folder).catch(async (error: unknown) => {
      if (codeOf(error) !== 'EEXIST' || !(await system.isFolder(folder))) throw error;
    });
  };
  try {
    await make();
  } catch (error) {
    const above = system.parentOf(folder);
    if (codeOf(error) !== 'ENOENT' || above === folder) throw error;
    await makeFolderWith(system, above);
    await make();
  }
}
