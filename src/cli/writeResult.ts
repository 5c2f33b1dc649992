import path from 'node:path';
import { writeAtomically } from '../store/writeAtomically';
import type { CommandContext } from './commands/command';

/** Writes a result to the file that `--output` names, `-` or none being standard output. */
export async function writeResult(
  text: string,
  output: string | undefined,
  { terminal, cwd }: Pick<CommandContext, 'terminal' | 'cwd'>,
): Promise<void> {
  if (output === undefined || output === '-') {
    terminal.out.write(text);
    return;
  }
  const file = path.resolve(cwd, output);
  await writeAtomically(file, text);
  terminal.err.write(`Wrote ${file}\n`);
}
