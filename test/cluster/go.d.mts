/** What TypeScript tests see of go.mjs. */

export interface FoundGo {
  readonly version: string;
  /** Runs Go. Yields its standard output; throws with the end of its output when it fails. */
  readonly go: (args: readonly string[], options: { readonly cwd: string }) => Promise<string>;
}

/** The newest Go that any of these modules asks for. */
export function leastGo(folders: readonly string[]): string;

export function findGo(least: string, env: NodeJS.ProcessEnv): Promise<FoundGo>;
