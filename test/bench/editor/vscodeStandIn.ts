/**
 * What the policy index, the findings and the diagnostics use of VS Code's interface, on real files of a folder: bundled in the
 * place of `vscode`. Changes of files are not followed.
 */
import { readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export type Listener<T> = (value: T) => void;

export class Disposable {
  constructor(readonly dispose: () => void) {}
  static from(...all: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };
  fire(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class Uri {
  readonly scheme = 'file';
  private constructor(
    readonly path: string,
    private text?: string,
  ) {}
  static file(name: string): Uri {
    return new Uri(name);
  }
  static parse(text: string): Uri {
    return new Uri(text, text);
  }
  /** Worked out when it is first asked for, as VS Code does. */
  toString(): string {
    return (this.text ??= pathToFileURL(this.path).href);
  }
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
  translate(lines: number, characters: number): Position {
    return new Position(this.line + lines, this.character + characters);
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(start: number | Position, character: number | Position, line = 0, endCharacter = 0) {
    this.start =
      typeof start === 'number' ? new Position(start, typeof character === 'number' ? character : 0) : start;
    this.end = typeof character === 'number' ? new Position(line, endCharacter) : character;
  }
}

export class Location {
  constructor(
    readonly uri: Uri,
    readonly range: Range,
  ) {}
}
export class DiagnosticRelatedInformation {
  constructor(
    readonly location: Location,
    readonly message: string,
  ) {}
}
export class Diagnostic {
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: number,
  ) {}
}
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 };
export const FileType = { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 };
export class RelativePattern {
  constructor(
    readonly base: { readonly uri: Uri },
    readonly pattern: string,
  ) {}
}
export const DiagnosticTag = { Unnecessary: 1, Deprecated: 2 };

export interface OpenText {
  readonly uri: Uri;
  readonly languageId: string;
  readonly isClosed: boolean;
  version: number;
  text: string;
  getText(): string;
}

const root = process.argv[2] ?? '';
const opened = new EventEmitter<OpenText>();
const typed = new EventEmitter<{ readonly document: OpenText }>();
const never = (): Disposable => new Disposable(() => undefined);
const open: OpenText[] = [];
const ending = /\.(?:ya?ml|json)$/;
/** VS Code searches in another process, and makes the addresses itself: what it finds is known here before anything is measured. */
const found =
  root === ''
    ? []
    : readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((name) => ending.test(name))
        .map((name) => Uri.file(path.join(root, name)));

export const workspace = {
  workspaceFolders: root === '' ? [] : [{ uri: Uri.file(root), name: path.basename(root), index: 0 }],
  textDocuments: open,
  onDidOpenTextDocument: opened.event,
  onDidChangeTextDocument: typed.event,
  onDidCloseTextDocument: never,
  onDidChangeConfiguration: never,
  getConfiguration: () => ({ get: () => undefined }),
  getWorkspaceFolder: ({ path: file }: Uri) => (file.startsWith(root) ? { uri: Uri.file(root) } : undefined),
  findFiles: (_include: RelativePattern, _exclude: string, most: number): Promise<readonly Uri[]> =>
    Promise.resolve(found.slice(0, most)),
  fs: {
    stat: ({ path: file }: Uri) => stat(file),
    readFile: ({ path: file }: Uri) => readFile(file),
  },
  createFileSystemWatcher: () => ({
    onDidChange: never,
    onDidCreate: never,
    onDidDelete: never,
    dispose: () => undefined,
  }),
};

/** Opens a text that is in no file. */
export function openText(text: string): OpenText {
  const document: OpenText = {
    uri: Uri.parse('untitled:typed.yaml'),
    languageId: 'yaml',
    isClosed: false,
    version: 1,
    text,
    getText: () => document.text,
  };
  open.push(document);
  opened.fire(document);
  return document;
}

export function typeInto(document: OpenText, text: string): void {
  document.text = text;
  document.version += 1;
  typed.fire({ document });
}

const shown = new EventEmitter<number>();
/** Diagnostics of the open text were set: how many. */
export const onDidShow = shown.event;
export const languages = {
  createDiagnosticCollection: () => ({
    set: (_uri: Uri, diagnostics: readonly Diagnostic[]) => {
      shown.fire(diagnostics.length);
    },
    delete: () => undefined,
    dispose: () => undefined,
  }),
};
