import { Problem } from '../../core/problem';
import { verifyRun, type Verification } from '../../core/result/verify/verifyRun';
import { verificationLines } from '../../core/words/verification';
import { readStoredRun } from '../../store/readStoredRun';
import type { ParsedArguments } from '../arguments';
import { exitCodes, type ExitCode } from '../exitCode';
import { findRun, type FoundRun } from '../findRun';
import { openStore } from '../storeOption';
import type { CommandContext } from '../commands/command';

/** The run that is named, else every one of the store; those that cannot be read are told. */
async function* chosen(args: ParsedArguments, context: CommandContext): AsyncGenerator<FoundRun> {
  const [, word, ...more] = args.positionals;
  if (more.length > 0) {
    throw new Problem('usage', 'runs verify takes one run.', 'Leave it out to verify all.');
  }
  const store = openStore(args, context);
  if (word !== undefined) {
    yield findRun(store, word, context.cwd);
    return;
  }
  const { runs, skipped } = await store.list();
  for (const { file, reason } of skipped) context.terminal.err.write(`Skipped: ${file} ${reason}.\n`);
  if (runs.length === 0) context.terminal.err.write(`There are no runs in ${store.folder}.\n`);
  for (const { id } of runs) {
    context.signal.throwIfAborted();
    yield { run: await store.read(id), store };
  }
}

/** `runs verify`: ends with 1 where a figure is not what its raw output gives. */
export async function verify(args: ParsedArguments, context: CommandContext): Promise<ExitCode> {
  const { out } = context.terminal;
  const verifications: Verification[] = [];
  for await (const { run, store } of chosen(args, context)) {
    const verification = verifyRun(await readStoredRun(store, run));
    verifications.push(verification);
    if (args.flag('json')) continue;
    out.write(
      verificationLines(verification)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }
  if (args.flag('json')) out.write(`${JSON.stringify({ schemaVersion: 1, verifications }, null, 2)}\n`);
  return verifications.some(({ differences }) => differences.length > 0)
    ? exitCodes.findings
    : exitCodes.done;
}
