import { kubeconfigFiles } from './kubeconfigFiles';
import type { KubeContext, KubeContexts } from './kubeContexts';
import { readKubeconfigFile } from './kubeconfigFile';

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
  const contents = await Promise.all(kubeconfigFiles(env).map(readKubeconfigFile));
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
