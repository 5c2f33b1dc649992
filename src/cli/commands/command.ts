import type { OptionSpecs, ParsedArguments } from '../arguments';
import type { ExitCode } from '../exitCode';
import type { Terminal } from '../terminal';

/** What a command may use of the process it runs in. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Folder of the built files, where the parts of the HTML report are. */
  readonly distFolder: string;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** All of standard input, as UTF-8. */
  readonly readStdin: () => Promise<string>;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the name, e.g. `<scenario>...`. */
  readonly usage: string;
  readonly options: OptionSpecs;
  /** More lines for its help. */
  readonly notes?: readonly string[];
  /** Writes the command's own short forms as the options that they stand for, before the words are read. */
  readonly words?: (words: readonly string[]) => readonly string[];
  /** Throws a {@link Problem}; its kind decides the exit code. */
  run(args: ParsedArguments, context: CommandContext): Promise<ExitCode>;
}
