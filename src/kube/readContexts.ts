import { readFile, stat } from 'node:fs/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { messageOf } from '../core/problem';
import { kubeconfigFiles } from './kubeconfigFiles';
import type { KubeContext, KubeContexts } from './kubeContexts';

/** Far above any real kubeconfig; keeps a wrong path (a disk image, a log) from being read whole. */
const largestFileBytes = 5_000_000;

type FileContent =
  | { readonly file: string; readonly config: KubeConfig }
  | { readonly file: string; readonly missing: true }
  | { readonly file: string; readonly reason: string };

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The first line says what is wrong; the rest of a parser's message quotes the file, which may hold credentials. */
function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

/** The library takes any mapping or text for a kubeconfig without contexts; one of these must be there. */
const anyKubeconfigKey = /(?:kind|contexts|clusters|users|current-context)["']?\s*:/;

function holdsNothing(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#|---|$)/.test(line));
}

async function readOne(file: string): Promise<FileContent> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > largestFileBytes) return { file, reason: `is ${size} bytes, too large for a kubeconfig` };
    text = await readFile(file, 'utf8');
  } catch (error) {
    return errorCode(error) === 'ENOENT'
      ? { file, missing: true }
      : { file, reason: firstLine(messageOf(error)) };
  }
  const config = new KubeConfig();
  // The library throws on an empty file, kubectl does not.
  if (holdsNothing(text)) return { file, config };
  if (!anyKubeconfigKey.test(text)) return { file, reason: 'is not a kubeconfig: it has none of its keys' };
  try {
    config.loadFromString(text, { onInvalidEntry: 'filter' });
  } catch (error) {
    const why =
      error instanceof TypeError ? 'it does not have the shape of one' : firstLine(messageOf(error));
    return { file, reason: `is not a kubeconfig: ${why}` };
  }
  return { file, config };
}

/** The library leaves these undefined where the file does not have them, whatever its types say. */
function listed<Entry>(entries: readonly Entry[] | undefined): readonly Entry[] {
  return entries ?? [];
}

function currentOf(config: { readonly currentContext?: unknown }): string | null {
  const name = config.currentContext;
  return typeof name === 'string' && name !== '' ? name : null;
}

/** Of entries with the same name the first wins, as with kubectl. */
function firstByName<Entry extends { readonly name: string }>(entries: readonly Entry[]): Map<string, Entry> {
  const byName = new Map<string, Entry>();
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, entry);
  return byName;
}

/**
 * Reads the contexts of the user's kubeconfig files. Contacts nothing and never throws: a file that cannot be read is
 * named among the problems, and no kubeconfig at all is an empty list.
 *
 * The files are read one by one and merged here, since the library's own merging takes the last file's current context
 * (kubectl: the first), throws on missing files and on repeated names, and makes up a cluster at localhost where there
 * is no file.
 */
export async function readContexts(env: NodeJS.ProcessEnv): Promise<KubeContexts> {
  const contents = await Promise.all(kubeconfigFiles(env).map(readOne));
  const read = contents.filter((content) => 'config' in content);
  const problems = contents.filter((content) => 'reason' in content);

  const clusters = firstByName(read.flatMap(({ config }) => listed(config.clusters)));
  const entries = firstByName(
    read.flatMap(({ file, config }) => listed(config.contexts).map((context) => ({ ...context, file }))),
  );
  const current = read.map(({ config }) => currentOf(config)).find((name) => name !== null);
  const contexts = [...entries.values()].map((entry): KubeContext => ({
    name: entry.name,
    cluster: entry.cluster,
    user: entry.user,
    namespace: entry.namespace ?? null,
    server: clusters.get(entry.cluster)?.server ?? null,
    current: entry.name === current,
    file: entry.file,
  }));
  const dangling = current !== undefined && !entries.has(current);
  return {
    contexts: [
      ...contexts.filter((context) => context.current),
      ...contexts.filter((context) => !context.current),
    ],
    current: current ?? null,
    files: read.map(({ file }) => file),
    missing: contents.filter((content) => 'missing' in content).map(({ file }) => file),
    problems: [
      ...problems.map(({ file, reason }) => ({ file, reason })),
      ...(dangling
        ? read
            .filter(({ config }) => currentOf(config) === current)
            .slice(0, 1)
            .map(({ file }) => ({
              file,
              reason: `names "${current}" as the current context, and no file has it`,
            }))
        : []),
    ],
  };
}
