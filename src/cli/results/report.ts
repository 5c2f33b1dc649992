import { Problem } from '../../core/problem';
import type { Run } from '../../core/result/run';
import { exportFormats } from '../../core/words/exportFormats';
import { pushWords } from '../../core/words/push';
import { readCredential } from '../../push/credential';
import { pushDestination } from '../../push/destination';
import { pushRun } from '../../push/pushRun';
import { exportText, writeReport } from '../../store/writeReport';
import type { ParsedArguments } from '../arguments';
import type { CommandContext } from '../commands/command';
import { credentialVariable } from '../commands/report';
import { exitCodes, type ExitCode } from '../exitCode';
import { findRun } from '../findRun';
import { openStore } from '../storeOption';
import { writeResult } from '../writeResult';

/** Says where the figures go, and sends them there. */
async function push(run: Run, address: string, { env, terminal, signal }: CommandContext): Promise<void> {
  const destination = pushDestination(address, run);
  const credential = readCredential(env[credentialVariable]);
  terminal.err.write(`${pushWords(run, destination.url, credential !== undefined)}\n`);
  await pushRun(run, { destination, credential, signal });
  terminal.err.write(`Pushed to ${destination.url}\n`);
}

export async function report(args: ParsedArguments, context: CommandContext): Promise<ExitCode> {
  const [word, ...more] = args.positionals;
  if (word === undefined || more.length > 0) {
    throw new Problem('usage', 'report takes one run.', 'Name it: cilium-bench report latest.');
  }
  const { out } = context.terminal;
  const { run, store } = await findRun(openStore(args, context), word, context.cwd);
  const address = args.text('push');
  const output = args.text('output');
  if (address !== undefined) {
    await push(run, address, context);
    if (args.text('format') === undefined && output === undefined) return exitCodes.done;
  }
  const id = args.text('format') ?? 'html';
  const format = exportFormats.find((one) => one.id === id);
  if (format === undefined) throw new Problem('usage', `There is no format ${id}.`, 'See --help.');
  if (format.text === null && output === undefined && out.interactive) {
    out.write(`${await writeReport(store, run, context.distFolder)}\n`);
    return exitCodes.done;
  }
  const text = await exportText(store, run, format, context.distFolder);
  await writeResult(text, output, context);
  return exitCodes.done;
}
