import * as vscode from 'vscode';

/** A file system in memory, as those of repositories on a server are: no search of its own. */
export interface MemoryFiles extends vscode.FileSystemProvider {
  /** Writes a file, or takes it away, and tells of it. */
  put(path: string, text: string | null): void;
  /** How often each file was read. */
  readonly reads: ReadonlyMap<string, number>;
}

export function memoryFiles(scheme: string, texts: Readonly<Record<string, string>>): MemoryFiles {
  const files = new Map(Object.entries(texts));
  const reads = new Map<string, number>();
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const childrenOf = (folder: string): [string, vscode.FileType][] => {
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    const children = new Map<string, vscode.FileType>();
    for (const path of files.keys()) {
      if (!path.startsWith(prefix)) continue;
      const [name = '', ...below] = path.slice(prefix.length).split('/');
      children.set(name, below.length > 0 ? vscode.FileType.Directory : vscode.FileType.File);
    }
    return [...children];
  };
  const textOf = (uri: vscode.Uri): string => {
    const text = files.get(uri.path);
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return text;
  };
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions();
  };
  return {
    reads,
    onDidChangeFile: changed.event,
    put(path, text) {
      const type =
        text === null
          ? vscode.FileChangeType.Deleted
          : files.has(path)
            ? vscode.FileChangeType.Changed
            : vscode.FileChangeType.Created;
      if (text === null) files.delete(path);
      else files.set(path, text);
      changed.fire([{ type, uri: vscode.Uri.from({ scheme, path }) }]);
    },
    watch: () => new vscode.Disposable(() => undefined),
    stat(uri) {
      const isFolder = childrenOf(uri.path).length > 0;
      const size = isFolder ? 0 : Buffer.byteLength(textOf(uri));
      return { type: isFolder ? vscode.FileType.Directory : vscode.FileType.File, ctime: 0, mtime: 0, size };
    },
    readDirectory: (uri) => childrenOf(uri.path),
    readFile(uri) {
      reads.set(uri.path, (reads.get(uri.path) ?? 0) + 1);
      return Buffer.from(textOf(uri));
    },
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  };
}
