import type { ParsedArguments } from '../arguments';
import type { ExitCode } from '../exitCode';
import type { CommandContext } from './command';

/** `runs verify`: ends with 1 where a figure is not what its raw output gives. */
export async function verify(args: ParsedArguments, context: CommandContext): Promise<ExitCode> {
  return (await import('../results/main')).verify(args, context);
}
