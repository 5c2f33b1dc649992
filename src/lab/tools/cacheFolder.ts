import os from 'node:os';
import path from 'node:path';
import type { ToolEntry } from './catalogue';

/**
 * Where tools are kept unless a folder is named: `cilium-bench/tools` under the user's cache folder, which is
 * `XDG_CACHE_HOME`, else `~/.cache`. Relative values of XDG_CACHE_HOME are ignored, as the XDG Base Directory
 * Specification 0.8 asks for.
 */
export function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, 'cilium-bench', 'tools');
  const home = env['HOME'];
  return path.join(
    home !== undefined && home !== '' ? home : os.homedir(),
    '.cache',
    'cilium-bench',
    'tools',
  );
}

/** A tool in the cache folder. */
export interface CachedPlace {
  /** What appears there at once, when all of it is there. */
  readonly folder: string;
  readonly program: string;
  /** For people: where it came from. */
  readonly source: string;
}

/** Where a tool is, once it was brought. Null for one that is never brought. */
export function cachedPlace(cacheFolder: string, { name, provision }: ToolEntry): CachedPlace | null {
  switch (provision.kind) {
    case 'go-module': {
      const folder = path.join(cacheFolder, `${name}-${provision.version}`);
      return {
        folder,
        program: path.join(folder, name),
        source: `Go module ${provision.module}@v${provision.version}`,
      };
    }
    case 'wheel': {
      const { wheel } = provision;
      const folder = path.join(cacheFolder, `${name}-${wheel.version}`);
      return { folder, program: path.join(folder, name), source: `PyPI ${wheel.package} ${wheel.version}` };
    }
    case 'debian': {
      const folder = path.join(cacheFolder, `${provision.package}-debian`);
      return {
        folder,
        program: path.join(folder, provision.program),
        source: `Debian package ${provision.package}`,
      };
    }
    case 'not-provided':
      return null;
  }
}
