import { access, constants, readdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../core/problem';
import { searchPath } from '../process';
import { cachedPlace } from './cacheFolder';
import { catalogue, type ToolEntry } from './catalogue';
import type { FoundTool, FoundTools } from './foundTools';
import { openVersionMemory, type VersionMemory } from './versionMemory';

export interface FindOptions {
  readonly cacheFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Variables for a program that was unpacked and not installed: where its libraries and the plug-ins of iptables are. */
async function unpackedEnvironment(folder: string): Promise<Readonly<Record<string, string>>> {
  const roots = ['usr/lib', 'lib'].map((root) => path.join(folder, root));
  const libraries: string[] = [];
  for (const root of roots) {
    const names = await readdir(root).catch(() => []);
    libraries.push(
      root,
      ...names.filter((name) => name.includes('-linux-')).map((name) => path.join(root, name)),
    );
  }
  const plugins: string[] = [];
  for (const library of libraries) {
    const folderOfPlugins = path.join(library, 'xtables');
    if (await isProgram(folderOfPlugins)) plugins.push(folderOfPlugins);
  }
  return {
    LD_LIBRARY_PATH: libraries.join(':'),
    ...(plugins[0] === undefined ? {} : { XTABLES_LIBDIR: plugins[0] }),
  };
}

/** Whether it is there and may be executed, or entered. */
export async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function findOnPath(
  entry: ToolEntry,
  { env, signal }: FindOptions,
  memory: VersionMemory,
): Promise<FoundTool | null> {
  for (const folder of searchPath(env).split(':')) {
    const file = path.join(folder, entry.name);
    if (!path.isAbsolute(file) || !(await isProgram(file))) continue;
    // One that does not start, made for another machine say, must not hide one that does.
    const version = await memory.versionOf(entry, file, {}, signal);
    if (version !== null) return { name: entry.name, path: file, version, source: 'PATH' };
  }
  return null;
}

async function findInCache(
  entry: ToolEntry,
  { cacheFolder, signal }: FindOptions,
  memory: VersionMemory,
): Promise<FoundTool | null> {
  const place = cachedPlace(cacheFolder, entry);
  if (place === null || !(await isProgram(place.program))) return null;
  const env = entry.provision.kind === 'debian' ? await unpackedEnvironment(place.folder) : {};
  const version = await memory.versionOf(entry, place.program, env, signal);
  if (version === null) return null;
  return { name: entry.name, path: place.program, version, source: place.source, env };
}

/**
 * Looks for the lab's tools: on PATH, then in the cache folder. Each is asked for its version, and the answer remembered
 * in the cache folder until the file changes. Writes nothing else and needs no network.
 */
export async function findTools(options: FindOptions): Promise<FoundTools> {
  options.signal.throwIfAborted();
  const memory = await openVersionMemory(options.cacheFolder, options.env);
  const found = await Promise.all(
    catalogue.map(
      async (entry) =>
        (await findOnPath(entry, options, memory)) ?? (await findInCache(entry, options, memory)),
    ),
  );
  await memory.save().catch((error: unknown) => {
    // A cache folder that cannot be written costs the next start some milliseconds, and no more.
    void messageOf(error);
  });
  return new Map(found.flatMap((tool) => (tool === null ? [] : [[tool.name, tool] as const])));
}
