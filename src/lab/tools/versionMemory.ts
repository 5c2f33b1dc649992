import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../makeFolder';
import { runCommand } from '../process';
import type { ToolEntry } from './catalogue';
import { commandEnvironment } from './commandEnvironment';

/** Asking seven programs for their version takes a few hundred milliseconds; reading one file takes one. */
interface Remembered {
  readonly modified: number;
  readonly size: number;
  readonly version: string;
}

export interface VersionMemory {
  /** What the program says its version is; null when it does not start or says none. */
  versionOf(
    entry: ToolEntry,
    file: string,
    env: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string | null>;
  /** Keeps what is new. Throws the system's error when it cannot be written. */
  save(): Promise<void>;
}

const versionTimeoutMs = 5000;

function isRemembered(value: unknown): value is Remembered {
  return (
    typeof value === 'object' &&
    value !== null &&
    'modified' in value &&
    typeof value.modified === 'number' &&
    'size' in value &&
    typeof value.size === 'number' &&
    'version' in value &&
    typeof value.version === 'string'
  );
}

async function read(file: string): Promise<Map<string, Remembered>> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return new Map();
    return new Map(
      Object.entries(parsed).flatMap(([key, value]: [string, unknown]) =>
        isRemembered(value) ? [[key, value] as const] : [],
      ),
    );
  } catch {
    // Not there yet, or damaged: the programs are asked again.
    return new Map();
  }
}

async function ask(
  entry: ToolEntry,
  file: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { stdout, stderr } = await runCommand([file, ...entry.versionArguments], {
      env,
      timeoutMs: versionTimeoutMs,
      signal,
    });
    return entry.versionPattern.exec(`${stdout}\n${stderr}`)?.[1] ?? null;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

/** The versions of programs, by path, time of change and size, in `versions.json` of a folder. */
export async function openVersionMemory(folder: string, env: NodeJS.ProcessEnv): Promise<VersionMemory> {
  const file = path.join(folder, 'versions.json');
  const known = await read(file);
  let changed = false;
  return {
    async versionOf(entry, program, extra, signal) {
      const { mtimeMs: modified, size } = await stat(program);
      const before = known.get(program);
      if (before?.modified === modified && before.size === size) return before.version;
      const version = await ask(entry, program, { ...commandEnvironment(env), ...extra }, signal);
      if (version === null) return null;
      known.set(program, { modified, size, version });
      changed = true;
      return version;
    },
    async save() {
      if (!changed) return;
      await makeFolder(folder);
      const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        await writeFile(temporary, JSON.stringify(Object.fromEntries(known)));
        await rename(temporary, file);
      } finally {
        await rm(temporary, { force: true });
      }
    },
  };
}
