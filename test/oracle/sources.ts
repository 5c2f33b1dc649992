import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { ManifestFile } from './answer';
import { generateCase, textOf } from './generate/generate';
import type { JsonObject } from './generate/json';

/** Files that are one cluster together, judged at once. */
export interface Case {
  readonly name: string;
  readonly files: readonly ManifestFile[];
  /** What the text was made of, where it was made; then it can be shrunk. */
  readonly policies?: readonly JsonObject[];
}

export const filesOf = (policies: readonly JsonObject[]): readonly ManifestFile[] => [
  { name: 'case.yaml', text: textOf(policies) },
];

export function generated(seed: number, index: number): Case {
  const { policies } = generateCase(seed, index);
  return { name: `generated ${seed}/${index}`, files: filesOf(policies), policies };
}

/** A hash of the texts of the first cases of a seed. */
export function hashOfGenerated(seed: number, count: number): string {
  const hash = createHash('sha256');
  for (let index = 0; index < count; index += 1)
    hash.update(textOf(generateCase(seed, index).policies)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

const isManifest = (file: string): boolean => /\.(ya?ml|json|tmpl|tpl)$/.test(file);

/** Each manifest file below a folder as a case of its own, in the order of names. */
function filesBelow(folder: string): readonly Case[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isManifest(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => {
      const name = path.relative(folder, file);
      return { name, files: [{ name, text: readFileSync(file, 'utf8') }] };
    });
}

/** The hard cases, a file each. */
export const handmade = (root: string): readonly Case[] =>
  filesBelow(path.join(root, 'test', 'oracle', 'cases'));

/** Manifests of others are not in the repository: they are read where POLICY_CORPUS says. Null when nothing is there. */
export function corpus(root: string, env: NodeJS.ProcessEnv): readonly Case[] | null {
  const folder = env['POLICY_CORPUS'] ?? path.join(root, '..', 'shared', 'policy-corpus');
  return existsSync(folder) ? filesBelow(folder) : null;
}
