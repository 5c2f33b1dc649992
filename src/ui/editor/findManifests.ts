import * as vscode from 'vscode';

const endings = 'yaml,yml,json';
/** Of a folder on disk, and of one that each file is asked of a server for. */
const mostOnDisk = 10_000;
const mostVirtual = 1_000;
const deepest = 20;

/** The files that may be manifests, for watching and for finding them. */
export const manifestFiles = `**/*.{${endings}}`;
const isManifest = new RegExp(`\\.(?:${endings.replaceAll(',', '|')})$`);
const leftOut: ReadonlySet<string> = new Set(['node_modules', '.git']);

/** Whether a file lies where none are looked for. */
export const isLeftOut = ({ path }: vscode.Uri): boolean => path.split('/').some((part) => leftOut.has(part));

/** Folder by folder: VS Code searches other file systems than the disk only where they bring a search of their own, and waits for it else. */
async function* walk(folder: vscode.Uri, depth: number): AsyncGenerator<vscode.Uri> {
  let entries: [string, vscode.FileType][];
  try {
    entries = await vscode.workspace.fs.readDirectory(folder);
  } catch {
    // Gone, or not to be read: then it holds no policy here.
    return;
  }
  for (const [name, type] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const uri = vscode.Uri.joinPath(folder, name);
    // Links to folders may lead in circles.
    if (type === vscode.FileType.Directory) {
      if (depth < deepest && !leftOut.has(name)) yield* walk(uri, depth + 1);
    } else if ((type & vscode.FileType.File) !== 0 && isManifest.test(name)) yield uri;
  }
}

/** The manifests of all folders of the workspace, of each file system as many as are read at most. */
export async function* findManifests(signal: AbortSignal): AsyncGenerator<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const exclude = `**/{${[...leftOut].join(',')}}/**`;
  let left = mostOnDisk;
  for (const folder of folders.filter(({ uri }) => uri.scheme === 'file')) {
    if (left <= 0 || signal.aborted) return;
    const pattern = new vscode.RelativePattern(folder, manifestFiles);
    const found = await vscode.workspace.findFiles(pattern, exclude, left);
    left -= found.length;
    yield* found;
  }
  left = mostVirtual;
  for (const { uri } of folders.filter((folder) => folder.uri.scheme !== 'file')) {
    for await (const file of walk(uri, 0)) {
      if (left <= 0 || signal.aborted) return;
      left -= 1;
      yield file;
    }
  }
}
