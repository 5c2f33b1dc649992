import path from 'node:path';
import { Problem } from '../../core/problem';
import type { ParsedArguments } from '../arguments';
import { findRun } from '../findRun';
import { openStore } from '../storeOption';
import type { CommandContext } from './command';

/** `runs import`: ids to standard output, one a line; what was left out to standard error. */
export async function importRuns(args: ParsedArguments, context: CommandContext): Promise<void> {
  const [, given, ...more] = args.positionals;
  if (given === undefined || more.length > 0) {
    throw new Problem(
      'usage',
      'runs import takes one file, folder or zip archive.',
      'Name it: cilium-bench runs import results/.',
    );
  }
  const { importInto, leftOutLine } = await import('../../store/exchange/main');
  const { out, err } = context.terminal;
  const name = args.text('name');
  const { ids, known, leftOut } = await importInto(
    openStore(args, context),
    path.resolve(context.cwd, given),
    {
      now: new Date(),
      ...(name === undefined ? {} : { name }),
    },
  );
  for (const one of leftOut) err.write(`Left out: ${leftOutLine(one)}\n`);
  for (const id of known) err.write(`Run ${id} is here already.\n`);
  out.write([...ids, ...known].map((id) => `${id}\n`).join(''));
}

/** `runs export`: a zip archive of the run's folder, `ID.zip` unless said otherwise. */
export async function exportRunArchive(args: ParsedArguments, context: CommandContext): Promise<void> {
  const [, word, ...more] = args.positionals;
  if (word === undefined || more.length > 0) {
    throw new Problem('usage', 'runs export takes one run.', 'Name it: cilium-bench runs export latest.');
  }
  const { exportRun } = await import('../../store/exchange/main');
  const { out, err } = context.terminal;
  const { run, store } = await findRun(openStore(args, context), word, context.cwd);
  const file = path.resolve(context.cwd, args.text('output') ?? `${run.id}.zip`);
  const missing = await exportRun(store, run.id, file);
  for (const name of missing) err.write(`Left out: ${name} is not there or cannot be read.\n`);
  out.write(`${file}\n`);
}
