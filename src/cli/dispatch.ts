import { messageOf, Problem } from '../core/problem';
import { parseArguments } from './arguments';
import type { Command, CommandContext } from './commands/command';
import { suggestion } from './didYouMean';
import { exitCodeOf, exitCodes, type ExitCode } from './exitCode';
import { commandHelp, generalHelp } from './help';

function findCommand(word: string, commands: readonly Command[]): Command {
  const found = commands.find((command) => command.name === word);
  if (found) return found;
  const names = commands.map((command) => command.name);
  throw new Problem(
    'usage',
    word.startsWith('-') ? `There is no option ${word}.` : `There is no command "${word}".`,
    suggestion(word, names, `The commands are ${names.join(', ')}.`),
  );
}

async function runWords(
  words: readonly string[],
  commands: readonly Command[],
  version: string,
  context: CommandContext,
): Promise<ExitCode> {
  const { out, err } = context.terminal;
  const [first, ...rest] = words;
  if (first === undefined) {
    err.write(generalHelp(commands, version));
    return exitCodes.usage;
  }
  if (first === '--version' || first === '-V') {
    out.write(`${version}\n`);
    return exitCodes.done;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    const about = rest[0];
    out.write(
      about === undefined ? generalHelp(commands, version) : commandHelp(findCommand(about, commands)),
    );
    return exitCodes.done;
  }
  const command = findCommand(first, commands);
  const beforeSeparator = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : rest.length);
  if (beforeSeparator.includes('--help') || beforeSeparator.includes('-h')) {
    out.write(commandHelp(command));
    return exitCodes.done;
  }
  const written = command.words?.(rest) ?? rest;
  return command.run(parseArguments(written, command.options, command.name), context);
}

/** Runs one command line, says what went wrong on standard error, and returns the exit code. Never throws. */
export async function dispatch(
  words: readonly string[],
  commands: readonly Command[],
  version: string,
  context: CommandContext,
): Promise<ExitCode> {
  const { err } = context.terminal;
  try {
    return await runWords(words, commands, version, context);
  } catch (error) {
    const isLeft = error instanceof Problem && error.left.length > 0;
    if (context.signal.aborted && !isLeft) {
      err.write('Interrupted; everything is undone.\n');
      return exitCodes.interrupted;
    }
    const how = context.signal.aborted ? 'Interrupted; not everything is undone. ' : 'cilium-bench: ';
    err.write(`${how}${messageOf(error)}\n`);
    // A Problem says all a person needs; for anything else the place helps whoever gets the report.
    const place = error instanceof Error && !(error instanceof Problem) ? error.stack : undefined;
    if (place !== undefined && context.env['CILIUM_BENCH_DEBUG'] !== undefined) err.write(`${place}\n`);
    return exitCodeOf(error);
  }
}
