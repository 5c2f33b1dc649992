import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Beside the project, and beside the folder of its work trees. Tests and bundles of them run in the project's root. */
const places = ['../shared', '../../shared'].map((folder) => path.resolve(folder, 'policy-corpus'));
const folder = places.find((place) => existsSync(path.join(place, 'index.tsv')));

export type CorpusFolder = 'files' | 'derived';
export const corpusIsThere = folder !== undefined;

/** A table of the corpus, each row by the names of its columns; nothing where there is no corpus. */
export function corpusTable(file: string): readonly Readonly<Record<string, string>>[] {
  if (folder === undefined) return [];
  const [head = '', ...rows] = readFileSync(path.join(folder, file), 'utf8').split('\n');
  const names = head.split('\t');
  return rows
    .filter((row) => row !== '')
    .map((row) => Object.fromEntries(row.split('\t').map((cell, at) => [names[at] ?? '', cell])));
}

export const corpusText = (of: CorpusFolder, file: string): string =>
  readFileSync(path.join(folder ?? '', of, file), 'utf8');

/** Every manifest of the corpus by name; nothing where there is no corpus. */
export function corpusFiles(): readonly { readonly name: string; readonly text: string }[] {
  if (folder === undefined) return [];
  return (['files', 'derived'] as const).flatMap((of) =>
    readdirSync(path.join(folder, of))
      .filter((name) => !name.endsWith('.tsv'))
      .sort()
      .map((name) => ({ name: `${of}/${name}`, text: corpusText(of, name) })),
  );
}
